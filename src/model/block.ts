/** The residual block (He et al. 2016, arXiv:1603.05027, pre-activation): x + conv(SiLU(FiLM(conv(SiLU(norm(x)))))). */
import type * as tf from '@tensorflow/tfjs-core';
import type { UNetConfig } from './config';
import { convLayer } from './convLayer';
import { film, scaleAndShift } from './film';
import { hasResidualBlock, residualBlock, type ResidualBlockInputs } from './kernels/residualBlock';
import { silu } from './kernels/silu';
import { add } from './kernels/sum';
import { activatedNorm } from './norm';
import type { Params } from './tensors';
import { parameter } from './tensors';

/**
 * Starts as the identity, because the second convolution starts at zero.
 * @param x [B, H, W, C]
 * @param cond [B, embedding]
 */
export function block(params: Params, name: string, kind: UNetConfig['norm'], x: tf.Tensor4D, cond: tf.Tensor2D): tf.Tensor4D {
  if (hasResidualBlock(x)) {
    const of = (part: string): tf.Tensor => parameter(params, `${name}.${part}`);
    return residualBlock({
      x,
      before: beforeOf(params, `${name}.norm`, kind, x),
      ...{ w1: of('conv1.weight'), b1: of('conv1.bias'), w2: of('conv2.weight'), b2: of('conv2.bias') },
      ...scaleAndShift(params, name, cond),
    });
  }
  const hidden = convLayer(params, `${name}.conv1`, activatedNorm(params, `${name}.norm`, kind, x));
  const told = silu(film(params, name, hidden, cond));
  return add(x, convLayer(params, `${name}.conv2`, told));
}

/** The kernel knows the RMS norm and none at all; any other norm is computed before it. */
function beforeOf(params: Params, name: string, kind: UNetConfig['norm'], x: tf.Tensor4D): ResidualBlockInputs['before'] {
  if (kind === 'none') return { kind };
  if (kind === 'rms') return { kind, gain: parameter(params, `${name}.weight`) };
  return { kind: 'done', activated: activatedNorm(params, name, kind, x) };
}
