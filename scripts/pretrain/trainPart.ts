/**
 * One training run of anything but a denoiser. Cut off at any moment and called again, it goes on from its last save and comes to the
 * same bits.
 */
import { createPartRun, type Objective, type PartRun, type PartSettings } from '../../src/training/partRun';
import { processorSeconds } from './processorSeconds';
import type { SavePlace } from './savePlace';

const progressEvery = 50;
const saveEvery = 100;

export interface PartOptions<Prepared, Seen> {
  readonly name: string;
  readonly objective: Objective<Prepared>;
  readonly settings: PartSettings;
  readonly seed: number;
  readonly steps: number;
  readonly place: SavePlace;
  /** What step n sees, counted from 1: a pure function. */
  readonly batch: (step: number) => Prepared;
  /** Called after every step; what it answers is kept with the run. The time that it takes is not counted as training. */
  readonly look?: (run: PartRun<Prepared>, seconds: number) => Promise<readonly Seen[]>;
}

export interface TrainedPart<Prepared, Seen> {
  readonly run: PartRun<Prepared>;
  /** Of processor time. */
  readonly seconds: number;
  readonly losses: readonly number[];
  readonly seen: readonly Seen[];
}

export async function trainPart<Prepared, Seen = never>(
  options: PartOptions<Prepared, Seen>,
): Promise<TrainedPart<Prepared, Seen>> {
  const { name, objective, settings, seed, steps, place, batch, look } = options;
  const saved = place.read<{ losses: number[]; seen: Seen[] }>();
  const run = createPartRun(objective, settings, seed, saved ? { stepsDone: saved.step, state: saved.state } : undefined);
  const course = saved?.course ?? { losses: [], seen: [] };
  if (saved) console.log(`${name}, seed ${seed}: goes on after step ${saved.step}`);
  let seconds = saved?.seconds ?? 0;
  for (let step = run.stepsDone + 1; step <= steps; step += 1) {
    const startedAt = processorSeconds();
    run.step(batch(step));
    const reports = await run.flush();
    seconds += processorSeconds() - startedAt;
    for (const { loss } of reports) course.losses.push(Number(loss.toPrecision(4)));
    course.seen.push(...((await look?.(run, seconds)) ?? []));
    if (step % saveEvery === 0 || step === steps) place.write({ step, seconds, course, state: await run.exportState() });
    if (step % progressEvery === 0) {
      const recent = course.losses.slice(-progressEvery);
      const mean = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
      console.log(
        `${name}, seed ${seed}: step ${step} of ${steps}, loss ${mean.toFixed(4)}, ${((1000 * seconds) / step).toFixed(0)} ms a step`,
      );
    }
  }
  return { run, seconds, ...course };
}
