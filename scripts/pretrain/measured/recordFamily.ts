/**
 * The table of every network: what the lessons' files tell, joined. Those of lessons 2, 6 and 7 were measured with one noise; with
 * `isMeasuring`, two more are drawn here, as the lessons' own commands would.
 */
import type { LaneRow } from '../../../src/data/recordedCascade';
import type { RecordedFamily } from '../../../src/data/recordedFamily';
import { createMeasure } from '../../quality/measure';
import { fourDigits } from '../../samplers/rows';
import { familyNetworks, shippedOnly } from '../family/networks';
import { readSources, type FamilySources } from '../family/sources';
import { classQuality, familySystems } from '../family/systems';
import { shippedSeed } from '../modelFiles';
import { firstOf, testDigits } from '../realDigits';
import { cascadeJobs } from './cascadeJobs';
import { expertJobs, type DrawnExpertRow } from './expertJobs';
import { openJobRows } from './jobs';
import { openNetworks } from './networks';
import { head, noiseSeeds, pictures, type RecordingOptions } from './recording';

export async function recordFamily(options: RecordingOptions): Promise<void> {
  const { command, write } = options;
  const recorded = shippedOnly(readSources());
  const save = (sources: FamilySources): void => {
    const networks = familyNetworks(sources);
    const { date } = head(command);
    const real = sources.captions?.real ?? classQuality(sources.experts.floor.draws);
    const file: RecordedFamily = {
      ...{ command, date, n: sources.experts.n, real, networks, systems: familySystems(sources, networks) },
    };
    write('recorded/family.json', JSON.stringify(file, fourDigits));
  };
  save(await withMoreNoises(recorded, { ...options, isMeasuring: false }));
  if (options.isMeasuring) save(await withMoreNoises(recorded, options));
}

/** Of what ships, the rows of every noise seed; of those, with `isMeasuring` false, the ones that have been drawn by now. */
async function withMoreNoises(recorded: FamilySources, options: RecordingOptions): Promise<FamilySources> {
  const { store, count } = options;
  const networks = openNetworks();
  const measure = createMeasure();
  const rows = { experts: openJobRows<DrawnExpertRow>('experts-rows'), lanes: openJobRows<LaneRow>('cascade-lanes') };
  const found: { experts: DrawnExpertRow[]; lanes: LaneRow[] } = { experts: [], lanes: [] };
  const heldOut = firstOf(await testDigits(store), 1); // which these rows do not ask for
  for (const noiseSeed of noiseSeeds) {
    const asked = { networks, measure, n: pictures, trainingSeed: shippedSeed, noiseSeed };
    const lanes = cascadeJobs({ ...asked, store, count }).lanes.filter(({ label }) => label.startsWith('lane The chain'));
    const experts = expertJobs({ ...asked, heldOut }).rows;
    if (options.isMeasuring) {
      await rows.lanes.take(lanes, options);
      await rows.experts.take(experts, options);
    }
    found.lanes.push(...rows.lanes.of(lanes));
    found.experts.push(...rows.experts.of(experts));
  }
  measure.dispose();
  networks.dispose();
  const { experts, cascade } = recorded;
  return {
    ...recorded,
    experts: { ...experts, rows: joined(experts.rows, found.experts, ({ setup }) => setup) },
    cascade: { ...cascade, lanes: joined(cascade.lanes, found.lanes, ({ label }) => label) },
  };
}

interface Seeds {
  readonly trainingSeed: number;
  readonly noiseSeed: number;
}

/** What was found, and what was recorded of other seeds: another process may not have come to them yet. */
function joined<Row extends Seeds>(
  recorded: readonly Row[],
  found: readonly Row[],
  nameOf: (row: Row) => string,
): readonly Row[] {
  const keyOf = (row: Row): string => `${nameOf(row)} ${row.trainingSeed} ${row.noiseSeed}`;
  const keys = new Set(found.map(keyOf));
  return [...recorded.filter((row) => !keys.has(keyOf(row))), ...found];
}
