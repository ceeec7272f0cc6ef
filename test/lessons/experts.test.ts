/** Lesson 6's plain parts: who owns what, what the recorded numbers say, what training here amounts to. */
import { describe, expect, it, test } from 'vitest';
import { arrangementSource, handOverAt, trainedBorder } from '../../lessons/experts/arrangements';
import { flopWords, heldBy, sizeWords } from '../../lessons/experts/coordination';
import { lossCurve, relativeCurve, relativeWords } from '../../lessons/experts/lossCurves';
import { evaluationsOf, waitWarning } from '../../lessons/experts/patience';
import { compare, floorOf, resultsOf, spreadOf } from '../../lessons/experts/results';
import { expertSchedule } from '../../lessons/experts/schedule';
import {
  arrangementSentence,
  averagesSentence,
  bordersSentence,
  lookWords,
  pairStepsWords,
  weightsWords,
} from '../../lessons/experts/sentences';
import { intervalsOf, membersOf, setupSource, stepsOf, taskWords } from '../../lessons/experts/setups';
import { placeOf, shiftsOf, stretchesOf, ticksOf } from '../../lessons/experts/timeline';
import { flopsOf, jobsOf, secondsFor, trainedSteps } from '../../lessons/experts/training';
import { againstOne, answerWords, verdictWords } from '../../lessons/experts/verdict';
import type { ExpertRow, RecordedExperts, RecordedSetup } from '../../src/data/recordedExperts';
import { levelsFor } from '../../src/diffusion/levels';
import { flopsPerStep } from '../../src/training/cost';
import { expertSetups, expertsOf } from '../../src/training/expertRecipes';
import { recipes } from '../../src/training/recipes';
import type { BackendReport, RunSnapshot } from '../../src/worker/protocol';

const T = 1000;
const quality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };
const seeds = { trainingSeed: 7, noiseSeed: 0 };

function row(setup: RecordedSetup, trainingSeed: number, heldOut: number, fd = 14, more: Partial<ExpertRow> = {}): ExpertRow {
  const parameters = setup === 'one' ? 100 : 200;
  return {
    ...quality,
    fd,
    heldOut,
    setup,
    trainingSeed,
    noiseSeed: 0,
    trainingFlops: 3e12,
    parameters,
    flopsPerEvaluation: 31e6,
    ...more,
  };
}

function recorded(change: Partial<RecordedExperts>): RecordedExperts {
  return {
    ...{ command: '', date: '', device: '', n: 500, guidanceScale: 1.25, sampler: 'ddim', steps: 25 },
    ...{ floor: { n: 500, draws: [quality] }, models: [], rows: [], lossByTime: [], arrangements: [], borders: [], averages: [] },
    ...change,
  };
}

describe('the experts of a setup', () => {
  it.each(expertSetups)('%s share out every moment, each owned once', (setup) => {
    const intervals = intervalsOf(setup);
    expect(intervals[0]?.from).toBe(0);
    expect(intervals.at(-1)?.to).toBe(T);
    intervals.slice(1).forEach(({ from }, i) => expect(from).toBe(intervals[i]?.to));
  });

  it('are asked for by the names under which they ship, or as runs of the reader', () => {
    expect(membersOf('three-logsnr', 'recorded').map(({ model }) => model)).toEqual(
      [1, 2, 3].map((i) => ({ kind: 'recorded', name: `three-logsnr-${i}` })),
    );
    expect(membersOf('two', 'own').map(({ model }) => model)).toEqual(
      [1, 2].map((i) => ({ kind: 'run', runId: `expert-${i}`, weights: 'ema' })),
    );
    expect(setupSource('one')).toEqual({ kind: 'recorded' });
  });

  it('have steps that cost as much as those of the single network, up to rounding', () => {
    for (const setup of ['two', 'three', 'four'] as const) {
      const total = stepsOf(setup).reduce((sum, steps) => sum + steps, 0);
      expect(Math.abs(total - 1000)).toBeLessThanOrEqual(2);
    }
    const small = expertsOf('two-small').reduce((sum, { recipe, steps }) => sum + steps * flopsPerStep(recipe), 0);
    expect(small / (1000 * flopsPerStep(recipes.quick))).toBeCloseTo(1, 2);
    expect(pairStepsWords()).toMatch(/^\d+ steps for the one with much noise and \d+ for the one with little$/);
  });

  it('are named by their work', () => {
    expect([0, 1, 2].map((i) => taskWords(i, 3))).toEqual(['little noise', 'noise in between', 'much noise']);
  });
});

describe('arrangements of two', () => {
  const name = (i: 1 | 2) => ({ kind: 'recorded', name: `two-${i}` });

  it('swapped, each stands where the other learned', () => {
    const border = trainedBorder();
    expect(arrangementSource('swapped')).toEqual({
      kind: 'experts',
      experts: [
        { model: name(2), from: 0, to: border },
        { model: name(1), from: border, to: T },
      ],
    });
    expect(arrangementSource('as trained')).toEqual(setupSource('two'));
  });

  it('alone, it is asked as any network', () => {
    expect(arrangementSource('low alone')).toEqual(name(1));
    expect(arrangementSource('high alone')).toEqual(name(2));
  });

  it('the hand-over moves without a gap', () => {
    expect(handOverAt(300)).toEqual({
      kind: 'experts',
      experts: [
        { model: name(1), from: 0, to: 300 },
        { model: name(2), from: 300, to: T },
      ],
    });
  });
});

describe('the line from noise to clean', () => {
  it.each(['t', 'logSnr'] as const)('even in %s, runs from T to the cleanest level and never back', (axis) => {
    const places = Array.from({ length: T + 1 }, (_, i) => placeOf(T - i, axis, expertSchedule));
    expect(places[0]).toBe(0);
    expect(places[T - 1]).toBeCloseTo(1, axis === 't' ? 2 : 10);
    expect(places.at(-1)).toBe(1);
    places.slice(1).forEach((place, i) => expect(place).toBeGreaterThanOrEqual(places[i] ?? NaN));
  });

  it('is shared out among the owners without a gap, the noisiest first', () => {
    const stretches = stretchesOf(intervalsOf('four'), 'logSnr', expertSchedule);
    expect(stretches.map(({ index }) => index)).toEqual([3, 2, 1, 0]);
    expect(stretches[0]?.start).toBe(0);
    expect(stretches.at(-1)?.end).toBe(1);
    stretches.slice(1).forEach(({ start }, i) => expect(start).toBeCloseTo(stretches[i]?.end ?? NaN, 12));
  });

  it('gives three experts even in log-SNR stretches of one length there', () => {
    const lengths = stretchesOf(intervalsOf('three-logsnr'), 'logSnr', expertSchedule).map(({ start, end }) => end - start);
    // the noisiest has a little more: the borders leave out the last level, which has hardly any signal at all
    expect(Math.abs((lengths[1] ?? NaN) - (lengths[2] ?? NaN))).toBeLessThan(0.02);
  });

  it('has no more ticks than fit', () => {
    expect(ticksOf('logSnr', expertSchedule, 8)).toHaveLength(8);
    expect(ticksOf('logSnr', expertSchedule, 4).length).toBeLessThanOrEqual(4);
  });
});

test('a walk is shared out: every frame at which the network is asked has one owner', () => {
  const times = levelsFor({ schedule: expertSchedule, steps: 25, spacing: 'trailing' })
    .slice(0, -1)
    .map(({ t }) => t);
  expect(shiftsOf(times, intervalsOf('two'))).toEqual([
    { index: 0, frames: { first: 13, last: 24 }, count: 12 },
    { index: 1, frames: { first: 0, last: 12 }, count: 13 },
  ]);
  // one step asks at t = T alone
  expect(shiftsOf([T], intervalsOf('two')).map(({ frames, count }) => ({ frames, count }))).toEqual([
    { frames: null, count: 0 },
    { frames: { first: 0, last: 0 }, count: 1 },
  ]);
});

describe('recorded results', () => {
  const three = (setup: RecordedSetup, losses: readonly number[], fds: readonly number[]): readonly ExpertRow[] =>
    losses.map((loss, i) => row(setup, 7 + i, loss, fds[i]));
  const [one] = resultsOf(recorded({ rows: three('one', [0.06, 0.062, 0.061], [12, 13, 14]) }));

  it('are one a training, whatever noise the pictures began as', () => {
    const rows = [row('two', 8, 0.06, 12), row('two', 7, 0.07, 10), row('two', 7, 0.07, 14, { noiseSeed: 1 })];
    const [two] = resultsOf(recorded({ rows }));
    expect(two?.seeds.map(({ trainingSeed, fd }) => [trainingSeed, fd])).toEqual([
      [7, 12],
      [8, 12],
    ]);
    expect(two && spreadOf(two, 'heldOut')).toEqual({ low: 0.06, mean: expect.closeTo(0.065, 12) as number, high: 0.07 });
  });

  it('put someone ahead only if all of their trainings are better than all of the others', () => {
    const against = (losses: readonly number[]): string => {
      const [two] = resultsOf(recorded({ rows: three('two', losses, [12, 13, 14]) }));
      return one && two ? compare(two, one, 'heldOut').ahead : '';
    };
    expect(against([0.063, 0.064, 0.065])).toBe('other');
    expect(against([0.055, 0.056, 0.057])).toBe('mine');
    expect(against([0.0605, 0.0625, 0.0615])).toBe('nobody'); // worse on every seed, but among each other
    expect(against([0.07])).toBe('nobody'); // a single training
  });

  it('know that a high share is better', () => {
    const rows = (accuracy: number) => [7, 8].map((seed) => row('two', seed, 0.06, 12, { accuracy }));
    const [two] = resultsOf(recorded({ rows: rows(0.99) }));
    const [other] = resultsOf(recorded({ rows: rows(0.9) }));
    expect(two && other && compare(two, other, 'accuracy')).toMatchObject({ ahead: 'mine', better: 2, mine: 0.99 });
  });

  it.each([
    [[0.063, 0.064, 0.065], [12, 13, 14], /^one network, by 4\.\d% of the loss; the pictures do not tell them apart$/],
    [[0.055, 0.056, 0.057], [1, 2, 3], /^two experts, by loss and by pictures$/],
    [[0.0605, 0.0615, 0.062], [12, 13, 14], /^no difference that shows$/],
    [[0.0605, 0.0615, 0.062], [20, 21, 22], /^one network, by the pictures/],
    [[0.063, 0.064, 0.065], [1, 2, 3], /^one network by the loss, two experts by the pictures$/],
  ])('answer the question whichever way they fall: losses %j, distances %j', (losses, fds, answer) => {
    const file = recorded({ rows: [...three('one', [0.06, 0.062, 0.061], [12, 13, 14]), ...three('two', losses, fds)] });
    expect(answerWords(file)).toMatch(answer);
    expect(verdictWords(file)).toMatch(/3 trainings of each\. Held-out loss: 0\.0\d+ with two/);
    expect(againstOne(file, 'two')).toMatch(/^two experts: held-out loss (better|worse|undecided)/);
  });

  it('call nobody better from one training of each', () => {
    const file = recorded({ rows: [row('one', 7, 0.06, 12), row('two', 7, 0.07, 30)] });
    expect(answerWords(file)).toBe('not known yet, from one training of each: 0.0700 with two and 0.0600 with one of loss');
    expect(verdictWords(file)).toContain('one training of each. Held-out loss: 0.0700 with two and 0.0600 with one.');
    expect(againstOne(file, 'two')).toContain('held-out loss from one training (0.0700 against 0.0600)');
  });

  it('say nothing of what is not there', () => {
    expect(answerWords(recorded({}))).toBeNull();
    expect(againstOne(recorded({}), 'four')).toBeNull();
    expect(arrangementSentence(recorded({}))).toBe('The arrangements are not measured yet.');
    expect(bordersSentence(recorded({}))).toBe('That is not measured yet.');
    expect(averagesSentence(recorded({}))).toBe('That is not measured yet.');
  });

  it('have a floor, but for the loss', () => {
    expect(floorOf(recorded({}), 'fd')?.mean).toBe(14);
    expect(floorOf(recorded({}), 'heldOut')).toBeNull();
  });

  it('make the sentences of the prose', () => {
    const measured = { ...quality, ...seeds };
    const file = recorded({
      rows: [row('one', 7, 0.06), row('two', 7, 0.06)],
      arrangements: [
        { ...measured, arrangement: 'swapped', fd: 300, accuracy: 0.1 },
        { ...measured, arrangement: 'as trained', fd: 12.34, accuracy: 0.95 },
      ],
      borders: [300, 500, 700].map((border) => ({ ...measured, border, fd: Math.abs(border - 500) + 12 })),
      averages: [
        { ...measured, weights: 'both averaged', fd: 12 },
        { ...measured, weights: 'both raw', fd: 20 },
      ],
    });
    expect(arrangementSentence(file)).toMatch(/500 digits: as trained 12\.3 and 95%; swapped 300\.0 and 10%\.$/);
    expect(bordersSentence(file)).toMatch(/best is t = 500 .* the worst t = (300|700)/);
    expect(averagesSentence(file)).toBe('With both averaged the distance is 12.0, the best of the four; the worst has 20.0.');
    expect(weightsWords(file, 'two')).toBe('2.0 times');
    expect(lookWords(file, 'two')).toBe('31.0 MFLOP a look against 31.0 MFLOP');
  });
});

describe('loss by moment', () => {
  const curve = (setup: RecordedSetup, trainingSeed: number, x0Mse: readonly number[]) => ({
    setup,
    trainingSeed,
    t: [100, 900],
    x0Mse,
  });
  const file = recorded({
    lossByTime: [
      curve('one', 7, [0.1, 0.2]),
      curve('one', 8, [0.2, 0.2]),
      curve('two', 7, [0.11, 0.18]),
      curve('two', 8, [0.2, 0.18]),
    ],
  });

  it('has the mean of its trainings, and is held against the single network seed by seed', () => {
    expect(lossCurve(file, 'one')?.mean).toEqual([expect.closeTo(0.15, 12), 0.2]);
    expect(relativeCurve(file, 'two')?.mean).toEqual([expect.closeTo(1.05, 12), expect.closeTo(0.9, 12)]);
    expect(relativeCurve(file, 'one')?.mean).toEqual([1, 1]);
    expect(relativeWords(relativeCurve(file, 'two'))).toBe(
      'The experts’ mean loss lies below the single network’s at 1 of 2 moments: at t = 900 it is 10.0% below, at t = 100 5.0% above.',
    );
  });

  it('is nothing where nothing is recorded', () => {
    expect(lossCurve(file, 'four')).toBeNull();
    expect(relativeWords(relativeCurve(file, 'four'))).toBe('Not recorded yet.');
  });
});

test('what must be kept: all files of a setup, and none of another whose name begins alike', () => {
  const model = (name: string, bytes: number) => ({
    name,
    seed: 7,
    steps: 1,
    trainingFlops: 1,
    seconds: 1,
    parameters: 100,
    bytes,
  });
  const models = [
    model('quick', 500),
    model('two-1', 510),
    model('two-2', 520),
    model('two-small-1', 9),
    model('two-small-2', 9),
  ];
  const rows = [row('one', 7, 0.06), row('two', 7, 0.06), row('four', 7, 0.06)];
  expect(heldBy({ models, rows }, 'two')).toEqual({ setup: 'two', networks: 2, parameters: 200, bytes: 1030 });
  expect(heldBy({ models, rows }, 'one')).toMatchObject({ networks: 1, bytes: 500 });
  expect(heldBy({ models, rows }, 'four')).toMatchObject({ bytes: null });
  expect(heldBy({ models, rows }, 'three')).toBeNull();
  expect([sizeWords(514_200), sizeWords(1_030_000)]).toEqual(['514 kB', '1.03 MB']);
  expect([flopWords(2.97e12), flopWords(30.9e6), flopWords(1.55e9)]).toEqual(['2.97 TFLOP', '30.9 MFLOP', '1.55 GFLOP']);
});

describe('training here', () => {
  it('has a job for each expert, the noisiest first, each at least one step', () => {
    const jobs = jobsOf('three', 0.25, 5);
    expect(jobs.map(({ runId, seed }) => [runId, seed])).toEqual([
      ['expert-3', 5],
      ['expert-2', 5],
      ['expert-1', 5],
    ]);
    expect(jobs[0]?.label).toBe('Expert 3 of 3: t = 668 … 1,000');
    expect(jobs.map(({ untilStep }) => untilStep)).toEqual(
      stepsOf('three')
        .map((steps) => Math.round(steps / 4))
        .reverse(),
    );
    expect(jobsOf('two', 1e-9, 1).every(({ untilStep }) => untilStep === 1)).toBe(true);
  });

  it('takes as long as its arithmetic, by what has trained here or else by what was measured', () => {
    const flops = flopsOf(jobsOf('two', 1, 1));
    const perStep = flopsPerStep(recipes.quick);
    const run = { runId: 'quick', flopsPerStep: perStep } as RunSnapshot;
    const backend = { backend: 'wasm', probe: { wasm: { msPerStep: 50, precision: 'float32' } } } as unknown as BackendReport;
    const unknown = { runs: {}, msPerStep: () => null, backend: null };
    expect(secondsFor(flops, unknown)).toBeNull();
    expect(secondsFor(flops, { ...unknown, backend })).toBeCloseTo(50, 0);
    expect(secondsFor(flops, { runs: { quick: run }, msPerStep: () => 100, backend })).toBeCloseTo(100, 0);
  });

  it('ends in experts that can draw together: all of one setup and one seed', () => {
    const runs = (change: Partial<RunSnapshot> = {}) =>
      Object.fromEntries(
        expertsOf('two').map(({ recipe }, i) => [
          recipe.id,
          { recipe, seed: 1, stepsDone: 10 + i, ...(i === 1 ? change : {}) } as RunSnapshot,
        ]),
      );
    expect(trainedSteps('two', runs())).toEqual([10, 11]);
    expect(trainedSteps('two', runs({ stepsDone: 0 }))).toBeNull();
    expect(trainedSteps('two', runs({ seed: 2 }))).toBeNull();
    expect(trainedSteps('three', runs())).toBeNull();
    expect(trainedSteps('two-small', runs())).toBeNull(); // the same moments, but other networks
  });
});

describe('patience', () => {
  it('counts every look at every picture', () => {
    expect(evaluationsOf({ sampler: 'ddim', steps: 25, isGuided: false })).toBe(25);
    expect(evaluationsOf({ sampler: 'heun', steps: 10, isGuided: true, pictures: 10 })).toBe(2 * 19 * 10);
  });

  it('is asked for beforehand, where it takes long', () => {
    expect(waitWarning(50, null)).toBeNull();
    expect(waitWarning(2000, null)).toMatch(/2,000 times\. How long that takes here is not known/);
    expect(waitWarning(2000, 1)).toBeNull();
    expect(waitWarning(2000, 10)).toMatch(/2,000 times: about 20 s on this device/);
  });
});
