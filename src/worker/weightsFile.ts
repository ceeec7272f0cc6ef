/**
 * A run as a file that the reader takes along: safetensors, which Python opens too. `all` is the whole state under prefixed
 * names ('param/…', 'ema/…', 'adam.m/…', 'adam.v/…', 'muon/…') and the course of the run ('history/loss', …; [steps], and
 * 'history/t' [steps, batch]); `ema` and `raw` are one set of weights under the network's own names.
 * Metadata: format, version, producer, weights, recipe (JSON), seed, step, trainedMs.
 */
import { AppError } from '../base/errors';
import { checkRunFileSize } from '../base/runFile';
import type { NamedArray, NamedArrays } from '../model/config';
import { checkWeights, decodeSafetensors, encodeSafetensors } from '../model/safetensors';
import type { Recipe } from '../training/recipe';
import { parseRecipe } from '../training/recipeFile';
import { checkState, isWholeState, stateFromWeights, trainedBy, weightsIn } from '../training/weightsState';
import type { RunContent } from './checkpoint';
import type { StepReport, WeightsChoice } from './protocol';

const format = 'diffusion-by-hand';
/** Raised whenever older code could no longer read what is written here. */
const version = 1;
const maxStep = 1e9;

const historyPrefix = 'history/';
const curves = ['loss', 'x0Mse', 'epsMse', 'gradNorm', 'learningRate', 'ms'] as const;

export type TakenAlong = Pick<RunContent, 'recipe' | 'seed' | 'stepsDone' | 'trainedMs' | 'history' | 'state'>;

export function encodeRunFile(content: TakenAlong, weights: WeightsChoice): Uint8Array<ArrayBuffer> {
  const { recipe, seed, stepsDone, trainedMs, history, state } = content;
  const arrays = weights === 'all' ? { ...state, ...historyArrays(history) } : weightsIn(state, weights);
  return encodeSafetensors(arrays, {
    format,
    version: String(version),
    producer: 'Diffusion by hand, trained in a browser',
    weights,
    recipe: JSON.stringify(recipe),
    seed: String(seed),
    step: String(stepsDone),
    trainedMs: String(Math.round(trainedMs)),
  });
}

/**
 * What a file holds, checked as a whole. Weights without a run around them begin one: the average starts at them, the
 * optimiser is fresh and warms up again, and they count as the first step. Where no recipe is in the file, they have to fit
 * the present one.
 * @throws weights/format, naming the tensor or the part that is wrong; weights/version
 */
export function decodeRunFile(bytes: Uint8Array, present: { readonly recipe: Recipe; readonly seed: number }): TakenAlong {
  checkRunFileSize(bytes.length);
  const { arrays, metadata } = decodeSafetensors(bytes);
  const recipe = recipeIn(metadata, present.recipe);
  const isHistory = (name: string): boolean => name.startsWith(historyPrefix);
  const state = select(arrays, (name) => !isHistory(name));
  const about = {
    recipe,
    seed: wholeNumber(metadata, 'seed', present.seed, Number.MAX_SAFE_INTEGER),
  };
  if (isWholeState(state)) {
    checkState(trainedBy(recipe), state);
    const stepsDone = Math.max(1, wholeNumber(metadata, 'step', 1, maxStep));
    const trainedMs = wholeNumber(metadata, 'trainedMs', 0, Number.MAX_SAFE_INTEGER);
    return { ...about, stepsDone, trainedMs, history: historyFrom(select(arrays, isHistory), stepsDone), state };
  }
  checkWeights(state, recipe.model);
  return { ...about, stepsDone: 1, trainedMs: 0, history: [], state: stateFromWeights(trainedBy(recipe), state) };
}

function recipeIn(metadata: Readonly<Record<string, string>>, present: Recipe): Recipe {
  if (metadata['format'] !== format) return present; // somebody else's, or a file without a word about itself
  if (metadata['version'] !== String(version)) {
    const message = `The file was written by version ${metadata['version'] ?? 'unknown'} of this notebook's format, and this one reads ${version}.`;
    throw new AppError('weights/version', message);
  }
  const recipe = parseRecipe(metadata['recipe'] ?? '');
  if (recipe.id !== present.id) {
    const message = `The file holds a ${recipe.id} run, and this is the ${present.id} one: choose “${recipe.id}” and load it there.`;
    throw new AppError('weights/format', message);
  }
  return recipe;
}

function wholeNumber(metadata: Readonly<Record<string, string>>, name: string, otherwise: number, most: number): number {
  const text = metadata[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text) || Number(text) > most) {
    throw new AppError('weights/format', `The file says “${text}” where its ${name} should be, which is no such number.`);
  }
  return Number(text);
}

function select(arrays: NamedArrays, wanted: (name: string) => boolean): NamedArrays {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => wanted(name)));
}

function historyArrays(history: readonly StepReport[]): NamedArrays {
  if (history.length === 0) return {};
  const batchSize = history.at(-1)?.t.length ?? 0;
  const lines = curves.map((name): [string, NamedArray] => [
    historyPrefix + name,
    { shape: [history.length], data: Float32Array.from(history, (step) => step[name]) },
  ]);
  const t = Float32Array.from(history.flatMap((step) => Array.from({ length: batchSize }, (_, i) => step.t[i] ?? 0)));
  return Object.fromEntries([...lines, [`${historyPrefix}t`, { shape: [history.length, batchSize], data: t }]]);
}

/** The steps that led to `stepsDone`, without the errors of single pictures. @throws weights/format, naming the tensor */
function historyFrom(arrays: NamedArrays, stepsDone: number): StepReport[] {
  if (Object.keys(arrays).length === 0) return [];
  const steps = arrays[`${historyPrefix}loss`]?.shape[0] ?? 0;
  const found = (name: string, isFitting: (shape: readonly number[]) => boolean): NamedArray => {
    const key = historyPrefix + name;
    const array = arrays[key];
    if (array === undefined) throw new AppError('weights/format', `There is no tensor named “${key}”.`);
    if (!isFitting(array.shape) || steps > stepsDone) {
      throw new AppError(
        'weights/format',
        `The tensor “${key}” has the shape [${array.shape.join(', ')}], after ${stepsDone} steps.`,
      );
    }
    if (!array.data.every(Number.isFinite))
      throw new AppError('weights/format', `The tensor “${key}” holds values that are not finite numbers.`);
    return array;
  };
  const line = (name: (typeof curves)[number]): Float32Array =>
    found(name, (shape) => shape.length === 1 && shape[0] === steps).data;
  const [loss, x0Mse, epsMse, gradNorm, learningRate, ms] = [
    ...[line('loss'), line('x0Mse'), line('epsMse'), line('gradNorm'), line('learningRate'), line('ms')],
  ];
  const t = found('t', (shape) => shape.length === 2 && shape[0] === steps);
  const batchSize = t.shape[1] ?? 0;
  return Array.from({ length: steps }, (_, i) => ({
    step: stepsDone - steps + i + 1,
    loss: loss?.[i] ?? 0,
    x0Mse: x0Mse?.[i] ?? 0,
    epsMse: epsMse?.[i] ?? 0,
    t: [...t.data.subarray(i * batchSize, (i + 1) * batchSize)].filter((time) => time > 0),
    x0Errors: [],
    epsErrors: [],
    gradNorm: gradNorm?.[i] ?? 0,
    learningRate: learningRate?.[i] ?? 0,
    ms: ms?.[i] ?? 0,
  }));
}
