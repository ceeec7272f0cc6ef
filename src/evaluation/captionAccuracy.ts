/**
 * Whether pictures are what their captions said: the class by the judge's answer, slant, thickness and width by the pixels. Each bin's
 * edges are hard, so that even real digits, a little blurred, lose some points.
 */
import { AppError } from '../base/errors';
import { attributes, measureAttributes, type Attribute } from '../data/captions/attributes';
import { binsOf } from '../data/captions/bins';
import type { Description } from '../data/captions/caption';
import { imageBytes } from '../data/manifest';
import { judgeConfig } from './judgeConfig';
import { judgedClasses } from './metrics';

/** What a caption may ask for. */
export const captionParts = ['class', ...attributes] as const;
export type CaptionPart = (typeof captionParts)[number];

/** Of one picture; null where its caption said nothing of it. */
export interface CaptionVerdict extends Readonly<Record<CaptionPart, boolean | null>> {
  /** Whether all that was said came true; true, when nothing was. */
  readonly all: boolean;
}

/** Shares, 0 … 1, among the pictures whose captions spoke of it; NaN where none did. `all`: among all pictures. */
export interface CaptionAccuracy extends Readonly<Record<CaptionPart, number>> {
  readonly all: number;
  /** Pictures. */
  readonly n: number;
}

export interface Captioned {
  /** [n, 28, 28], about −1 … 1 */
  readonly pixels: Float32Array;
  /** [n]: what each was to be. */
  readonly asked: readonly Description[];
  /** [n, 10], the judge's answers. */
  readonly probabilities: Float32Array;
}

/** @throws shape, when pictures, captions and answers are not equally many */
export function captionAccuracy(captioned: Captioned): CaptionAccuracy {
  const verdicts = captionVerdicts(captioned);
  const share = (part: CaptionPart | 'all'): number => {
    const told = verdicts.flatMap((verdict) => verdict[part] ?? []);
    return told.filter(Boolean).length / told.length; // 0/0 is NaN
  };
  return {
    ...{ class: share('class'), slant: share('slant'), thickness: share('thickness'), width: share('width') },
    ...{ all: share('all'), n: verdicts.length },
  };
}

/**
 * Slant and width are held against those of the class that was asked for, or, where none was, of the class that the judge sees. A picture
 * without ink has neither slant nor thickness nor width, and so none that was asked for.
 * @throws shape, when pictures, captions and answers are not equally many
 */
export function captionVerdicts({ pixels, asked, probabilities }: Captioned): readonly CaptionVerdict[] {
  const { classes } = judgeConfig;
  if (pixels.length !== asked.length * imageBytes || probabilities.length !== asked.length * classes) {
    throw new AppError(
      'shape',
      `${asked.length} captions need as many pictures of ${imageBytes} pixels and answers of ${classes}; ${pixels.length} pixels and ${probabilities.length} answers came.`,
    );
  }
  const judged = judgedClasses(probabilities, classes);
  return asked.map((description, i) => {
    const seen = judged[i] ?? NaN;
    const measured = measureAttributes(pixels.subarray(i * imageBytes, (i + 1) * imageBytes));
    const bins = binsOf(measured, description.digit ?? seen);
    const verdict = (attribute: Attribute): boolean | null =>
      description[attribute] === null ? null : Number.isFinite(measured[attribute]) && bins[attribute] === description[attribute];
    const parts = {
      class: description.digit === null ? null : seen === description.digit,
      ...{ slant: verdict('slant'), thickness: verdict('thickness'), width: verdict('width') },
    };
    return { ...parts, all: Object.values(parts).every((part) => part !== false) };
  });
}
