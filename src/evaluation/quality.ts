/** Everything that is measured of a set of pictures, in one record. */
import { frechetDistance, gaussianOf, type Gaussian } from './frechet';
import { judgeConfig } from './judgeConfig';
import type { Judged } from './judgePictures';
import { accuracy, classBalance, confidence, judgedClasses, midInk, variety } from './metrics';

export interface Quality {
  /** Fréchet distance to the first 5,000 test digits, in the judge's features. Depends on how many pictures there are. */
  readonly fd: number;
  /** Share that the judge is more than 90% sure of. */
  readonly c90: number;
  /** Share judged to be what was asked for. */
  readonly accuracy: number;
  /** Entropy of the judged classes in nats, at most ln 10 = 2.303. */
  readonly balance: number;
  /** Blur: grey pixels over inked ones. */
  readonly midInk: number;
  /** Mean distance of two pictures of one class. */
  readonly variety: number;
}

/**
 * @param pixels [n, 28, 28] in −1 … 1; n at least 2
 * @param asked the class of each, as it was asked for
 * @param judged what the judge made of the same pixels
 * @throws shape
 */
export function qualityOf(
  { pixels, asked, judged }: { readonly pixels: Float32Array; readonly asked: ArrayLike<number>; readonly judged: Judged },
  reference: Gaussian,
): Quality {
  const { features, classes } = judgeConfig;
  const digits = judgedClasses(judged.probabilities, classes);
  return {
    fd: frechetDistance(gaussianOf(judged.features, features), reference),
    c90: confidence(judged.probabilities, classes),
    accuracy: accuracy(digits, asked),
    balance: classBalance(digits, classes),
    midInk: midInk(pixels),
    variety: variety(pixels, asked),
  };
}
