/** The layers around the residual blocks as SIMD kernels, against loops in double precision and against stock operations. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRng, type Rng } from '../../src/base/rng';
import { film } from '../../src/model/film';
import { affine, affineKernel } from '../../src/model/kernels/affine';
import { biasedConv, convFilterGradKernel, convInputGradKernel, convKernel } from '../../src/model/kernels/biasedConv';
import type { ConvOptions } from '../../src/model/kernels/conv2d';
import { matMul } from '../../src/model/kernels/matMul';
import { normSilu } from '../../src/model/kernels/normSilu';
import { silu } from '../../src/model/kernels/silu';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { linear } from '../../src/model/linear';
import { activatedNorm } from '../../src/model/norm';
import type { Params } from '../../src/model/tensors';
import { both, expectClose } from '../support/bothKernels';
import { plain, plainConv } from '../support/plainLayers';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

function random<R extends tf.Rank>(rng: Rng, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const sides: readonly number[] = shape;
  return tf.tensor<R>(rng.normals(sides.reduce((product, length) => product * length, 1)), shape);
}

/** The value of f, outside a gradient and recorded, and the gradient of every input. */
function valueAndGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[], rng: Rng): Params {
  const y = f(...inputs);
  const { value, grads } = tf.valueAndGrads(f)([...inputs], random(rng, y.shape));
  return { y, value, ...Object.fromEntries(grads.map((gradient, i) => [`d${i}`, gradient])) };
}

const same: ConvOptions = { stride: 1, pad: 'same' };
const halved: ConvOptions = { stride: 2, pad: 'valid' };
const convolutions: readonly {
  readonly x: readonly number[];
  readonly k: number;
  readonly out: number;
  readonly options: ConvOptions;
}[] = [
  { x: [3, 14, 14, 4], k: 3, out: 32, options: same }, // the stem
  { x: [2, 14, 14, 32], k: 3, out: 4, options: same }, // the output
  { x: [2, 7, 7, 64], k: 1, out: 32, options: same },
  { x: [2, 14, 14, 32], k: 2, out: 64, options: halved },
  { x: [1, 7, 5, 1], k: 3, out: 8, options: same }, // one channel, odd sides, one picture
  { x: [2, 5, 6, 8], k: 3, out: 1, options: same },
  { x: [1, 1, 1, 8], k: 3, out: 3, options: same },
  { x: [2, 5, 7, 3], k: 2, out: 8, options: halved }, // an odd row and column are left out
  { x: [1, 4, 3, 3], k: 1, out: 16, options: same },
  { x: [1, 3, 6, 5], k: 5, out: 8, options: same },
  { x: [1, 4, 4, 16], k: 1, out: 2, options: same },
  { x: [3, 7, 7, 1], k: 3, out: 48, options: same }, // the stem of the cascade's base, and its output
  { x: [3, 7, 7, 48], k: 3, out: 1, options: same },
  { x: [2, 7, 7, 8], k: 3, out: 48, options: same }, // an upsampler's stem: two pictures, folded
  { x: [1, 14, 14, 24], k: 2, out: 40, options: halved }, // between the levels of a small expert
  { x: [1, 7, 7, 40], k: 1, out: 24, options: same },
];

describe.each(convolutions)('a convolution $k × $k of $x to $out', ({ x, k, out, options }) => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x;
  const inputs = (rng: Rng): [tf.Tensor4D, tf.Tensor4D, tf.Tensor1D] => [
    random(rng, [batch, height, width, channels]),
    random(rng, [k, k, channels, out]),
    random(rng, [out]),
  ];

  test('gives the values and gradients of the two operations that it stands for', async () => {
    const [stock, simd] = await both(() => {
      const rng = createRng(1, ...x, k, out);
      const f = (...[input, w, b]: tf.Tensor[]): tf.Tensor =>
        biasedConv(input as tf.Tensor4D, w as tf.Tensor4D, b as tf.Tensor1D, options);
      return valueAndGradients(f, inputs(rng), rng);
    });
    expectClose(simd, stock);
  });

  test('gives what loops give, by the kernel', async () => {
    await installSimdKernels(simdBinary());
    await tf
      .profile(() => {
        const [input, w, b] = inputs(createRng(2, ...x, k, out));
        const expected = plainConv(plain(input.shape, input.dataSync()), plain(w.shape, w.dataSync()), {
          ...options,
          bias: plain(b.shape, b.dataSync()),
        });
        const y = biasedConv(input, w, b, options);
        expect(y.shape).toEqual(expected.shape);
        y.dataSync().forEach((value, i) => expect(Math.abs(value - (expected.data[i] ?? NaN))).toBeLessThan(1e-4));
        tf.dispose([input, w, b, y]);
      })
      .then(({ kernelNames }) => expect(kernelNames).toContain(convKernel));
  });
});

test.each([
  { name: 'few channels on both sides', x: [1, 4, 4, 3], w: [3, 3, 3, 2], options: same },
  { name: 'an even filter that keeps the size', x: [1, 4, 4, 3], w: [2, 2, 3, 8], options: same },
  { name: 'no padding', x: [1, 4, 4, 3], w: [3, 3, 3, 8], options: { stride: 1, pad: 'valid' } },
] as const)('a convolution that the kernel does not fit is composed: $name', async ({ x, w, options }) => {
  await installSimdKernels(simdBinary());
  const rng = createRng(3);
  const [input, filter, bias] = [
    random<tf.Rank.R4>(rng, [...x]),
    random<tf.Rank.R4>(rng, [...w]),
    random<tf.Rank.R1>(rng, [w[3]]),
  ];
  const expected = plainConv(plain(x, input.dataSync()), plain(w, filter.dataSync()), {
    ...options,
    bias: plain([w[3]], bias.dataSync()),
  });
  const { kernelNames } = await tf.profile(() =>
    tf.tidy(() => {
      const y = biasedConv(input, filter, bias, options);
      y.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected.data[i] ?? NaN, 4));
    }),
  );
  expect(kernelNames).not.toContain(convKernel);
  tf.dispose([input, filter, bias]);
});

test('the gradient of a picture that nobody asks for is not computed', async () => {
  await installSimdKernels(simdBinary());
  const rng = createRng(4);
  const [x, w, b] = [random<tf.Rank.R4>(rng, [1, 4, 4, 2]), random<tf.Rank.R4>(rng, [3, 3, 2, 8]), random<tf.Rank.R1>(rng, [8])];
  const { kernelNames } = await tf.profile(() => {
    const f = (filter: tf.Tensor): tf.Tensor => biasedConv(x, filter as tf.Tensor4D, b, same);
    tf.tidy(() => void tf.grad(f)(w, tf.ones([1, 4, 4, 8])));
  });
  expect(kernelNames).toContain(convFilterGradKernel);
  expect(kernelNames).not.toContain(convInputGradKernel);
  tf.dispose([x, w, b]);
});

test.each([
  [1, 1, 8],
  [32, 64, 128],
  [5, 11, 16],
  [7, 13, 24],
])('a linear layer on %i rows, from %i to %i', async (rows, from, to) => {
  const [stock, simd] = await both(() => {
    const rng = createRng(5, rows, from, to);
    const inputs = [random(rng, [rows, from]), random(rng, [from, to]), random(rng, [to])];
    const layer = (...[x, w, b]: tf.Tensor[]): tf.Tensor =>
      linear({ 'a.weight': w as tf.Tensor, 'a.bias': b as tf.Tensor }, 'a', x as tf.Tensor2D);
    const product = (...[x, w]: tf.Tensor[]): tf.Tensor => matMul(x as tf.Tensor2D, w as tf.Tensor2D);
    const alone = valueAndGradients(product, inputs.slice(0, 2), rng);
    return {
      ...valueAndGradients(layer, inputs, rng),
      ...Object.fromEntries(Object.entries(alone).map(([name, tensor]) => [`product ${name}`, tensor])),
    };
  });
  expectClose(simd, stock);
});

test('a linear layer with a width that the kernel does not fit is composed', async () => {
  await installSimdKernels(simdBinary());
  expect(tf.getKernel(affineKernel, 'wasm')).toBeDefined();
  tf.tidy(() => {
    expect(affine(tf.ones([2, 3]), tf.ones([3, 10]), null)).toBeNull();
    expect([...matMul(tf.ones([1, 3]), tf.ones([3, 2])).dataSync()]).toEqual([3, 3]);
  });
});

test.each([
  [1, 8, 8],
  [3, 16, 24],
  [32, 128, 64],
  [2, 5, 8], // composed
])('FiLM’s layers for %i pictures, from %i to %i', async (batch, embedding, channels) => {
  const [stock, simd] = await both(() => {
    const rng = createRng(6, batch, embedding, channels);
    const inputs = [[batch, embedding], [embedding, channels], [channels], [embedding, channels], [channels]].map((shape) => random(rng, shape as [number])); // prettier-ignore
    const x = random<tf.Rank.R4>(rng, [batch, 2, 3, channels]);
    const f = (...[cond, ...rest]: tf.Tensor[]): tf.Tensor => {
      const names = ['f.scale.weight', 'f.scale.bias', 'f.shift.weight', 'f.shift.bias'];
      return film(Object.fromEntries(names.map((name, i) => [name, rest[i] as tf.Tensor])), 'f', x, cond as tf.Tensor2D);
    };
    return valueAndGradients(f, inputs, rng);
  });
  expectClose(simd, stock);
});

test.each([1, 3, 4, 257])('SiLU of %i numbers', async (count) => {
  const [stock, simd] = await both(() => {
    const rng = createRng(7, count);
    return valueAndGradients((...[x]) => silu(x as tf.Tensor), [random(rng, [count])], rng);
  });
  expectClose(simd, stock);
});

test.each([
  [1, 1, 1, 4],
  [2, 3, 5, 32],
  [1, 2, 2, 6], // composed
])('SiLU of the RMS norm of [%i, %i, %i, %i]', async (...shape) => {
  const channels = shape[3];
  const [stock, simd] = await both(() => {
    const rng = createRng(8, ...shape);
    const f = (...[x, gain]: tf.Tensor[]): tf.Tensor =>
      activatedNorm({ 'n.weight': gain as tf.Tensor }, 'n', 'rms', x as tf.Tensor4D);
    return valueAndGradients(f, [random(rng, shape), random(rng, [channels])], rng);
  });
  expectClose(simd, stock);
  expect(tf.tidy(() => normSilu(tf.ones([1, 1, 1, channels]), tf.ones([channels])) !== null)).toBe(channels % 4 === 0);
});

test('a clone shares its values, outlives its original, and is a copy again without the kernels', async () => {
  const addresses = (): readonly [object, object] => {
    const original = tf.tensor1d([1, 2, 3]);
    const clone = tf.clone(original);
    const ids = [original.dataId, clone.dataId] as const;
    original.dispose();
    expect([...clone.dataSync()]).toEqual([1, 2, 3]);
    clone.dispose();
    return ids;
  };
  const buffers = tf.memory().numDataBuffers;
  await installSimdKernels(simdBinary());
  await installSimdKernels(simdBinary());
  const [first, second] = addresses();
  expect(second).toBe(first);
  removeSimdKernels();
  const [third, fourth] = addresses();
  expect(fourth).not.toBe(third);
  expect(tf.memory().numDataBuffers).toBe(buffers);
});
