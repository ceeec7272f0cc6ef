/**
 * What predictors that have learned nothing would score: the lines that a training loss is read against. Asked for ε,
 * answering 0 costs its variance, which is 1. Asked for x0, answering the average picture costs the pictures' variance
 * about it, and whoever is told the class can answer that class's average.
 */
import { AppError } from '../base/errors';
import { toSigned } from './pixels';

export interface Baselines {
  readonly images: number;
  /** Of all pixels, −1 … 1. */
  readonly mean: number;
  readonly std: number;
  /** Mean squared error of answering 0, which is mid-grey, everywhere. */
  readonly aboutZero: number;
  /** … of answering the average picture. */
  readonly aboutMean: number;
  /** … of answering the average picture of the right class. */
  readonly aboutClassMeans: number;
}

export interface RecordedBaselines extends Baselines {
  /** The command that computes them again. */
  readonly command: string;
}

const classes = 10;

/**
 * Within a group, Σ(x − mean)² = Σx² − (Σx)²/n for each pixel, so one pass over the pictures is enough.
 * @param images [n, pixels], 0 … 255; at least one
 * @param labels [n], 0 … 9
 * @throws shape, when the two do not belong together
 */
export function computeBaselines(images: Uint8Array, labels: Uint8Array): Baselines {
  const n = labels.length;
  const pixels = images.length / n;
  if (n === 0 || !Number.isInteger(pixels))
    throw new AppError('shape', `${images.length} pixels are not ${n} pictures of one size.`);

  const sums = Array.from({ length: classes }, () => new Float64Array(pixels));
  const counts = new Float64Array(classes);
  let squares = 0;
  labels.forEach((label, i) => {
    const ofClass = sums[label];
    if (!ofClass) throw new AppError('shape', `Picture ${i} is labelled ${label}; classes are 0 to ${classes - 1}.`);
    const picture = toSigned(images.subarray(i * pixels, (i + 1) * pixels));
    picture.forEach((value, p) => {
      ofClass[p] = (ofClass[p] ?? 0) + value;
      squares += value * value;
    });
    counts[label] = (counts[label] ?? 0) + 1;
  });

  const all = new Float64Array(pixels);
  let aboutClassMeans = squares;
  sums.forEach((ofClass, label) => {
    ofClass.forEach((sum, p) => {
      all[p] = (all[p] ?? 0) + sum;
    });
    if (counts[label]) aboutClassMeans -= sumOfSquares(ofClass) / counts[label];
  });
  const values = n * pixels;
  const mean = all.reduce((total, sum) => total + sum, 0) / values;
  return {
    images: n,
    mean,
    std: Math.sqrt(squares / values - mean ** 2),
    aboutZero: squares / values,
    aboutMean: (squares - sumOfSquares(all) / n) / values,
    aboutClassMeans: aboutClassMeans / values,
  };
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((total, value) => total + value ** 2, 0);
}

const names = [
  'images',
  'mean',
  'std',
  'aboutZero',
  'aboutMean',
  'aboutClassMeans',
] as const satisfies readonly (keyof Baselines)[];

/** @throws data/format, naming what is missing */
export function parseBaselines(value: unknown): RecordedBaselines {
  if (!isRecorded(value)) {
    throw new AppError(
      'data/format',
      `The recorded baselines could not be read: they need a command and the numbers ${names.join(', ')}.`,
    );
  }
  return value;
}

function isRecorded(value: unknown): value is RecordedBaselines {
  if (typeof value !== 'object' || value === null) return false;
  const entries = new Map(Object.entries(value));
  return typeof entries.get('command') === 'string' && names.every((name) => Number.isFinite(entries.get(name)));
}
