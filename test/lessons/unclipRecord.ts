/** A small record of unCLIP with chosen numbers, for tests of what is said of it: made up, and never shown to a reader. */
import { obedienceMeasures, type Obedience, type SeedSpread } from '../../src/data/recordedObedience';
import type { RecordedUnclip, UnclipRow } from '../../src/data/recordedUnclip';

export const around = (mean: number, half = 0): SeedSpread => ({ min: mean - half, mean, max: mean + half });

function obedience(change: Partial<Obedience> = {}): Obedience {
  const plain = Object.fromEntries(obedienceMeasures.map((measure) => [measure, around(0.9)])) as Record<
    (typeof obedienceMeasures)[number],
    SeedSpread
  >;
  return { ...plain, fd: around(20), variety: around(17), midInk: around(0.5), ...change };
}

export function unclipRow(change: Partial<UnclipRow>): UnclipRow {
  return { ...obedience(), given: 'prior', priorScale: 2, decoderSteps: 1000, guidanceScale: 2, ...change };
}

export function recordedUnclip(change: Partial<RecordedUnclip> = {}): RecordedUnclip {
  const captions = ['a thick seven', 'a thin one', 'a wide zero'];
  return {
    command: 'npm run pretrain -- unclip',
    date: '2026-11-28',
    device: 'a test',
    embedding: {
      testDigits: 10_000,
      among: 128,
      byStep: [{ step: 10, zeroShot: 0.3, rightPicture: 0.1, paired: 0.2, gap: 0.1 }],
    },
    similarity: {
      captions,
      pictures: new Uint8Array(captions.length * 784),
      byStep: [{ step: 10, values: [1, 0, 0, 0, 1, 0, 0, 0, 1] }],
    },
    projection: { mean: [], axes: [[], []], explained: [0.4, 0.2], examples: [] },
    prior: [],
    n: 500,
    noiseSeeds: 3,
    sampler: 'ddim',
    steps: 25,
    priorSteps: 25,
    real: obedience({ fd: around(7.5) }),
    rows: [],
    models: [],
    ...change,
  };
}
