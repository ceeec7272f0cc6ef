/**
 * When are the digits good enough? At least 90% of them judged with more than 90% certainty, 90% judged to be what was asked for, and
 * not blurred. A no is said as soon as it is beyond doubt, after a hundred digits at the earliest; a yes takes five hundred, since of
 * several looks at few digits one passes by luck.
 */
import { accuracy, confidence, goodEnough, isGoodEnough, judgedClasses, midInk, type Marks } from '../evaluation/metrics';
import { judgeConfig } from '../evaluation/judgeConfig';
import type { Judged } from '../evaluation/judgePictures';
import type { Recipe } from '../training/recipe';
import { drawLast, type DrawContext } from './drawing';
import { asking, previewRequest } from './previews';
import type { QualityCheck } from './protocol';
import type { RunState } from './runState';

/** @throws data/fetch, weights/format, backend/lost */
export type AskJudge = (pixels: Float32Array) => Promise<Judged>;

/** Nothing is good before; and no more often than this. */
const firstStep = 150;
const everySteps = 50;

const fewestDigits = 100;
const mostDigits = 500;
/** So far below the mark is no bad luck any more. */
const standardErrors = 2;
/** Small enough for progress to be seen. */
const atOnce = 50;
/** Apart from the film's noise. */
const noiseSeed = 5_000;

/** Why the judge could say nothing about a run's pictures, in a sentence; null if it can. */
export function obstacleToJudging({
  model,
  captions,
  lowResolution,
  timestepRange: [from, to],
  schedule,
}: Recipe): string | null {
  if (model.classes === 0 && captions === null) {
    return 'This run is not told which digits it sees, so it cannot be asked for one and judged by it.';
  }
  const isWhole = model.imageSize === judgeConfig.imageSize && lowResolution === null && from === 0 && to === schedule.T;
  const side = judgeConfig.imageSize;
  return isWhole
    ? null
    : `The judge looks at whole digits of ${side} × ${side} pixels, and this network does not draw them by itself.`;
}

/** True after the steps at which the judge is asked; not any more when it has once said yes. */
export function isCheckDue({
  isJudged,
  stepsTaken,
  recipe,
  checks,
}: Pick<RunState, 'isJudged' | 'stepsTaken' | 'recipe' | 'checks'>): boolean {
  const isMoment = stepsTaken >= firstStep && stepsTaken % everySteps === 0;
  return isJudged && isMoment && obstacleToJudging(recipe) === null && !checks.some(({ isGood }) => isGood);
}

/** Digits of the asked classes, each call with other noise. [asked.length, S, S] */
export type DrawDigits = (asked: readonly number[], call: number) => Promise<Float32Array>;

export interface CheckTools {
  readonly draw: DrawDigits;
  readonly judge: AskJudge;
  readonly tellProgress: (done: number, total: number) => void;
}

/** Draws with the averaged weights, as the film does. It throws request/cancelled and backend/lost. */
export function drawingWith(run: RunState, context: DrawContext): DrawDigits {
  return (asked, call) =>
    // Noise depends on the seed and the place within one drawing, so each drawing has a seed of its own.
    drawLast(
      run.model('ema'),
      { ...previewRequest(run.stepsDone), ...asking(run.recipe, asked), seed: noiseSeed + call },
      context,
    );
}

/** @throws what `draw` and `judge` throw */
export async function checkQuality(tools: CheckTools): Promise<Marks & Pick<QualityCheck, 'n' | 'isGood'>> {
  const parts: Part[] = [];
  for (let n = 0; n < mostDigits;) {
    tools.tellProgress(n, mostDigits);
    parts.push(await drawAndJudge(n, tools));
    n += atOnce;
    const marks = marksOf(parts);
    if (n >= fewestDigits && isHopeless(marks, n)) return { n, ...marks, isGood: false };
  }
  const marks = marksOf(parts);
  return { n: mostDigits, ...marks, isGood: isGoodEnough(marks) };
}

/** True when the digits are worse than luck among so few would explain. The blur varies less than the two shares do. */
function isHopeless({ c90, accuracy: right, midInk: blur }: Marks, n: number): boolean {
  const luck = standardErrors * Math.sqrt((goodEnough.c90 * (1 - goodEnough.c90)) / n);
  return c90 < goodEnough.c90 - luck || right < goodEnough.accuracy - luck || blur > goodEnough.midInk + luck;
}

interface Part {
  /** [atOnce, S, S], −1 … 1 */
  readonly pixels: Float32Array;
  readonly asked: readonly number[];
  readonly judged: Uint8Array;
  /** [atOnce, classes] */
  readonly probabilities: Float32Array;
}

async function drawAndJudge(first: number, { draw, judge }: CheckTools): Promise<Part> {
  const asked = Array.from({ length: atOnce }, (_, i) => (first + i) % judgeConfig.classes);
  const pixels = (await draw(asked, first / atOnce)).map((value) => Math.max(-1, Math.min(1, value)));
  const { probabilities } = await judge(pixels);
  return { pixels, asked, probabilities, judged: judgedClasses(probabilities, judgeConfig.classes) };
}

/** Parts are of one size, so a mean of their shares is the share of all; the blur is a ratio of counts and wants all pixels. */
function marksOf(parts: readonly Part[]): Marks {
  const mean = (shareOf: (part: Part) => number): number => parts.reduce((sum, part) => sum + shareOf(part), 0) / parts.length;
  const pixels = new Float32Array(parts.reduce((sum, part) => sum + part.pixels.length, 0));
  parts.forEach((part, i) => pixels.set(part.pixels, i * part.pixels.length));
  return {
    c90: mean(({ probabilities }) => confidence(probabilities, judgeConfig.classes)),
    accuracy: mean(({ judged, asked }) => accuracy(judged, asked)),
    midInk: midInk(pixels),
  };
}
