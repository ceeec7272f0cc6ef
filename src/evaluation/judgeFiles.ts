/** The judge's two files in public/weights: its weights, and what it makes of real digits. */
import type { NamedArrays } from '../model/config';
import { checkTensors, decodeSafetensors } from '../model/safetensors';
import type { Gaussian } from './frechet';
import { judgeConfig, judgeParameters } from './judgeConfig';

export const judgePath = 'weights/judge.safetensors';
export const referencePath = 'weights/judge-reference.safetensors';
/** The reference are the features of this many pictures, from the first of the test set on. */
export const referenceCount = 5000;

/** @throws weights/format, when the file is damaged or another network's */
export function readJudge(bytes: Uint8Array): NamedArrays {
  const { arrays } = decodeSafetensors(bytes);
  checkTensors(arrays, judgeParameters(judgeConfig));
  return arrays;
}

/** Single precision is plenty: the distances that it changes are of the order of 1e-5. */
export function referenceArrays({ mean, covariance }: Gaussian): NamedArrays {
  return {
    mean: { shape: [mean.length], data: Float32Array.from(mean) },
    covariance: { shape: [mean.length, mean.length], data: Float32Array.from(covariance) },
  };
}

/** @throws weights/format, when the file is damaged or has another number of features */
export function readReference(bytes: Uint8Array): Gaussian {
  const { arrays } = decodeSafetensors(bytes);
  const { features } = judgeConfig;
  const shapes = [
    { name: 'mean', shape: [features] },
    { name: 'covariance', shape: [features, features] },
  ];
  checkTensors(arrays, shapes);
  const of = (name: string): Float64Array => Float64Array.from(arrays[name]?.data ?? []);
  return { mean: of('mean'), covariance: of('covariance') };
}
