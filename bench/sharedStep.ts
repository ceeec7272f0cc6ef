/**
 * A training step whose batch is shared with another worker. The other is sent the weights and its part of the noised batch, and
 * answers with gradients; it knows nothing of the optimiser and keeps nothing from one step to the next, so it could be lost at any
 * moment. What the page would do if it trained with replicas; README.md says why it does not.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../src/base/rng';
import { makeSchedule } from '../src/diffusion/schedule';
import { elements, parametersOf } from '../src/model/parameters';
import { disposeAll, parameter, type Params } from '../src/model/tensors';
import { clipFactor, globalNorm } from '../src/training/clip';
import { emaDecay, emaStep } from '../src/training/ema';
import { batchGradients } from '../src/training/gradients';
import { lossWeight } from '../src/training/loss';
import { noiseBatch, type Batch, type NoisedBatch } from '../src/training/noising';
import { optimizerStep, warmup, type Weights } from '../src/training/optimizer';
import { recipes } from '../src/training/recipes';
import { disposeWeights, freshWeights, trainedBy } from '../src/training/weightsState';

type Numbers = Float32Array<ArrayBuffer>;

export interface Question {
  /** All parameters, one after the other. */
  readonly weights: Numbers;
  readonly noised: NoisedBatch;
}

export interface Answer {
  /** As the weights: of the mean loss of this part. */
  readonly gradients: Numbers;
  /** Of each picture. */
  readonly errors: Numbers;
}

/** To the other worker and back; questions are answered in their order. */
export interface Line {
  readonly ask: (question: Question) => Promise<Answer>;
}

const recipe = recipes.quick;
const schedule = makeSchedule(recipe.schedule);
const pixels = recipe.model.imageSize ** 2 * recipe.model.channels;
const parameters = parametersOf(recipe.model);
const weightCount = parameters.reduce((sum, { shape }) => sum + elements(shape), 0);

/** What the other worker does. */
export function answer({ weights, noised }: Question): Answer {
  const params = unpacked(weights);
  const { gradients, errors } = gradientsOf(params, noised);
  const numbers = { gradients: packed(gradients), errors: Float32Array.from(errors.dataSync<'float32'>()) };
  disposeAll(params);
  disposeAll(gradients);
  errors.dispose();
  return numbers;
}

/** Where a step's time went, in milliseconds. */
export type Phases = Readonly<Record<'sending' | 'gradients' | 'noise' | 'waiting' | 'update', number>>;

export interface SharedStep {
  readonly loss: number;
  readonly phases: Phases;
}

/** A fresh run; `theirs` of each batch's pictures go to the other worker. */
export function sharedRun(seed: number, line: Line, batch: (step: number) => Batch): (theirs: number) => Promise<SharedStep> {
  const rng = createRng(seed, 'train');
  const noiseOf = (step: number): NoisedBatch => noiseBatch(batch(step - 1), recipe, schedule, rng.fork('step', step));
  let weights = freshWeights(trainedBy(recipe), seed);
  let step = 1;
  let noised = noiseOf(step);

  return async (theirs) => {
    const times = [performance.now()];
    const mark = (): void => void times.push(performance.now());
    const cut = recipe.batchSize - theirs;
    const asked = line.ask({ weights: packed(weights.param), noised: part(noised, cut, recipe.batchSize) });
    mark();
    const own = gradientsOf(weights.param, part(noised, 0, cut));
    mark();
    const { alphaBar } = noised;
    noised = noiseOf(step + 1); // in time that would be spent waiting: the other worker has the larger part
    mark();
    const other = await asked;
    mark();
    const before = weights;
    weights = tf.tidy(() => ({ ...updated(before, weightedSum(own.gradients, unpacked(other.gradients), cut), step) }));
    const errors = [...own.errors.dataSync(), ...other.errors];
    const loss = errors.reduce((sum, error, i) => sum + error * lossWeight(recipe, alphaBar[i] ?? NaN), 0) / recipe.batchSize;
    disposeWeights(before);
    disposeAll(own.gradients);
    own.errors.dispose();
    step += 1;
    mark();
    const [sending = NaN, gradients = NaN, noise = NaN, waiting = NaN, update = NaN] = times
      .slice(1)
      .map((t, i) => t - (times[i] ?? NaN));
    return { loss, phases: { sending, gradients, noise, waiting, update } };
  };
}

function gradientsOf(params: Params, noised: NoisedBatch): { readonly gradients: Params; readonly errors: tf.Tensor1D } {
  return batchGradients({ ...recipe, batchSize: noised.t.length }, schedule, params, noised);
}

/** Gradients of the mean over the whole batch; ours first, whoever was quicker. */
function weightedSum(ours: Params, theirs: Params, ourPictures: number): Params {
  const share = ourPictures / recipe.batchSize;
  const sum = (name: string): tf.Tensor =>
    tf.add(tf.mul(parameter(ours, name), share), tf.mul(parameter(theirs, name), 1 - share));
  return Object.fromEntries(parameters.map(({ name }) => [name, sum(name)]));
}

/** As in src/training/run.ts. */
function updated(before: Weights, gradients: Params, step: number): Weights {
  const clip = clipFactor(globalNorm(gradients), recipe.clipNorm);
  const next = optimizerStep(
    { ...recipe, isMuon: trainedBy(recipe).isMuon },
    before,
    gradients,
    clip,
    step,
    warmup(recipe, step),
  );
  return { ...next, ema: emaStep(before.ema, next.param, emaDecay(recipe.ema, step)) };
}

function part(
  { t, alphaBar, xt, target, labels, small, augmentation, ...rest }: NoisedBatch,
  from: number,
  to: number,
): NoisedBatch {
  const pictures = (values: Float32Array): Float32Array => values.slice(from * pixels, to * pixels);
  return {
    t: t.slice(from, to),
    alphaBar: alphaBar.slice(from, to),
    xt: pictures(xt),
    eps: new Float32Array(0), // nothing in a step looks at it
    target: pictures(target),
    labels: labels.slice(from, to),
    small: small && pictures(small),
    augmentation: augmentation?.slice(from, to) ?? null,
    tokens: rest.tokens, // the recipe that is shared out reads none, and is told none
    vectors: rest.vectors,
  };
}

function packed(tensors: Params): Numbers {
  const numbers = new Float32Array(weightCount);
  let at = 0;
  for (const { name } of parameters) {
    const tensor = parameter(tensors, name);
    numbers.set(tensor.dataSync<'float32'>(), at);
    at += tensor.size;
  }
  return numbers;
}

function unpacked(numbers: Numbers): Params {
  let at = 0;
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const start = at;
      at += elements(shape);
      return [name, tf.tensor(numbers.subarray(start, at), [...shape])];
    }),
  );
}
