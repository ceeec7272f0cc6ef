/** What is measured of the networks that read captions, and of those that are not told the timestep, as jobs: what is wanted first comes first. */
import type { CheckpointRow, IntervalRow, SweepRow, TimeRow } from '../../../src/data/recordedCaptions';
import { captionCheckpoints, captionSteps } from '../../../src/training/captionRecipes';
import { timeNetworks, timeSteps, type TimeNetwork } from '../../../src/training/timeRecipes';
import { drawLast, type DrawRequest } from '../../../src/worker/drawing';
import { drawContext } from '../draw';
import { shippedSeed } from '../modelFiles';
import { drawDigits } from '../../quality/draw';
import type { Measure } from '../../quality/measure';
import type { Job } from './jobs';
import type { Networks } from './networks';
import { obedienceSeeds, spreadOf, type Obedient, type ObedienceMeter } from './obedience';

export const captionSettings = { sampler: 'ddim', steps: 25 } as const;

const lastName = `caption@${captionSteps}`;
/** Captions want more guidance than classes; at this one the checkpoints are compared. */
export const usualScale = 2;
/** In the order in which they are wanted. */
const sweepScales = [2, 1.5, 3, 1, 5] as const;
/** At a scale that is too much for all t. */
const intervalScale = 3;
const intervals = [{ from: 200, to: 800 }, { from: 500, to: 1000 }, { from: 0, to: 500 }] as const; // prettier-ignore
const timeScales = [1.5, 1] as const;

export interface CaptionJobs {
  readonly sweep: readonly Job<SweepRow>[];
  readonly checkpoints: readonly Job<CheckpointRow>[];
  readonly intervals: readonly Job<IntervalRow>[];
  readonly time: readonly Job<TimeRow>[];
}

/** Jobs whose networks are trained by now. */
export function captionJobs({
  networks,
  meter,
  measure,
}: {
  readonly networks: Networks;
  readonly meter: ObedienceMeter;
  readonly measure: Measure;
}): CaptionJobs {
  function asked<Row extends object>(
    name: string,
    guidance: Pick<DrawRequest, 'guidanceScale' | 'guidanceInterval'>,
    row: Row,
  ): readonly Obedient<Row>[] {
    const network = { name, seed: shippedSeed };
    if (!networks.areThere([network])) return [];
    return [
      {
        key: JSON.stringify([networks.fingerprints([network]), captionSettings, guidance]),
        label: `${name}, w = ${guidance.guidanceScale}${JSON.stringify(guidance.guidanceInterval ?? '')}`,
        row,
        draw: async ({ captions, labels, seed }) =>
          drawLast(
            networks.model(network),
            {
              ...{ ...captionSettings, samplerParams: { eta: 0 }, spacing: 'trailing', clip: true },
              ...{ ...guidance, prompts: { captions }, labels, seed },
            },
            drawContext,
          ),
      },
    ];
  }

  const timeJob = (network: TimeNetwork, guidanceScale: number): readonly Job<TimeRow>[] => {
    const trained = { name: network, seed: shippedSeed };
    if (!networks.areThere([trained])) return [];
    return [
      {
        key: JSON.stringify(['time', network, networks.fingerprints([trained]), guidanceScale, obedienceSeeds]),
        label: `${network}, w = ${guidanceScale}`,
        measure: async () => {
          const measured = [];
          for (const seed of obedienceSeeds) {
            measured.push(
              await measure(await drawDigits(networks.model(trained), { n: meter.prompts.length, w: guidanceScale, seed })),
            );
          }
          return {
            ...{ network, trainingSteps: timeSteps, guidanceScale },
            fd: spreadOf(measured.map(({ fd }) => fd)),
            class: spreadOf(measured.map(({ accuracy }) => accuracy)),
          };
        },
      },
    ];
  };

  return {
    sweep: sweepScales.flatMap((guidanceScale) => asked(lastName, { guidanceScale }, { guidanceScale }).map(meter.job)),
    // The last is in the sweep.
    checkpoints: captionCheckpoints
      .filter((steps) => steps < captionSteps)
      .flatMap((steps) =>
        asked(`caption@${steps}`, { guidanceScale: usualScale }, { steps, guidanceScale: usualScale }).map(meter.job),
      ),
    intervals: intervals.flatMap((guidanceInterval) =>
      asked(lastName, { guidanceScale: intervalScale, guidanceInterval }, { guidanceScale: intervalScale, ...guidanceInterval }).map(meter.job),
    ), // prettier-ignore
    time: timeScales.flatMap((scale) => timeNetworks.flatMap((network) => timeJob(network, scale))),
  };
}
