/** Which networks lessons 5 to 8 need trained, and at which steps each is kept. */
import { cascadeSteps, baseCheckpoints, baseRecipe, upRecipe, type Augmentation } from '../../src/training/cascadeRecipes';
import { captionCheckpoints, captionRecipe, captionSteps } from '../../src/training/captionRecipes';
import { decoderCheckpoints, decoderRecipe } from '../../src/training/decoderRecipes';
import { expertSetups, expertsOf, singleSteps, type ExpertSetup } from '../../src/training/expertRecipes';
import {
  latentCheckpoints,
  latentRecipe,
  latentSteps,
  misscaledDeviations,
  misscaledRecipe,
  misscaledSteps,
  type MisscaledName,
} from '../../src/training/latentRecipes';
import type { Recipe } from '../../src/training/recipe';
import { recipes } from '../../src/training/recipes';
import { timeNetworks, timeRecipe, timeSteps } from '../../src/training/timeRecipes';
import { shippedSeed, type WeightsKind } from './modelFiles';

export type ModelPart = 'cascade' | 'experts' | 'captions' | 'latent' | 'unclip';

export interface KeptWeights {
  /** As in src/training/shippedModels.ts. */
  readonly name: string;
  readonly step: number;
  readonly weights: WeightsKind;
}

/** One run. */
export interface PlannedModel {
  /** For people, and for the file that an interrupted run goes on from. */
  readonly run: string;
  readonly seed: number;
  readonly recipe: Recipe;
  readonly steps: number;
  readonly kept: readonly KeptWeights[];
}

const kinds: readonly Augmentation[] = ['plain', 'augmented'];
/** Whose raw weights are measured beside the averaged ones. */
const alsoRaw: ExpertSetup = 'two';

/** In the order in which they are wanted: what ships first. */
export function planModels(part: ModelPart, seeds: readonly number[]): readonly PlannedModel[] {
  const plan = {
    cascade: cascadeModels,
    experts: expertModels,
    captions: captionModels,
    latent: latentModels,
    unclip: decoderModels,
  }[part];
  return seeds.flatMap(plan);
}

/** Of those whose rows lessons 5, 8 and 9 compare, the last checkpoint alone: trained again, they tell what is one training's luck. */
export function planTrainings(seed: number): readonly PlannedModel[] {
  return (['captions', 'latent', 'unclip'] as const).flatMap((part) => {
    const [planned] = planModels(part, [seed]);
    return planned ? [{ ...planned, kept: planned.kept.filter(({ step }) => step === planned.steps) }] : [];
  });
}

function cascadeModels(seed: number): readonly PlannedModel[] {
  const base: PlannedModel = {
    ...{ run: 'base-7', seed, recipe: baseRecipe, steps: cascadeSteps.base },
    kept: baseCheckpoints.map((step) => ({ name: `base-7@${step}`, step, weights: 'ema' })),
  };
  const up = (side: 14 | 28, steps: number): readonly PlannedModel[] =>
    kinds.map((kind) => {
      const name = `up-${side}-${kind}`;
      return { run: name, seed, recipe: upRecipe(side, kind), steps, kept: [{ name, step: steps, weights: 'ema' }] };
    });
  return [base, ...up(14, cascadeSteps.up14), ...up(28, cascadeSteps.up28)];
}

function expertModels(seed: number): readonly PlannedModel[] {
  // The one network that ships is trained by `npm run pretrain -- runs`.
  const one: readonly PlannedModel[] =
    seed === shippedSeed
      ? []
      : [
          {
            ...{ run: 'quick', seed, recipe: recipes.quick, steps: singleSteps },
            kept: [{ name: 'quick', step: singleSteps, weights: 'ema' }],
          },
        ];
  const experts = expertSetups.flatMap((setup) =>
    expertsOf(setup).map(({ recipe, steps }, i): PlannedModel => {
      const name = expertName(setup, i);
      const raw: readonly KeptWeights[] =
        setup === alsoRaw && seed === shippedSeed ? [{ name, step: steps, weights: 'raw' }] : [];
      return { run: name, seed, recipe, steps, kept: [{ name, step: steps, weights: 'ema' }, ...raw] };
    }),
  );
  return [...one, ...experts];
}

function decoderModels(seed: number): readonly PlannedModel[] {
  const kept = decoderCheckpoints.map((step): KeptWeights => ({ name: `decoder@${step}`, step, weights: 'ema' }));
  return [{ run: 'decoder', seed, recipe: decoderRecipe, steps: Math.max(...decoderCheckpoints), kept }];
}

/** @param i 0 for the cleanest */
export function expertName(setup: ExpertSetup, i: number): string {
  return `${setup}-${i + 1}`;
}

function captionModels(seed: number): readonly PlannedModel[] {
  const reading: PlannedModel = {
    ...{ run: 'caption', seed, recipe: captionRecipe, steps: captionSteps },
    kept: captionCheckpoints.map((step) => ({ name: `caption@${step}`, step, weights: 'ema' })),
  };
  // The quick network is the fourth.
  const others = timeNetworks.filter((name) => name !== 'time-x0');
  return [
    reading,
    ...others.map((name): PlannedModel => {
      const recipe = timeRecipe(name);
      return { run: name, seed, recipe, steps: timeSteps, kept: [{ name, step: timeSteps, weights: 'ema' }] };
    }),
  ];
}

function latentModels(seed: number): readonly PlannedModel[] {
  const usual: PlannedModel = {
    ...{ run: 'latent', seed, recipe: latentRecipe, steps: latentSteps },
    kept: latentCheckpoints.map((step) => ({ name: `latent@${step}`, step, weights: 'ema' })),
  };
  const misscaled = (Object.keys(misscaledDeviations) as readonly MisscaledName[]).map((name): PlannedModel => ({
    ...{ run: name, seed, recipe: misscaledRecipe(name), steps: misscaledSteps },
    kept: [{ name, step: misscaledSteps, weights: 'ema' }],
  }));
  return [usual, ...misscaled];
}
