/** Where a chain spends its arithmetic, for one picture and in training: counted from the networks' shapes. */
import type { RecordedCascade } from '$lib/data/recordedCascade';
import { stageCost } from '$lib/diffusion/cascade';
import { flopsPerEvaluation, parameterCount } from '$lib/model/cost';
import { baseRecipe, cascadeSteps, upRecipe } from '$lib/training/cascadeRecipes';
import { flopsPerStep } from '$lib/training/cost';
import type { Recipe } from '$lib/training/recipe';
import { recipes } from '$lib/training/recipes';
import { percentWords } from './units';
import { flopsWords } from './words';

export interface Spending {
  readonly name: string;
  readonly side: number;
  /** Looks at the picture; a guided one asks twice. */
  readonly looks: number;
  readonly nfe: number;
  readonly flopsPerEvaluation: number;
  readonly parameters: number;
  /** For one picture. */
  readonly drawing: number;
  readonly training: number;
  /** Of the whole chain's. */
  readonly drawingShare: number;
  readonly trainingShare: number;
}

/** From the smallest picture to the largest, as the recorded chain walks. */
export function spendingOf({ settings }: Pick<RecordedCascade, 'settings'>): readonly Spending[] {
  const stages = [
    { name: 'the base, 7 × 7', recipe: baseRecipe, steps: settings.base.steps, trained: cascadeSteps.base },
    { name: '7 × 7 → 14 × 14', recipe: upRecipe(14, 'plain'), steps: settings.up14.steps, trained: cascadeSteps.up14 },
    { name: '14 × 14 → 28 × 28', recipe: upRecipe(28, 'plain'), steps: settings.up28.steps, trained: cascadeSteps.up28 },
  ].map(({ name, recipe, steps, trained }) => {
    const perEvaluation = flopsPerEvaluation(recipe.model);
    const { nfe, flops } = stageCost({
      sampler: settings.sampler,
      steps,
      isGuided: isGuided(recipe, settings.guidanceScale),
      flopsPerEvaluation: perEvaluation,
    });
    return {
      name,
      side: recipe.model.imageSize,
      looks: steps,
      nfe,
      flopsPerEvaluation: perEvaluation,
      parameters: parameterCount(recipe.model),
      drawing: flops,
      training: trained * flopsPerStep(recipe),
    };
  });
  const sum = (of: (stage: (typeof stages)[number]) => number): number => stages.reduce((total, stage) => total + of(stage), 0);
  const [drawn, trained] = [sum(({ drawing }) => drawing), sum(({ training }) => training)];
  return stages.map((stage) => ({
    ...stage,
    drawingShare: stage.drawing / drawn,
    trainingShare: stage.training / trained,
  }));
}

function isGuided({ model }: Recipe, guidanceScale: number): boolean {
  return model.classes > 0 && guidanceScale !== 1;
}

/** The stage that takes most of a picture's arithmetic, in a sentence, beside what one network would take for as many looks. */
export function spendingWords(spending: readonly Spending[], guidanceScale: number): string {
  const [most] = spending.toSorted((a, b) => b.drawing - a.drawing);
  const first = spending[0];
  if (!most || !first) return '';
  const total = spending.reduce((sum, { drawing }) => sum + drawing, 0);
  const alone = flopsPerEvaluation(recipes.quick.model);
  const looksTwice = isGuided(recipes.quick, guidanceScale) ? 2 : 1;
  return `A picture takes ${flopsWords(total)}, ${percentWords(most.drawingShare, 0)} of it in one stage: ${most.name}. One network at 28 × 28 takes ${flopsWords(first.looks * looksTwice * alone)} for the ${first.looks} looks that the base takes.`;
}

/** The stage with the largest share of a picture, in the prose. */
export function largestShareWords(spending: readonly Spending[]): string {
  const [most] = spending.toSorted((a, b) => b.drawingShare - a.drawingShare);
  return most ? `${percentWords(most.drawingShare, 0)} of a picture’s arithmetic goes to ${most.name}.` : '';
}
