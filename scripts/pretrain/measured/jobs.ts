/**
 * Measurements as a list of jobs, each kept as a line in recording/ as soon as it is made. What is there already is not made again, so
 * that a command goes on where it was stopped, and several processes can share a list; and since a job's key names the very weights that
 * it measures, what was measured of other weights is left alone.
 */
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fourDigits } from '../../samplers/rows';
import type { Parts } from '../../quality/draw';
import { partsIn } from '../../quality/parts';
import { openJsonLines } from '../jsonLines';
import { recordingFolder } from '../modelFiles';
import { hashOf } from '../savePlace';

export interface Job<Row> {
  /** Says everything that the row depends on. */
  readonly key: string;
  /** For people. */
  readonly label: string;
  /** @param kept for the pictures of a long drawing */
  readonly measure: (kept: Parts) => Promise<Row>;
}

interface Line<Row> {
  readonly key: string;
  readonly row: Row;
}

export interface Shard {
  readonly shard: number;
  readonly shards: number;
}

/** Rows of one kind. */
export interface JobRows<Row> {
  /** Makes what is missing of this shard's share. */
  readonly take: (jobs: readonly Job<Row>[], shard: Shard) => Promise<void>;
  /** What there is, in the order of the jobs. */
  readonly of: (jobs: readonly Job<Row>[]) => readonly Row[];
}

/**
 * @param name of the file
 * @param folder where it lies, ending with a slash
 */
export function openJobRows<Row extends object>(name: string, folder = recordingFolder): JobRows<Row> {
  const lines = openJsonLines<Line<Row>>(`${folder}${name}.jsonl`);
  const byKey = (): ReadonlyMap<string, Row> => new Map(lines.all().map(({ key, row }) => [key, row]));
  return {
    take: async (jobs, { shard, shards }) => {
      const mine = jobs.filter((_, i) => i % shards === shard);
      for (const [i, { key, label, measure }] of mine.entries()) {
        if (byKey().has(key)) continue;
        const startedMs = performance.now();
        const parts = pathToFileURL(`${folder}parts-${hashOf(key)}/`);
        const row = await measure(partsIn(parts));
        lines.add({ key, row: JSON.parse(JSON.stringify(row, fourDigits)) as Row });
        rmSync(parts, { recursive: true, force: true });
        console.log(
          `${name} ${i + 1} of ${mine.length}: ${label}, ${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${told(row)}`,
        );
      }
    },
    of: (jobs) => {
      const rows = byKey();
      return jobs.flatMap(({ key }) => rows.get(key) ?? []);
    },
  };
}

function told(row: object): string {
  return Object.entries(row)
    .flatMap(([name, value]) => (typeof value === 'number' ? [`${name} ${Number(value.toPrecision(4))}`] : []))
    .join(', ');
}
