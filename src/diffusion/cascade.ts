/**
 * A cascade of resolutions (Ho et al. 2022, arXiv:2106.15282): a small picture is drawn first, and each further stage draws a
 * larger one, given the one before. Here is what is arithmetic about such a chain: which noise each stage begins with, and
 * what the whole of it costs. The walks themselves are those of sample.ts, one a stage.
 */
import { AppError } from '../base/errors';
import { samplerById } from './samplers';
import type { SamplerValues } from './samplers/define';

/** More stages than any chain of ours has; a chain's seeds lie so many apart. */
const mostStages = 8;

/**
 * The seed of one stage of a chain: no two stages of one chain, and no two chains, share their noise.
 * @param seed of the chain, a whole number from 0
 * @param stage 0 for the smallest picture, below 8
 * @throws range
 */
export function stageSeed(seed: number, stage: number): number {
  if (!Number.isInteger(stage) || stage < 0 || stage >= mostStages) {
    throw new AppError('range', `Stages are numbered from 0 to ${mostStages - 1}; one was ${stage}.`);
  }
  const result = seed * mostStages + stage;
  if (!Number.isInteger(seed) || seed < 0 || !Number.isSafeInteger(result)) {
    throw new AppError('range', `A seed is a whole number from 0; it was ${seed}.`);
  }
  return result;
}

/** One stage of a chain, or a network alone, as far as its cost goes. */
export interface StageWalk {
  /** A sampler's id. */
  readonly sampler: string;
  readonly samplerParams?: SamplerValues;
  readonly steps: number;
  /** Two evaluations at each look: the class is told, and guidance is not 1. */
  readonly isGuided: boolean;
  /** FLOPs of one evaluation of one picture. */
  readonly flopsPerEvaluation: number;
}

/** For one picture. */
export interface Cost {
  /** Evaluations of a network; a guided look counts two. */
  readonly nfe: number;
  readonly flops: number;
}

/** @throws range, for a sampler that is not there or settings that it does not take */
export function stageCost({ sampler, samplerParams = {}, steps, isGuided, flopsPerEvaluation }: StageWalk): Cost {
  const nfe = samplerById(sampler).nfe(steps, samplerParams) * (isGuided ? 2 : 1);
  return { nfe, flops: nfe * flopsPerEvaluation };
}

/** Of all stages together. Evaluations of networks of different size add up to a number that FLOPs say better. */
export function chainCost(stages: readonly StageWalk[]): Cost {
  const costs = stages.map(stageCost);
  return {
    nfe: costs.reduce((sum, { nfe }) => sum + nfe, 0),
    flops: costs.reduce((sum, { flops }) => sum + flops, 0),
  };
}
