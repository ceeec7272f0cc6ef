/**
 * The way from a recipe to the form of settings and back. The form holds what was typed, so that a refused value can stay
 * there and be corrected.
 */
import { checkParams, type Params } from '$lib/base/params';
import { AppError } from '$lib/base/errors';
import type { Recipe } from '$lib/training/recipe';
import { moreParams, recipeParams } from './settingParams';

export type Typed = Readonly<Record<string, string>>;

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
