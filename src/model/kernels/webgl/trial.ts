/**
 * Whether this device compiles and runs the kernels: drivers refuse programs, and some compute nonsense. A block whose second convolution
 * is zero is the identity, and so is an update with rates of zero; both are as small as blocks can be.
 */
import * as tf from '@tensorflow/tfjs-core';
import { adamEmaPass, gradientNormPass, muonEmaPass } from '../optimizerPasses';
import { residualBlock } from '../residualBlock';

const channels = 8;
const side = 2;

/** @throws when a program is refused, or gives something else than it should */
export function tryKernels(): void {
  tf.tidy(() => {
    const x: tf.Tensor4D = tf.ones([1, side, side, channels]);
    const filter: tf.Tensor4D = tf.zeros([3, 3, channels, channels]);
    const ones: tf.Tensor1D = tf.ones([channels]);
    const rest = { w1: tf.add(filter, 1), b1: ones, scale: tf.zeros([1, channels]), shift: tf.zeros([1, channels]) };
    const block = (input: tf.Tensor, w2: tf.Tensor): tf.Tensor =>
      residualBlock({ x: input as tf.Tensor4D, before: { kind: 'rms', gain: ones }, ...rest, w2, b2: tf.zerosLike(ones) });
    const { value, grads } = tf.valueAndGrads((...[input, w2]: tf.Tensor[]) => block(input ?? x, w2 ?? filter))([x, filter], x);
    expectAll('the block', value, 1);
    expectAll('its gradient', grads[0], 1);

    const clip = tf.scalar(1);
    const shared = { gradient: filter, average: rest.w1 };
    const [muon] = muonEmaPass([{ value: rest.w1, buffer: filter, ...shared }], clip, { rate: 0, momentum: 0, decay: 0.5 });
    expectAll('Muon', muon?.average, 1);
    const moments = { value: rest.w1, m: filter, v: filter, ...shared };
    const [adam] = adamEmaPass([moments], clip, { rate: 0, beta1: 0, beta2: 0, epsilon: 1, decay: 0.5 });
    expectAll('Adam', adam?.average, 1);
    expectAll('the gradient’s length', gradientNormPass([tf.ones([4])]), 2);
  });
}

function expectAll(what: string, tensor: tf.Tensor | undefined, wanted: number): void {
  const values = [...(tensor?.dataSync() ?? [])];
  if (values.length === 0 || values.some((value) => value !== wanted)) {
    throw new Error(`${what} gives ${values[0]} where it should give ${wanted}`);
  }
}
