/**
 * The film over training: the same ten noises, drawn again and again by the averaged weights as they learn. An upsampler makes the
 * same ten real digits larger; an expert draws what lies in its own interval of noise, and shows what it takes the digits for.
 */
import { createRng } from '../base/rng';
import { nothingSaid, plainCaption } from '../data/captions/caption';
import { toBytes } from '../data/pixels';
import { shrink } from '../data/resize';
import { diffuse } from '../diffusion/forward';
import { float32Ops } from '../diffusion/ops';
import { levelAt, makeSchedule } from '../diffusion/schedule';
import { guidanceForSteps } from '../training/guidanceSchedule';
import type { Recipe } from '../training/recipe';
import { draw, drawLast, warmUp, type DrawContext, type DrawRequest } from './drawing';
import type { PreviewFrame } from './protocol';
import type { RunState } from './runState';

/** Fixed, so that frames differ by what was learned and nothing else. */
const previewSeed = 20_200_619; // the day of the DDPM paper
/** Few steps are enough to see what there is: twelve evaluations score as well as twenty-five. */
const previewSteps = 12;
const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
/** Of the pictures in the data. */
const digitSide = 28;
const blankDigits = new Float32Array(labels.length * digitSide * digitSide);

/** Steps between two frames: much changes at first. Kept until the step named. */
const stages: readonly { readonly below: number; readonly every: number }[] = [
  { below: 200, every: 20 },
  { below: 1000, every: 50 },
];
const everyLate = 100;

/** True after the steps that get a frame. @param interval between frames; 0 is the default */
export function isPreviewDue(step: number, interval: number): boolean {
  const every = interval > 0 ? interval : (stages.find(({ below }) => step <= below)?.every ?? everyLate);
  return step % every === 0;
}

/**
 * @param digits a real one of each class [10, 28, 28], for those that do not draw from noise alone
 * @throws request/cancelled, backend/lost
 */
export async function drawPreview(run: RunState, digits: Float32Array, context: DrawContext): Promise<PreviewFrame> {
  const { recipe, stepsDone: step } = run;
  const request = filmRequest(recipe, step, digits);
  const pictures = await (recipe.timestepRange[0] > 0
    ? lastBelief(run, request, context)
    : drawLast(run.model('ema'), request, context));
  const side = Math.sqrt(pictures.length / labels.length);
  return { step, seconds: run.trainedMs / 1000, pixels: toBytes(pictures), count: labels.length, side };
}

export function warmUpPreview(run: RunState, digits: Float32Array, context: DrawContext): Promise<void> {
  return warmUp(run.model('ema'), filmRequest(run.recipe, run.stepsDone, digits), context);
}

/** Of a network that draws whole pictures from noise. */
export function previewRequest(step: number): Omit<DrawRequest, 'frames'> {
  return {
    sampler: 'ddim',
    samplerParams: {},
    steps: previewSteps,
    spacing: 'trailing',
    guidanceScale: guidanceForSteps(step),
    clip: true,
    seed: previewSeed,
    labels,
  };
}

/** The same for any recipe, with whatever its network needs besides. @param digits blank ones, where nobody looks at what comes of it */
export function filmRequest(recipe: Recipe, step: number, digits: Float32Array = blankDigits): Omit<DrawRequest, 'frames'> {
  const { lowResolution } = recipe;
  const small = lowResolution && {
    // The small picture says most of what there is to be said; guidance would exaggerate the rest.
    guidanceScale: 1,
    condition: { pixels: shrink(digits, digitSide, lowResolution.side), augmentation: 0 },
  };
  return { ...previewRequest(step), ...asking(recipe, labels), ...small, ...startOf(recipe, digits) };
}

/** Captions want more guidance than classes do, however long the network has trained. */
const captionGuidance = 2;

/** How a network is asked for digits: by their classes, or in words. */
export function asking(
  { captions }: Pick<Recipe, 'captions'>,
  digits: readonly number[],
): Pick<DrawRequest, 'labels' | 'prompts'> & Partial<Pick<DrawRequest, 'guidanceScale'>> {
  if (captions === null) return { labels: digits };
  const prompts = { captions: digits.map((digit) => plainCaption({ ...nothingSaid, digit })) };
  return { labels: digits, prompts, guidanceScale: captionGuidance };
}

/** An expert that never sees pure noise begins at its noisiest moment, with the real digits noised. */
function startOf({ model, schedule, timestepRange: [, t] }: Recipe, digits: Float32Array): Pick<DrawRequest, 'start'> {
  if (t === schedule.T) return {};
  const x0 = shrink(digits, digitSide, model.imageSize);
  const eps = createRng(previewSeed, 'film').normals(x0.length);
  return { start: { t, x: diffuse({ x0, eps, level: levelAt(makeSchedule(schedule), t), ops: float32Ops }) } };
}

/** x̂0 at the last moment that is the expert's own: further down it was never trained. */
async function lastBelief(run: RunState, request: Omit<DrawRequest, 'frames'>, context: DrawContext): Promise<Float32Array> {
  const [from] = run.recipe.timestepRange;
  let belief = new Float32Array();
  for await (const { t, x0 } of draw(run.model('ema'), { ...request, frames: 'all' }, context)) {
    if (t <= from || x0 === null) break;
    belief = Float32Array.from(x0);
  }
  return belief;
}
