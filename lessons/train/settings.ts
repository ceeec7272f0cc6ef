/**
 * What a reader may set before a run: each with its explanation and its limits, and the way from a recipe to the form and
 * back. The form holds what was typed, so that a refused value can stay there and be corrected.
 */
import { checkParams, choice, num, type Params } from '$lib/base/params';
import { AppError } from '$lib/base/errors';
import type { Recipe } from '$lib/training/recipe';

export type Typed = Readonly<Record<string, string>>;

/** The three that matter first. */
export const runParams = {
  steps: num({
    label: 'Steps',
    help: 'How far “Train” goes. It can always go on from there.',
    min: 1,
    max: 20_000,
    step: 1,
    value: 500,
  }),
  seed: num({
    label: 'Seed',
    help: 'Fixes first weights, order of pictures and noise. Same seed, same device: same run. Another seed tells you how much is luck.',
    min: 0,
    max: 999_999,
    step: 1,
    value: 7,
  }),
  interval: num({
    label: 'Draw every … steps',
    help: 'Ten pictures each time, from the same noise. Drawing takes time from training. 0 is every 20 steps at first, later more rarely.',
    min: 0,
    max: 1000,
    step: 1,
    value: 0,
  }),
} as const satisfies Params;

/** The five lines in which the quick recipe departs from the obvious, each with a way to switch it off. */
export const recipeParams = {
  predictionType: choice({
    label: 'The network answers',
    help: 'What it is asked for: the clean picture, the noise, or v, a mixture of the two.',
    options: [
      { value: 'x0', label: 'x₀, the picture' },
      { value: 'epsilon', label: 'ε, the noise' },
      { value: 'v', label: 'v, a mixture' },
    ],
    value: 'x0',
  }),
  optimizer: choice({
    label: 'Optimiser',
    help: 'How a gradient becomes a step. Muon makes the steps of the inner convolutions equally large in every direction; Adam looks at each weight by itself.',
    options: [
      { value: 'muon', label: 'Muon and Adam' },
      { value: 'adam', label: 'Adam alone' },
    ],
    value: 'muon',
  }),
  norm: choice({
    label: 'Normalisation',
    help: 'Keeps activations at one size inside each block, which allows larger steps.',
    options: [
      { value: 'rms', label: 'RMS, each pixel' },
      { value: 'group', label: 'groups of channels' },
      { value: 'none', label: 'none' },
    ],
    value: 'rms',
  }),
  timestepExponent: num({
    label: 'Lean towards noise',
    help: 'Moments are drawn as T · u to this power: 1 treats all alike, below 1 sees noise more often.',
    min: 0.2,
    max: 2,
    step: 0.1,
    value: 0.6,
  }),
  weighting: choice({
    label: 'Weight of a picture',
    help: 'Nearly clean pictures can count more, up to five times, which sharpens strokes.',
    options: [
      { value: 'capped', label: 'min(1 + SNR, 5)' },
      { value: 'plain', label: 'all the same' },
    ],
    value: 'capped',
  }),
} as const satisfies Params;

export const moreParams = {
  schedule: choice({
    label: 'Noise schedule',
    help: 'How fast the picture drowns (lesson 1). Linear spends much of its time on pure noise.',
    options: [
      { value: 'cosine', label: 'cosine' },
      { value: 'linear', label: 'linear' },
      { value: 'sigmoid', label: 'sigmoid' },
    ],
    value: 'cosine',
  }),
  learningRate: num({
    label: 'Learning rate',
    help: 'The size of Adam’s steps. Too small is slow; too large, and the loss takes off.',
    min: 0.00001,
    max: 1,
    step: 0.0001,
    value: 0.004,
  }),
  muonLearningRate: num({
    label: 'Muon’s rate',
    help: 'The same for Muon. Far from .02 it was clearly worse; at .1 it diverged.',
    min: 0.0001,
    max: 1,
    step: 0.001,
    value: 0.02,
  }),
  batchSize: num({
    label: 'Batch',
    help: 'Pictures a step. More are calmer and slower: time a step grows in proportion.',
    min: 2,
    max: 256,
    step: 1,
    value: 32,
  }),
  average: choice({
    label: 'Average of weights',
    help: 'Which weights draw. An average that starts with the untrained network and forgets slowly is useless for a long time: try it.',
    options: [
      { value: 'power', label: 'grows with the run' },
      { value: 'warm', label: '.9999, warmed up' },
      { value: 'cold', label: '.9999 from the start' },
    ],
    value: 'power',
  }),
  told: choice({
    label: 'Told the digit',
    help: 'Whether the network learns which digit it looks at, and so can be asked for one.',
    options: [
      { value: 'yes', label: 'yes' },
      { value: 'no', label: 'no' },
    ],
    value: 'yes',
  }),
  stem: choice({
    label: 'Works at',
    help: 'Folding 2 × 2 pixels into channels makes a step about four times as cheap.',
    options: [
      { value: 'unshuffle', label: '14 × 14, folded' },
      { value: 'full', label: '28 × 28' },
    ],
    value: 'unshuffle',
  }),
  attention: choice({
    label: 'Attention',
    help: 'Lets every place of the innermost 7 × 7 picture look at every other. Slower; made no clear difference here.',
    options: [
      { value: 'no', label: 'none' },
      { value: 'yes', label: 'innermost' },
    ],
    value: 'no',
  }),
  clip: choice({
    label: 'Gradient clipping',
    help: 'A gradient longer than 1 is shortened to 1, so that one bad batch cannot throw the weights far.',
    options: [
      { value: 'yes', label: 'to length 1' },
      { value: 'no', label: 'none' },
    ],
    value: 'yes',
  }),
} as const satisfies Params;

const shareOfLabelsHidden = 0.1;
const slowDecay = 0.9999;
const averageExponent = 8;
const weightCap = 5;
const usualMuonRate = 0.02;
const allClasses = 10;

/** A recipe as the form shows it. */
export function typedFrom(recipe: Recipe): Typed {
  return {
    predictionType: recipe.predictionType,
    optimizer: recipe.optimizer,
    norm: recipe.model.norm,
    timestepExponent: String(recipe.timestepExponent),
    weighting: recipe.snrWeightCap === null ? 'plain' : 'capped',
    schedule: recipe.schedule.kind,
    learningRate: String(recipe.learningRate),
    muonLearningRate: String(recipe.muonLearningRate || usualMuonRate),
    batchSize: String(recipe.batchSize),
    average: recipe.ema.kind === 'power' ? 'power' : recipe.ema.warmup ? 'warm' : 'cold',
    told: recipe.model.classes > 0 ? 'yes' : 'no',
    stem: recipe.model.stem,
    attention: recipe.model.attention ? 'yes' : 'no',
    clip: recipe.clipNorm === null ? 'no' : 'yes',
  };
}

const allParams: Params = { ...recipeParams, ...moreParams };

/** @throws range, for a value that problemsOf would have named */
export function recipeFrom(base: Recipe, typed: Typed): Recipe {
  const values = parsed(allParams, typed);
  checkParams(allParams, values);
  const told = values['told'] === 'yes';
  return {
    ...base,
    predictionType: oneOf(recipeParams.predictionType.options, values['predictionType']),
    optimizer: oneOf(recipeParams.optimizer.options, values['optimizer']),
    timestepExponent: Number(values['timestepExponent']),
    snrWeightCap: values['weighting'] === 'capped' ? weightCap : null,
    learningRate: Number(values['learningRate']),
    muonLearningRate: Number(values['muonLearningRate']),
    batchSize: Number(values['batchSize']),
    clipNorm: values['clip'] === 'yes' ? (base.clipNorm ?? 1) : null,
    labelDropout: told ? base.labelDropout || shareOfLabelsHidden : 0,
    ema:
      values['average'] === 'power'
        ? { kind: 'power', exponent: averageExponent }
        : { kind: 'constant', decay: slowDecay, warmup: values['average'] === 'warm' },
    schedule: { ...base.schedule, kind: oneOf(moreParams.schedule.options, values['schedule']) },
    model: {
      ...base.model,
      norm: oneOf(recipeParams.norm.options, values['norm']),
      stem: oneOf(moreParams.stem.options, values['stem']),
      attention: values['attention'] === 'yes',
      classes: told ? base.model.classes || allClasses : 0,
    },
  };
}

/** Why each value that cannot be used is refused, in a sentence; empty when all can be. */
export function problemsOf(params: Params, typed: Typed): Readonly<Record<string, string>> {
  const values = parsed(params, typed);
  const problems: Record<string, string> = {};
  for (const [name, param] of Object.entries(params)) {
    const value = values[name];
    if (
      param.kind === 'number' &&
      typeof value === 'number' &&
      param.step >= 1 &&
      Number.isFinite(value) &&
      !Number.isInteger(value)
    ) {
      problems[name] = `${param.label} must be a whole number; it was ${value}.`;
      continue;
    }
    if (param.kind === 'number' && Number.isNaN(value)) {
      problems[name] = `${param.label} must be a number between ${param.min} and ${param.max}; “${typed[name] ?? ''}” is none.`;
      continue;
    }
    try {
      checkParams({ [name]: param }, { [name]: value ?? '' });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems[name] = error.message;
    }
  }
  return problems;
}

/** A decimal comma is as good as a point. */
function parsed(params: Params, typed: Typed): Readonly<Record<string, number | string>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => {
      const text = (typed[name] ?? '').trim();
      return [name, param.kind === 'number' ? (text === '' ? NaN : Number(text.replace(',', '.'))) : text];
    }),
  );
}

/** @throws range, for a value that is none of the options */
function oneOf<V extends string>(options: readonly { readonly value: V }[], value: unknown): V {
  const found = options.find((option) => option.value === value);
  if (!found) throw new AppError('range', `${String(value)} is not one of ${options.map((option) => option.value).join(', ')}.`);
  return found.value;
}
