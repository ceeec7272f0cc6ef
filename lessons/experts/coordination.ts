/** What several networks cost to hold, and what each setup comes to, from the recorded files. Plain data. */
import type { RecordedExperts, RecordedSetup } from '$lib/data/recordedExperts';

export interface Held {
  readonly setup: RecordedSetup;
  readonly networks: number;
  readonly parameters: number;
  /** Of the files that ship, all together; null where a file is not in the record. */
  readonly bytes: number | null;
}

/** The files of a setup: the single network's is `quick`, the experts' are numbered. */
function fileNames(setup: RecordedSetup, models: RecordedExperts['models']): readonly string[] {
  return models.map(({ name }) => name).filter((name) => (setup === 'one' ? name === 'quick' : isNumbered(name, setup)));
}

/** "two-1" is of the setup two, "two-small-1" is not. */
function isNumbered(name: string, setup: string): boolean {
  return name.startsWith(`${setup}-`) && /^\d+$/.test(name.slice(setup.length + 1));
}

export function heldBy({ models, rows }: Pick<RecordedExperts, 'models' | 'rows'>, setup: RecordedSetup): Held | null {
  const row = rows.find((each) => each.setup === setup);
  if (!row) return null;
  const files = fileNames(setup, models);
  const bytes = models.filter(({ name }) => files.includes(name)).reduce((sum, model) => sum + model.bytes, 0);
  return {
    setup,
    networks: setup === 'one' ? 1 : files.length,
    parameters: row.parameters,
    bytes: files.length === 0 ? null : bytes,
  };
}

/** "1.03 MB", "514 kB". */
export function sizeWords(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

/** "2.97 TFLOP", "31 MFLOP". */
export function flopWords(flops: number): string {
  const units = [
    [1e12, 'TFLOP'],
    [1e9, 'GFLOP'],
    [1e6, 'MFLOP'],
  ] as const;
  const [size, name] = units.find(([least]) => flops >= least) ?? [1e6, 'MFLOP'];
  const value = flops / size;
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value).toString()} ${name}`;
}
