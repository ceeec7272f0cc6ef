/** Whether drawn pictures are what their captions asked for: the digit by the judge, the rest measured from the pixels. */
import { measureAttributes } from '$lib/data/captions/attributes';
import { binsOf, type Bin } from '$lib/data/captions/bins';
import type { Description } from '$lib/data/captions/caption';
import type { Attribute } from '$lib/data/captions/vocabulary';
import { captionVerdicts as verdictsOfCaptions } from '$lib/evaluation/captionAccuracy';
import { variety } from '$lib/evaluation/metrics';
import { verdictsOf } from '../upsampling/verdicts';
import { askedOf, wordFor, type Asked } from './captionWords';

const pixelCount = 28 * 28;

/** One matter that a caption spoke of. */
export interface Mark {
  readonly asked: Asked;
  readonly isRight: boolean;
  /** "leaning right", or "upright, not leaning right". */
  readonly words: string;
}

/** One picture, held against what was asked for. */
export interface PictureVerdict {
  /** What the judge takes it for, and how sure it is, 0..1. */
  readonly digit: number;
  readonly sure: number;
  readonly bins: Readonly<Record<Attribute, Bin>>;
  /** Of what was asked for; empty where nothing was. */
  readonly marks: readonly Mark[];
}

/**
 * @param pixels [n, 28, 28] in about −1..1
 * @param probabilities [n, 10] of the judge
 */
export function pictureVerdicts(
  pixels: Float32Array,
  probabilities: Float32Array,
  asked: readonly Description[],
): readonly PictureVerdict[] {
  const judged = verdictsOf(
    probabilities,
    asked.map(({ digit }) => digit),
  );
  const verdicts = verdictsOfCaptions({ pixels, asked, probabilities });
  return asked.map((description, i) => {
    const { digit = 0, sure = 0 } = judged[i] ?? {};
    // slant and width are thirds of a class: of the one asked for, or else of the one that is seen
    const bins = binsOf(measureAttributes(pixels.subarray(i * pixelCount, (i + 1) * pixelCount)), description.digit ?? digit);
    const marks = askedOf(description).map((matter): Mark => {
      const isRight = verdicts[i]?.[matter] === true;
      const wish = wordFor(matter, matter === 'class' ? description.digit : description[matter]);
      const seen = wordFor(matter, matter === 'class' ? digit : bins[matter]);
      return { asked: matter, isRight, words: isRight ? wish : `${seen}, not ${wish}` };
    });
    return { digit, sure, bins, marks };
  });
}

/** Everything that was asked for is there; true as well where nothing was asked for. */
export function isAllRight({ marks }: PictureVerdict): boolean {
  return marks.every(({ isRight }) => isRight);
}

/** "3 of 4 as asked: upright, not leaning right"; what is seen, where nothing was asked for. */
export function verdictWords({ marks, digit, bins }: PictureVerdict): string {
  if (marks.length === 0) {
    return `the judge sees ${wordFor('class', digit)}; ${wordFor('thickness', bins.thickness)}, ${wordFor('width', bins.width)}, ${wordFor('slant', bins.slant)}`;
  }
  const wrong = marks.filter(({ isRight }) => !isRight);
  const right = marks.length - wrong.length;
  return `${right} of ${marks.length} as asked${wrong.length > 0 ? `: ${wrong.map(({ words }) => words).join('; ')}` : ''}`;
}

/** "5 of 6 pictures are all that was asked for; seven 6, thick 5, leaning right 6"; null where nothing was. */
export function tallyWords(verdicts: readonly PictureVerdict[], asked: Description): string | null {
  const matters = askedOf(asked);
  if (matters.length === 0) return null;
  const all = verdicts.filter(isAllRight).length;
  const each = matters.map((matter) => {
    const right = verdicts.filter(({ marks }) => marks.some((mark) => mark.asked === matter && mark.isRight)).length;
    const value = matter === 'class' ? asked.digit : asked[matter];
    return `${wordFor(matter, value)} ${right}`;
  });
  return `${all} of ${verdicts.length} are all that was asked for (${each.join(', ')})`;
}

/** How much pictures of one caption differ; they are all of one kind. */
export function varietyWords({ pixels }: { readonly pixels: Float32Array }): string {
  const kinds = new Array<number>(pixels.length / pixelCount).fill(0);
  return `variety ${variety(pixels, kinds).toFixed(1)}`;
}
