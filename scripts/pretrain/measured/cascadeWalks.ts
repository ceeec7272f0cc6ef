/** The chain's settings, the single network's walks beside it, and what each costs. */
import { chainCost, stageCost, type Cost, type StageWalk } from '../../../src/diffusion/cascade';
import type { LaneId, LaneRow, RecordedAugmentation, RecordedCascade } from '../../../src/data/recordedCascade';
import { flopsPerEvaluation, parameterCount } from '../../../src/model/cost';
import { baseRecipe, cascadeSteps, upRecipe } from '../../../src/training/cascadeRecipes';
import { flopsPerStep } from '../../../src/training/cost';
import { singleSteps } from '../../../src/training/expertRecipes';
import type { Recipe } from '../../../src/training/recipe';
import { recipes } from '../../../src/training/recipes';
import { shippedModel } from '../../../src/training/shippedModels';
import type { Walk } from '../../quality/draw';
import type { Stage } from './chain';
import type { Network, Networks } from './networks';

/** Most of the work where the digit is decided. */
export const settings: RecordedCascade['settings'] = {
  ...{ base: { steps: 25 }, up14: { steps: 8 }, up28: { steps: 4 } },
  ...{ guidanceScale: 1.25, sampler: 'ddim' },
};

export interface ChainNetworks {
  readonly base: Network;
  readonly up14: Network;
  readonly up28: Network;
}

export function chainNetworks(
  seed: number,
  augmentation: RecordedAugmentation,
  baseSteps: number = cascadeSteps.base,
): ChainNetworks {
  return {
    base: { name: `base-7@${baseSteps}`, seed },
    up14: { name: `up-14-${augmentation}`, seed },
    up28: { name: `up-28-${augmentation}`, seed },
  };
}

export function walkOf(sampler: 'ddim' | 'ddpm', steps: number): Walk {
  const samplerParams = { ddim: { eta: 0 }, ddpm: { variance: 'small' } }[sampler];
  return { sampler, samplerParams, steps, spacing: 'trailing' };
}

const order = ['base', 'up14', 'up28'] as const;

/** @param k noise on the picture that each upsampler looks at */
export function chainStages(networks: Networks, { chain, guidanceScale, k }: ChainSettings): readonly Stage[] {
  return order.map((stage, place) => ({
    model: networks.model(chain[stage]),
    place,
    walk: walkOf('ddim', settings[stage].steps),
    guidanceScale,
    k,
  }));
}

export interface ChainSettings {
  readonly chain: ChainNetworks;
  readonly guidanceScale: number;
  readonly k: number;
}

/** One network's walk, as far as its cost goes. */
export function stageWalk(name: string, { sampler, samplerParams, steps }: Walk, guidanceScale: number): StageWalk {
  const { model } = shippedModel(name).recipe;
  const isGuided = model.classes > 0 && guidanceScale !== 1;
  return { sampler, samplerParams, steps, isGuided, flopsPerEvaluation: flopsPerEvaluation(model) };
}

export interface LanePlan {
  readonly lane: LaneId;
  readonly label: string;
  /** Of the one network; null for the chain. */
  readonly walk: Walk | null;
  /** For one picture. */
  readonly cost: Cost;
}

const { guidanceScale } = settings;
const single = 'quick';

/** The cheapest first. */
export function lanePlans(): readonly LanePlan[] {
  const chain = chainNetworks(0, 'plain'); // of any seed: they cost the same
  const chainOf = chainCost(
    order.map((stage) => stageWalk(chain[stage].name, walkOf('ddim', settings[stage].steps), guidanceScale)),
  );
  const alone = (lane: 'ddim' | 'ddpm', steps: number, label: string): LanePlan => {
    const walk = walkOf(lane, steps);
    return { lane, label, walk, cost: stageCost(stageWalk(single, walk, guidanceScale)) };
  };
  const [once, twice] = [1, 2].map((steps) => alone('ddim', steps, '').cost.flops);
  // As many steps as the chain's work pays for.
  const equalSteps = Math.floor(chainOf.flops / ((twice ?? 0) - (once ?? 0)));
  return [
    { lane: 'cascade', label: 'The chain', walk: null, cost: chainOf },
    alone('ddim', equalSteps, 'DDIM at the chain’s FLOPs'),
    alone('ddim', 25, 'DDIM, 25 steps'),
    alone('ddpm', equalSteps, 'DDPM at the chain’s FLOPs'),
    alone('ddpm', 1000, 'DDPM, 1,000 steps'),
  ];
}

/** Weights, and the arithmetic of their training. */
export function trainingOf({ walk }: LanePlan): Pick<LaneRow, 'parameters' | 'trainingFlops'> {
  const trained: readonly (readonly [Recipe, number])[] = walk
    ? [[recipes.quick, singleSteps]]
    : [
        [baseRecipe, cascadeSteps.base],
        [upRecipe(14, 'plain'), cascadeSteps.up14],
        [upRecipe(28, 'plain'), cascadeSteps.up28],
      ];
  return {
    parameters: trained.reduce((sum, [{ model }]) => sum + parameterCount(model), 0),
    trainingFlops: trained.reduce((sum, [recipe, steps]) => sum + steps * flopsPerStep(recipe), 0),
  };
}
