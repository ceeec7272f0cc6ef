/** Trains the judge with the project's own layers, Adam and average of weights: seeded, and the same run again for the same seed. */
import * as tf from '@tensorflow/tfjs-core';
import { createRng, type Rng } from '../../src/base/rng';
import { createBatches, fillBatch } from '../../src/data/batches';
import type { MnistStore } from '../../src/data/mnist';
import { shiftAtRandom } from '../../src/data/shift';
import { judgeParameters, type JudgeConfig } from '../../src/evaluation/judgeConfig';
import { judgeGradients } from '../../src/evaluation/judgeGradients';
import type { NamedArrays } from '../../src/model/config';
import { initialiseParameters } from '../../src/model/initialise';
import { disposeAll, parameter, toArrays, toTensors, type Params } from '../../src/model/tensors';
import { adamStep } from '../../src/training/adam';
import { emaDecay, emaStep } from '../../src/training/ema';
import type { SavePlace } from './savePlace';

export const judgeBatch = 64;
const peakRate = 2e-3;
const warmUpSteps = 50;
const adam = { beta1: 0.9, beta2: 0.99 };
const ema = { kind: 'power', exponent: 7 } as const;
/** Pixels by which digits are moved: more than MNIST's own centring leaves, and little enough to stay inside. */
const mostShift = 2;

/** Weights, Adam's two moments and the averaged weights. */
type State = Readonly<Record<'param' | 'm' | 'v' | 'ema', Params>>;

export interface JudgeProgress {
  readonly step: number;
  /** Mean cross-entropy of the step's batch, in nats. */
  readonly loss: number;
  /** Of training so far. */
  readonly seconds: number;
}

type Losses = readonly { readonly step: number; readonly loss: number }[];

export interface TrainedJudge {
  /** The averaged ones. */
  readonly weights: NamedArrays;
  /** At the reported steps, to four significant digits. */
  readonly losses: Losses;
  readonly seconds: number;
}

/** Rises over the first steps, then falls to nothing along a half cosine. @param step 1 for the first */
function rate(step: number, steps: number): number {
  return peakRate * Math.min(1, step / warmUpSteps) * 0.5 * (1 + Math.cos((Math.PI * (step - 1)) / steps));
}

/** @param onStep told of every `reportEvery`-th step and of the last, after the run has been saved */
export async function trainJudge(options: {
  readonly config: JudgeConfig;
  readonly seed: number;
  readonly steps: number;
  readonly store: Pick<MnistStore, 'counts' | 'image' | 'label'>;
  readonly place: SavePlace;
  readonly reportEvery: number;
  readonly onStep: (progress: JudgeProgress) => void;
}): Promise<TrainedJudge> {
  const { config, seed, steps, store, place, reportEvery, onStep } = options;
  const rng = createRng(seed, 'judge');
  const batches = createBatches({ counts: store.counts, seed, batchSize: judgeBatch });
  const saved = place.read<Losses>();
  const losses = [...(saved?.course ?? [])];
  let state = saved ? restored(saved.state) : fresh(config, rng);
  let seconds = saved?.seconds ?? 0;
  for (let step = (saved?.step ?? 0) + 1; step <= steps; step += 1) {
    const startedMs = performance.now();
    const { x0, labels } = fillBatch(store, batches.indices(step - 1));
    const batch = { x0: shiftAtRandom(x0, mostShift, rng.fork('shift', step)), labels };
    const { next, loss } = tf.tidy(() => update(config, state, batch, step, rate(step, steps)));
    Object.values(state).forEach(disposeAll);
    state = next;
    seconds += (performance.now() - startedMs) / 1000;
    if (step % reportEvery === 0 || step === steps) {
      const value = (await loss.data())[0] ?? NaN;
      losses.push({ step, loss: Number(value.toPrecision(4)) });
      place.write({ step, seconds, course: losses, state: await flat(state) });
      onStep({ step, loss: value, seconds });
    }
    loss.dispose();
  }
  const weights = await toArrays(state.ema);
  Object.values(state).forEach(disposeAll);
  return { weights, losses, seconds };
}

function fresh(config: JudgeConfig, rng: Rng): State {
  const start = initialiseParameters(judgeParameters(config), rng.fork('initialise'));
  return { param: toTensors(start), m: zeros(start), v: zeros(start), ema: toTensors(start) };
}

const parts = ['param', 'm', 'v', 'ema'] as const;

/** 'param/conv1.weight', 'm/conv1.weight', … */
function flat(state: State): Promise<NamedArrays> {
  const entries = parts.map((part) => Object.entries(state[part]).map(([name, tensor]) => [`${part}/${name}`, tensor] as const));
  return toArrays(Object.fromEntries(entries.flat()));
}

function restored(arrays: NamedArrays): State {
  const part = (prefix: (typeof parts)[number]): Params => {
    const own = Object.entries(arrays).filter(([name]) => name.startsWith(`${prefix}/`));
    return toTensors(Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length + 1), array])));
  };
  return { param: part('param'), m: part('m'), v: part('v'), ema: part('ema') };
}

function update(
  config: JudgeConfig,
  state: State,
  batch: { readonly x0: Float32Array; readonly labels: Int32Array },
  step: number,
  learningRate: number,
): Readonly<{ next: State; loss: tf.Scalar }> {
  const { loss, gradients } = judgeGradients(config, state.param, batch);
  const unclipped = tf.scalar(1);
  const stepped = Object.entries(state.param).map(([name, value]) => {
    const moments = { value, m: parameter(state.m, name), v: parameter(state.v, name) };
    return [name, adamStep(moments, parameter(gradients, name), unclipped, step, { ...adam, learningRate })] as const;
  });
  const part = (which: 'value' | 'm' | 'v'): Params => Object.fromEntries(stepped.map(([name, each]) => [name, each[which]]));
  const param = part('value');
  return { next: { param, m: part('m'), v: part('v'), ema: emaStep(state.ema, param, emaDecay(ema, step)) }, loss };
}

function zeros(arrays: NamedArrays): Params {
  return Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, tf.zeros([...shape])]));
}
