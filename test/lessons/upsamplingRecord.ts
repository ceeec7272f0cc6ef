/** A small record of the cascade with chosen distances, for tests of the sentences that are made of it. */
import type { FlipRow, LaneRow, LevelRow, RealRow, RecordedCascade } from '../../src/data/recordedCascade';
import type { MeasuredQuality } from '../../src/data/recordedSamplers';

export const quality: MeasuredQuality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };

export const recordedCascade = (parts: Partial<RecordedCascade> = {}): RecordedCascade => ({
  command: 'npm run pretrain -- cascade',
  date: '2026-11-28',
  device: 'a test',
  n: 500,
  floor: { n: 500, draws: [{ ...quality, fd: 10, accuracy: 0.99 }] },
  models: [],
  flip: [],
  real: [],
  levels: [],
  lanes: [],
  settings: { base: { steps: 25 }, up14: { steps: 8 }, up28: { steps: 4 }, guidanceScale: 1.25, sampler: 'ddim' },
  ...parts,
});

/** A row for each distance, from as many training seeds. */
function seeds<Row>(distances: readonly number[], row: (seeded: MeasuredQuality & Seeded) => Row): readonly Row[] {
  return distances.map((fd, i) => row({ ...quality, fd, trainingSeed: 7 + i, noiseSeed: 0 }));
}
interface Seeded {
  readonly trainingSeed: number;
  readonly noiseSeed: number;
}

export const flip = (
  baseSteps: number,
  distances: { readonly plain: readonly number[]; readonly augmented: readonly number[] },
  guidanceScale = 1,
): readonly FlipRow[] =>
  (['plain', 'augmented'] as const).flatMap((augmentation) =>
    seeds(distances[augmentation], (row) => ({ ...row, baseSteps, augmentation, guidanceScale })),
  );

export const real = (
  side: RealRow['side'],
  distances: { readonly plain: readonly number[]; readonly augmented: readonly number[] },
  accuracy = quality.accuracy,
): readonly RealRow[] =>
  (['plain', 'augmented'] as const).flatMap((augmentation) =>
    seeds(distances[augmentation], (row) => ({ ...row, accuracy, side, augmentation })),
  );

export const levels = (
  distances: readonly (readonly number[])[],
  chain: { readonly baseSteps: number; readonly guidanceScale: number },
): readonly LevelRow[] => distances.flatMap((each, k) => seeds(each, (row) => ({ ...row, ...chain, k })));

export const lane = (id: LaneRow['lane'], distances: readonly number[], more: Partial<LaneRow> = {}): readonly LaneRow[] =>
  seeds(distances, (row) => ({
    ...row,
    lane: id,
    label: id,
    nfe: 50,
    flopsPerImage: 1e9,
    parameters: 250_000,
    trainingFlops: 3e12,
    secondsPerImage: 0.05,
    ...more,
  }));
