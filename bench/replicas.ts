/**
 * Would two workers that share each batch train faster than one? The same run alone and shared in turns, on the cores as they are and
 * with one of them kept busy, as another program or the page's own thread would.
 */
import type { Browser } from 'playwright';
import { timesOf, type ReplicaFigure } from './figures';
import { serveBench } from './inBrowser';
import type { StepsDone } from './replica.worker';
import type { Phases } from './sharedStep';
import { workerClock } from './threadTime';

const batch = 32;
/** Of the whole batch: the halves take about the same time, since the leader's also has noise to draw. */
const theirs = 16;
const stepsAtOnce = 4;
/** With a core kept busy there is little to find out, so every third round will do. */
const roundsUntilBusy = 3;
const patienceMs = 60_000;

interface Taken {
  readonly ms: number[];
  readonly losses: number[];
  readonly phases: Phases[];
  /** A step of the round, worker by worker. */
  readonly processorMs: (readonly number[])[];
}

export async function measureReplicas(browser: Browser, rounds: number): Promise<ReplicaFigure> {
  const server = await serveBench();
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.url}replicas.html`);
  await page.waitForFunction(() => 'replicas' in window, undefined, { timeout: patienceMs });
  await page.evaluate(() => window.replicas.open());
  const clock = workerClock();

  const steps = async (into: Taken, forHelper: number): Promise<StepsDone> => {
    const before = clock();
    const done = await page.evaluate(([count, share]) => window.replicas.steps(count, share), [stepsAtOnce, forHelper] as const);
    into.ms.push(...done.ms);
    into.losses.push(...done.losses);
    into.phases.push(...done.phases);
    into.processorMs.push(clock().map((ms, i) => (ms - (before[i] ?? NaN)) / stepsAtOnce));
    return done;
  };
  const nothing = (): Taken => ({ ms: [], losses: [], phases: [], processorMs: [] });
  const turn = async (one: Taken, two: Taken): Promise<number> => {
    await steps(one, 0);
    return (await steps(two, theirs)).tensors;
  };

  const warmUp = [nothing(), nothing()] as const;
  const tensorsBefore = await turn(...warmUp);
  const [one, two, busyOne, busyTwo] = [nothing(), nothing(), nothing(), nothing()];
  let tensorsAfter = tensorsBefore;
  for (let round = 0; round < rounds; round += 1) {
    tensorsAfter = await turn(one, two);
    if (round % roundsUntilBusy > 0) continue;
    await page.evaluate(() => window.replicas.burn(true));
    await turn(busyOne, busyTwo);
    await page.evaluate(() => window.replicas.burn(false));
  }
  await page.context().close();
  await server.close();

  const least = (taken: Taken, worker: number): number => Math.min(...taken.processorMs.map((ms) => ms[worker] ?? NaN));
  const [leader, helper] = [least(two, 0), least(two, 1)];
  return {
    batch,
    theirs,
    steps: two.ms.length,
    one: timesOf(one.ms),
    two: timesOf(two.ms),
    busyOne: timesOf(busyOne.ms),
    busyTwo: timesOf(busyTwo.ms),
    phases: leastOfEach(two.phases),
    processorMs: Number.isFinite(leader + helper) ? { one: least(one, 0), leader, helper } : null,
    lossDifference: largestDifference(warmUp[0].losses, warmUp[1].losses),
    tensorsBefore,
    tensorsAfter,
  };
}

function leastOfEach(phases: readonly Phases[]): Phases {
  const least = (phase: keyof Phases): number => Math.min(...phases.map((step) => step[phase]));
  return {
    sending: least('sending'),
    gradients: least('gradients'),
    noise: least('noise'),
    waiting: least('waiting'),
    update: least('update'),
  };
}

/** Relative. */
function largestDifference(losses: readonly number[], others: readonly number[]): number {
  return Math.max(...losses.map((loss, i) => Math.abs((others[i] ?? NaN) / loss - 1)));
}
