/** The shape of the judge, a small classifier of digits, as plain data, and the list of its parameters. */
import { conv, linear, type ParameterSpec } from '../model/parameters';

export interface JudgeConfig {
  /** Side of the square picture in pixels. */
  readonly imageSize: number;
  /** Channels of each 3×3 convolution; after each the side is halved, rounded down. */
  readonly widths: readonly number[];
  /** Length of the last layer but one: what Fréchet distances compare. */
  readonly features: number;
  readonly classes: number;
}

/** The judge that ships with the page: 61,000 parameters. */
export const judgeConfig: JudgeConfig = { imageSize: 28, widths: [16, 32, 64], features: 64, classes: 10 };

const kernelSide = 3;

/** In the order in which the judge uses them. */
export function judgeParameters({ imageSize, widths, features, classes }: JudgeConfig): readonly ParameterSpec[] {
  const specs: ParameterSpec[] = [];
  let [channels, side] = [1, imageSize];
  widths.forEach((width, i) => {
    specs.push(...conv(`conv.${i}`, kernelSide, channels, width));
    channels = width;
    side = Math.floor(side / 2);
  });
  return [...specs, ...linear('features', side * side * channels, features), ...linear('classes', features, classes)];
}
