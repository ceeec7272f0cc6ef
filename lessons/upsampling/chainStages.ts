/** The three networks of the chain 7 → 14 → 28: which ones there are, whose they are, and what a walk with each of them costs. */
import { augmentationLevels } from '$lib/diffusion/augmentation';
import { stageCost, type Cost } from '$lib/diffusion/cascade';
import { flopsPerEvaluation } from '$lib/model/cost';
import type { Runs } from '$lib/state/runs';
import { cascadeSteps, type Augmentation } from '$lib/training/cascadeRecipes';
import type { Recipe } from '$lib/training/recipe';
import { shippedModel } from '$lib/training/shippedModels';
import { slotRecipes } from '$lib/training/slotRecipes';
import type { ModelSource } from '$lib/worker/protocol';
import type { ChainStage } from './chain';

/** From the smallest picture to the largest; each is also the name of a run. */
export const roles = ['base-7', 'up-14', 'up-28'] as const;
export type Role = (typeof roles)[number];

export const sides: Readonly<Record<Role, number>> = { 'base-7': 7, 'up-14': 14, 'up-28': 28 };
/** The side of the picture that a stage is given; null for the one that is given none. */
export const inputSides: Readonly<Record<Role, number | null>> = { 'base-7': null, 'up-14': 7, 'up-28': 14 };

export const roleWords: Readonly<Record<Role, string>> = {
  'base-7': 'the base, 7 × 7',
  'up-14': '7 × 7 → 14 × 14',
  'up-28': '14 × 14 → 28 × 28',
};

/** The highest level of noise that an upsampler with augmentation has learnt to be told; 0 is none. */
export const mostAugmentation = augmentationLevels - 1;

/** Which networks make a chain: the reader's own, or of the recorded ones these. */
export interface ChainNetworks {
  readonly own: boolean;
  /** Training steps behind the recorded base. */
  readonly baseSteps: number;
  /** How the recorded upsamplers were trained. */
  readonly upsamplers: Augmentation;
}

export const firstNetworks: ChainNetworks = { own: false, baseSteps: cascadeSteps.base, upsamplers: 'plain' };

/** "base-7@340", "up-14-plain". */
export function shippedNameOf(role: Role, { baseSteps, upsamplers }: ChainNetworks): string {
  return role === 'base-7' ? `${role}@${baseSteps}` : `${role}-${upsamplers}`;
}

export function sourceOf(role: Role, networks: ChainNetworks): ModelSource {
  if (networks.own) return { kind: 'run', runId: role, weights: 'ema' };
  return { kind: 'recorded', name: shippedModel(shippedNameOf(role, networks)).name };
}

/** What the network of a stage was trained to do. */
export function recipeOf(role: Role, networks: ChainNetworks, runs: Runs): Recipe {
  if (!networks.own) return shippedModel(shippedNameOf(role, networks)).recipe;
  return runs[role]?.recipe ?? slotRecipes[role];
}

/** Whether the reader has trained all three, if only a little. */
export function hasOwnChain(runs: Runs): boolean {
  return roles.every((role) => (runs[role]?.stepsDone ?? 0) > 0);
}

/** Whether a network can be told how much noise lies on the small picture. */
export function isToldLevel({ model }: Recipe): boolean {
  return model.augmentationLevels > 0;
}

export function isToldClass({ model }: Recipe): boolean {
  return model.classes > 0;
}

/** How a stage is walked, whoever walks it. */
export type StageWalk = Omit<ChainStage, 'source'>;

/** A walk of DDIM without dice, evenly spaced from T down. */
export function walkOf(walk: Pick<StageWalk, 'steps'> & Partial<StageWalk>): StageWalk {
  return { sampler: 'ddim', samplerParams: {}, spacing: 'trailing', guidanceScale: 1, augmentation: 0, ...walk };
}

/** The walk of each stage in the recorded chains (recipe: 25, 8 and 4 looks). */
export function firstWalks(guidanceScale: number): Readonly<Record<Role, StageWalk>> {
  return {
    'base-7': walkOf({ steps: 25, guidanceScale }),
    'up-14': walkOf({ steps: 8, guidanceScale }),
    'up-28': walkOf({ steps: 4 }),
  };
}

/** For one picture. */
export function costOf(walk: StageWalk, recipe: Recipe, isTold: boolean): Cost {
  return stageCost({
    ...walk,
    isGuided: isTold && isToldClass(recipe) && walk.guidanceScale !== 1,
    flopsPerEvaluation: flopsPerEvaluation(recipe.model),
  });
}
