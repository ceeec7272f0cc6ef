/** The ratios that the bench is for, each with what it should come to; those whose figures were not measured are left out. */
import type { Aim, Figures, SampleFigure, TrainFigure } from './figures';
import type { Quality } from './quality';

type Measurements = Pick<Figures, 'train' | 'sample' | 'samplers' | 'pytorch' | 'replicas' | 'longestTaskMs' | 'leak'> & {
  readonly quality: Quality | null;
  /** Evaluations after which some sampler is as good as the long walk; null where that is not recorded. */
  readonly evaluationsEnough: number | null;
};

/** Milliseconds at best: others on the machine only ever add to a time. */
type Ms = number | undefined;

const maxTflopUntilGood = 0.8;
const comparedSteps = 1000;

export function aimsOf(measured: Measurements): readonly Aim[] {
  const { train, sample, samplers, pytorch, replicas, longestTaskMs, leak, quality, evaluationsEnough } = measured;
  const step = (wanted: Partial<TrainFigure>): Ms => best(train, { recipe: 'quick', ...wanted }, (row) => row.msPerStep?.min);
  const evaluation = (wanted: Partial<SampleFigure>): Ms => best(sample, wanted, (row) => row.msPerEvaluation?.min);
  const ours = step({ backend: 'wasm', engine: 'ours' });
  const stock = step({ backend: 'webgl', engine: 'stock' });
  const renderer = train.find(({ backend }) => backend === 'webgl')?.renderer ?? '';
  const isMesa = /llvmpipe|mesa/i.test(renderer);
  const isSoftware = isMesa || /swiftshader/i.test(renderer);
  const [bestAim, webglAim] = isMesa ? [20, 1.5] : isSoftware ? [100, 2.5] : [null, 3];
  return [
    atMost('one step, ours on WASM over PyTorch on one thread', ratio(ours, pytorch?.msPerStep.min), 1.8),
    atLeast(
      'one step, composed of stock kernels over ours, WASM',
      ratio(step({ backend: 'wasm', engine: 'composed' }), ours),
      2.6,
    ),
    bestAim === null || ours === undefined // the best backend is WASM wherever there is no real GPU
      ? null
      : atLeast(`one step, stock WebGL over our best backend (${renderer})`, ratio(stock, step({ engine: 'ours' })), bestAim),
    atLeast(`one step, stock WebGL over ours (${renderer})`, ratio(stock, step({ backend: 'webgl', engine: 'ours' })), webglAim),
    atMost(
      'an evaluation of 32 pictures over a training step, WASM',
      ratio(evaluation({ backend: 'wasm', engine: 'ours', batch: 32 }), ours),
      0.22,
    ),
    samplers.length === 0
      ? null
      : atLeast(
          'the network’s share of a walk’s time, the least of all walks',
          Math.min(...samplers.map(({ networkShare }) => networkShare)),
          0.9,
        ),
    samplers.length === 0
      ? null
      : atMost('evaluations within 10% of 1,000 steps of DDPM, the quickest sampler', evaluationsEnough ?? undefined, 10),
    replicas &&
      atLeast('one step, one worker over two that share the batch, WASM', ratio(replicas.one.min, replicas.two.min), 1.5),
    ...(quality ? qualityAims(quality, medianOf(train)) : []),
    leak &&
      atMost(
        `tensors leaked over ${leak.steps} steps, ${leak.pauses} pauses, ${leak.samplings} drawings, ${leak.resets} resets`,
        leak.tensorsAfter - leak.tensorsBefore,
        0,
      ),
    longestTaskMs === null ? null : below('longest task of the page while training, ms', longestTaskMs, 50),
  ].filter((aim) => aim !== null);
}

function qualityAims({ rows, untilGood }: Quality, msPerStep: Ms): readonly (Aim | null)[] {
  const at = (recipe: string): number | undefined => rows.find((row) => row.recipe === recipe && row.steps === comparedSteps)?.fd;
  const complete = untilGood.filter(({ seeds, good }) => good === seeds.length).flatMap(({ latest }) => latest ?? []);
  const [soonest] = [...complete].sort((one, other) => one.tflop - other.tflop);
  const seeds = untilGood[0]?.seeds.length ?? 0;
  const how = soonest ? ` (w = ${soonest.w}, step ${soonest.steps})` : ' (never, with any w)';
  const seconds = soonest && msPerStep !== undefined ? (soonest.steps * msPerStep) / 1000 : undefined;
  return [
    atLeast(`Fréchet distance at ${comparedSteps} steps, textbook over quick`, ratio(at('textbook'), at('quick')), 10),
    atMost(`Fréchet distance of quick at ${comparedSteps} steps`, at('quick'), 16),
    atMost(`TFLOP until digits are good, the slowest of ${seeds} seeds${how}`, soonest?.tflop ?? Infinity, maxTflopUntilGood),
    atMost('seconds of training until then, WASM in the browser', seconds, 25),
  ];
}

/** Of the quick recipe on WASM, our fastest kernels: what a reader waits for, not what is possible. */
function medianOf(train: readonly TrainFigure[]): Ms {
  return best(train, { recipe: 'quick', backend: 'wasm', engine: 'ours' }, (row) => row.msPerStep?.median);
}

/** The least of a number over the rows that have all these values. */
function best<Row extends object>(rows: readonly Row[], wanted: Partial<Row>, value: (row: Row) => Ms): Ms {
  const isWanted = (row: Row): boolean => Object.entries(wanted).every(([name, expected]) => Reflect.get(row, name) === expected);
  const found = rows.filter(isWanted).flatMap((row) => value(row) ?? []);
  return found.length === 0 ? undefined : Math.min(...found);
}

function ratio(one: Ms, other: Ms): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other;
}

function atMost(name: string, value: number | undefined, limit: number): Aim | null {
  return value === undefined ? null : { name, value, aim: `≤ ${limit}`, isMet: value <= limit };
}

function atLeast(name: string, value: number | undefined, limit: number): Aim | null {
  return value === undefined ? null : { name, value, aim: `≥ ${limit}`, isMet: value >= limit };
}

function below(name: string, value: number, limit: number): Aim {
  return { name, value, aim: `< ${limit}`, isMet: value < limit };
}
