/**
 * When are the digits good enough? At least 90% of them judged with more than 90% certainty, 90% judged to be what was asked for, and
 * not blurred. A hundred digits say no cheaply; only five hundred may say yes, since of many looks at a hundred one passes by luck.
 */
import { accuracy, confidence, judgedClasses, midInk } from '../evaluation/metrics';
import { judgeConfig } from '../evaluation/judgeConfig';
import type { Judged } from '../evaluation/judgePictures';
import { drawLast, type DrawContext } from './drawing';
import { previewRequest } from './previews';
import type { QualityCheck } from './protocol';
import type { RunState } from './runState';

/** @throws data/fetch, weights/format, backend/lost */
export type AskJudge = (pixels: Float32Array) => Promise<Judged>;

/** Nothing is good before; and no more often than this. */
const firstStep = 150;
const everySteps = 50;

const fewDigits = 100;
const manyDigits = 500;
/** Small enough for progress to be seen. */
const atOnce = 50;
/** Apart from the film's noise. */
const noiseSeed = 5_000;

const leastConfident = 0.9;
const leastAccurate = 0.9;
/** Real digits have 0.48; above this they look soft. */
const mostBlurred = 0.65;

export type Measures = Pick<QualityCheck, 'c90' | 'accuracy' | 'midInk'>;

export function isGoodEnough({ c90, accuracy: right, midInk: blur }: Measures): boolean {
  return c90 >= leastConfident && right >= leastAccurate && blur <= mostBlurred;
}

/** True after the steps at which the judge is asked; not any more when it has once said yes. */
export function isCheckDue({
  isJudged,
  stepsTaken,
  recipe,
  checks,
}: Pick<RunState, 'isJudged' | 'stepsTaken' | 'recipe' | 'checks'>): boolean {
  const isMoment = stepsTaken >= firstStep && stepsTaken % everySteps === 0;
  return isJudged && isMoment && recipe.model.classes > 0 && !checks.some(({ isGood }) => isGood);
}

export interface CheckTools extends DrawContext {
  readonly judge: AskJudge;
  readonly tellProgress: (done: number, total: number) => void;
}

/**
 * Draws with the averaged weights, as the film does.
 * @throws data/fetch, weights/format, backend/lost, request/cancelled
 */
export async function checkQuality(
  run: RunState,
  tools: CheckTools,
): Promise<Measures & Pick<QualityCheck, 'step' | 'n' | 'isGood'>> {
  const step = run.stepsDone;
  const few = await drawAndJudge(run, { from: 0, to: fewDigits }, tools);
  if (!isGoodEnough(measuresOf(few))) return { step, n: fewDigits, ...measuresOf(few), isGood: false };
  const more = await drawAndJudge(run, { from: fewDigits, to: manyDigits }, tools);
  const measures = measuresOf([...few, ...more]);
  return { step, n: manyDigits, ...measures, isGood: isGoodEnough(measures) };
}

interface Part {
  /** [atOnce, S, S], −1 … 1 */
  readonly pixels: Float32Array;
  readonly asked: readonly number[];
  readonly judged: Uint8Array;
  /** [atOnce, classes] */
  readonly probabilities: Float32Array;
}

async function drawAndJudge(
  run: RunState,
  { from, to }: { readonly from: number; readonly to: number },
  { judge, tellProgress, ...context }: CheckTools,
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (let first = from; first < to; first += atOnce) {
    tellProgress(first, to);
    const asked = Array.from({ length: atOnce }, (_, i) => (first + i) % judgeConfig.classes);
    // Noise depends on the seed and the place within one drawing, so each drawing has a seed of its own.
    const request = { ...previewRequest(run.stepsDone), seed: noiseSeed + first, labels: asked };
    const pixels = (await drawLast(run.model('ema'), request, context)).map((value) => Math.max(-1, Math.min(1, value)));
    const { probabilities } = await judge(pixels);
    parts.push({ pixels, asked, probabilities, judged: judgedClasses(probabilities, judgeConfig.classes) });
  }
  return parts;
}

/** Parts are of one size, so a mean of their shares is the share of all; the blur is a ratio of counts and wants all pixels. */
function measuresOf(parts: readonly Part[]): Measures {
  const mean = (shareOf: (part: Part) => number): number => parts.reduce((sum, part) => sum + shareOf(part), 0) / parts.length;
  const pixels = new Float32Array(parts.reduce((sum, part) => sum + part.pixels.length, 0));
  parts.forEach((part, i) => pixels.set(part.pixels, i * part.pixels.length));
  return {
    c90: mean(({ probabilities }) => confidence(probabilities, judgeConfig.classes)),
    accuracy: mean(({ judged, asked }) => accuracy(judged, asked)),
    midInk: midInk(pixels),
  };
}
