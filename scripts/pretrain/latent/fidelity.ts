/** What is left of test digits after they were reduced to fewer numbers and brought back. */
import { describeDigit } from '../../../src/data/captions/batchCaptions';
import { attributes } from '../../../src/data/captions/attributes';
import { imageBytes } from '../../../src/data/manifest';
import type { Fidelity } from '../../../src/data/recordedLatent';
import { frechetDistance, gaussianOf, type Gaussian } from '../../../src/evaluation/frechet';
import { judgeConfig } from '../../../src/evaluation/judgeConfig';
import { judgePictures } from '../../../src/evaluation/judgePictures';
import { accuracy, judgedClasses } from '../../../src/evaluation/metrics';
import type { Params } from '../../../src/model/tensors';
import { limited } from '../../quality/draw';
import type { LabelledDigits } from '../realDigits';

/** Of them, for the Fréchet distance: the reference is the first half of the test set, so others are taken. */
export const fdDigits = 1000;

export interface FidelityMeter {
  /** @param pixels [n, 28, 28]: what came back, in the order of the digits */
  readonly of: (pixels: Float32Array, numbers: number) => Promise<Fidelity>;
  /** Of the digits themselves. */
  readonly untouched: { readonly accuracy: number; readonly fd: number };
}

/** @param judge of digits, from its file @param reference of the Fréchet distance */
export async function createFidelity(
  digits: LabelledDigits,
  { judge, reference }: { readonly judge: Params; readonly reference: Gaussian },
): Promise<FidelityMeter> {
  const { labels } = digits;
  const before = await look(digits.pixels);
  const bins = binsOfAll(digits.pixels);

  async function look(
    pixels: Float32Array,
  ): Promise<{ readonly classes: Uint8Array; readonly accuracy: number; readonly fd: number }> {
    const { probabilities, features } = await judgePictures(judge, judgeConfig, pixels);
    const classes = judgedClasses(probabilities, judgeConfig.classes);
    const last = features.subarray((labels.length - fdDigits) * judgeConfig.features);
    const fd = frechetDistance(gaussianOf(last, judgeConfig.features), reference);
    return { classes, accuracy: accuracy(classes, labels), fd };
  }

  function binsOfAll(pixels: Float32Array): readonly ReturnType<typeof describeDigit>[] {
    return Array.from(labels, (label, i) => describeDigit(pixels.subarray(i * imageBytes, (i + 1) * imageBytes), label));
  }

  return {
    untouched: { accuracy: before.accuracy, fd: before.fd },
    of: async (drawn, numbers) => {
      const pixels = limited(drawn);
      const after = await look(pixels);
      const kept = binsOfAll(pixels);
      const share = (holds: (i: number) => boolean): number => labels.filter((_, i) => holds(i)).length / labels.length;
      const shares = attributes.map((name) => [name, share((i) => kept[i]?.[name] === bins[i]?.[name])] as const);
      return {
        numbers,
        mse: meanSquare(pixels, digits.pixels),
        agreement: share((i) => after.classes[i] === before.classes[i]),
        ...{ accuracy: after.accuracy, fd: after.fd },
        ...(Object.fromEntries(shares) as Record<(typeof attributes)[number], number>), // all of them
      };
    },
  };
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0) / a.length;
}
