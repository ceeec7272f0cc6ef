/** The film over training: the same ten noises, drawn again and again by the averaged weights as they learn. */
import { toBytes } from '../data/pixels';
import { guidanceForSteps } from '../training/guidanceSchedule';
import { drawLast, warmUp, type DrawContext, type DrawRequest } from './drawing';
import type { PreviewFrame } from './protocol';
import type { RunState } from './runState';

/** Fixed, so that frames differ by what was learned and nothing else. */
const previewSeed = 20_200_619; // the day of the DDPM paper
/** Few steps are enough to see what there is: twelve evaluations score as well as twenty-five. */
const previewSteps = 12;
const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

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

/** @throws request/cancelled, backend/lost */
export async function drawPreview(run: RunState, context: DrawContext): Promise<PreviewFrame> {
  const step = run.stepsDone;
  const pictures = await drawLast(run.model('ema'), previewRequest(step), context);
  return {
    step,
    seconds: run.trainedMs / 1000,
    pixels: toBytes(pictures),
    count: labels.length,
    side: run.recipe.model.imageSize,
  };
}

export function warmUpPreview(run: RunState, context: DrawContext): Promise<void> {
  return warmUp(run.model('ema'), previewRequest(run.stepsDone), context);
}

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
