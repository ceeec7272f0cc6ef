import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { arrayOps } from '../../src/diffusion/ops';
import { targetFor, toPrediction } from '../../src/diffusion/parameterization';
import { epsErrorFactor, lossWeight, squaredErrors, weightedMean, x0ErrorFactor } from '../../src/training/loss';
import { useCpuBackend } from '../support/cpuBackend';

beforeAll(useCpuBackend);

test('errors are means over each picture, the loss their weighted mean', () => {
  tf.tidy(() => {
    const prediction = tf.tensor4d([1, 2, 3, 4, 0, 0, 0, 2], [2, 2, 2, 1]);
    const target = tf.tensor4d([1, 0, 3, 0, 0, 0, 0, 0], [2, 2, 2, 1]);
    const errors = squaredErrors(prediction, target);
    expect([...errors.dataSync()]).toEqual([(4 + 16) / 4, 4 / 4]);
    expect(weightedMean(errors, tf.tensor1d([1, 3])).dataSync()[0]).toBe((5 * 1 + 1 * 3) / 2);
  });
});

describe('the weight of a picture', () => {
  const capped = { snrWeightCap: 5, snrShift: 1, predictionType: 'x0' } as const;

  test.each([
    [0.5, 2], // SNR 1
    [0.75, 4], // SNR 3
    [0.9, 5], // SNR 9, capped
    [1e-9, 1], // no signal
  ])('at ᾱ = %f is %f', (alphaBar, expected) => {
    expect(lossWeight(capped, alphaBar)).toBeCloseTo(expected, 6);
  });

  test.each([
    [0.5, 1.25], // SNR 1, a quarter of it
    [0.8, 2], // SNR 4
    [0.2, 1.0625], // SNR 1/4
    [0.99, 5], // SNR 99, a quarter of it: beyond the cap
    [0, 1],
  ])('with the SNR shifted by 4 is min(1 + SNR/4, 5): at ᾱ = %f it is %f', (alphaBar, expected) => {
    expect(lossWeight({ ...capped, snrShift: 4 }, alphaBar)).toBeCloseTo(expected, 10);
  });

  test('of a moved timestep, with the shift, is what it would have been where it fell', () => {
    // Moved to four times the SNR, weighed by a quarter of it.
    for (const alphaBar of [0.1, 0.3, 0.5, 0.7]) {
      const moved = (4 * alphaBar) / (1 - alphaBar + 4 * alphaBar);
      expect(lossWeight({ ...capped, snrShift: 4 }, moved)).toBeCloseTo(lossWeight(capped, alphaBar), 10);
    }
  });

  test('without a cap is 1, on whatever is predicted', () => {
    for (const predictionType of ['x0', 'epsilon', 'v'] as const)
      expect(lossWeight({ snrWeightCap: null, snrShift: 1, predictionType }, 0.3)).toBe(1);
  });

  test('an uncapped 1 + SNR on x0 is plain MSE on v', () => {
    for (const alphaBar of [0.01, 0.4, 0.99]) {
      expect(lossWeight({ snrWeightCap: Infinity, snrShift: 1, predictionType: 'v' }, alphaBar)).toBeCloseTo(1, 10);
    }
  });
});

test.each(['x0', 'epsilon', 'v'] as const)('errors of x̂0 and ε̂ follow from that of a %s network', (type) => {
  const rng = createRng(1, type);
  const draw = (): Float64Array => Float64Array.from({ length: 5 }, () => rng.normal());
  const meanSquare = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0) / a.length;
  for (const alphaBar of [0.02, 0.5, 0.97]) {
    const level = { t: 1, alphaBar };
    const [x0, eps] = [draw(), draw()];
    const xt = arrayOps.lincomb([[Math.sqrt(alphaBar), x0], [Math.sqrt(1 - alphaBar), eps]]); // prettier-ignore
    const target = targetFor({ type, x0, eps, level, ops: arrayOps });
    const output = draw();
    const guess = toPrediction({ type, output, xt, level, ops: arrayOps });
    const error = meanSquare(output, target);
    expect(meanSquare(guess.x0, x0) / error).toBeCloseTo(x0ErrorFactor(type, alphaBar), 8);
    expect(meanSquare(guess.eps, eps) / error).toBeCloseTo(epsErrorFactor(type, alphaBar), 8);
  }
});
