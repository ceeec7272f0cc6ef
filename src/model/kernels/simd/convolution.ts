/** Convolutions and linear layers with their bias as WASM kernels; assembly/patches.ts says how they are computed. */
import type * as tf from '@tensorflow/tfjs-core';
import { affineInputGradKernel, affineKernel, affineWeightGradKernel } from '../affine';
import { convFilterGradKernel, convInputGradKernel, convKernel } from '../biasedConv';
import type { SimdModule } from './module';
import { given, registerKernel, type KernelCall } from './register';

const wideMultiple = 8;

/** One side of a layer is wide, the other narrow; narrow pictures are [batch, height, width, narrow]. */
interface Layer {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly narrow: number;
  readonly wide: number;
  readonly size: number;
  readonly stride: number;
  readonly border: number;
  /** Pixels of a wide picture. */
  readonly pixels: number;
  readonly yShape: number[];
  /** Whether y is the wide side. */
  readonly widens: boolean;
}

function convLayerOf(x: tf.TensorInfo, w: tf.TensorInfo, attrs: KernelCall['attrs']): Layer {
  const [batch = 0, height = 0, width = 0] = x.shape;
  const [size = 0, , channelsIn = 0, channelsOut = 0] = w.shape;
  const { stride = 1, border = 0 } = attrs;
  const side = (length: number): number => Math.floor((length + 2 * border - size) / stride) + 1;
  const widens = channelsOut % wideMultiple === 0;
  return {
    ...{ batch, height, width, size, stride, border, widens },
    narrow: widens ? channelsIn : channelsOut,
    wide: widens ? channelsOut : channelsIn,
    pixels: side(height) * side(width),
    yShape: [batch, side(height), side(width), channelsOut],
  };
}

/** A linear layer is a 1×1 convolution of one picture that has a pixel a row. */
function linearLayerOf(x: tf.TensorInfo, w: tf.TensorInfo): Layer {
  const [rows = 0, narrow = 0] = x.shape;
  const wide = w.shape[1] ?? 0;
  return {
    ...{ batch: 1, height: rows, width: 1, narrow, wide, size: 1, stride: 1, border: 0 },
    ...{ pixels: rows, yShape: [rows, wide], widens: true },
  };
}

export function registerConvolution({ functions, backend, scratch }: SimdModule): void {
  const at = (info: tf.TensorInfo): number => backend.getMemoryOffset(info.dataId);
  const make = (shape: number[]): tf.TensorInfo => backend.makeOutput(shape, 'float32');
  const sizes = (layer: Layer): number[] => [
    ...[layer.batch, layer.height, layer.width, layer.narrow, layer.wide],
    ...[layer.size, layer.stride, layer.border, layer.pixels],
  ];

  /** Room for the filter turned round, and behind it for what gather, scatter and filterSums need. */
  const rooms = ({ height, width, narrow, wide, size, border, pixels }: Layer): { turned: number; rest: number } => {
    const filter = size * size * narrow * wide;
    const row = Math.ceil((size * size * narrow) / wideMultiple) * wideMultiple;
    const padded = (height + 2 * border) * (width + 2 * border) * narrow;
    const turned = scratch(filter + (2 * wide + pixels) * row + padded);
    return { turned, rest: turned + filter * Float32Array.BYTES_PER_ELEMENT };
  };

  const forward = (x: tf.TensorInfo, w: tf.TensorInfo, b: tf.TensorInfo | undefined, layer: Layer): tf.TensorInfo => {
    const { widens, size, narrow, wide, yShape } = layer;
    const y = make(yShape);
    const { turned, rest } = rooms(layer);
    const bias = b ? at(b) : 0;
    if (widens) {
      functions.gather(at(x), at(w), bias, at(y), rest, ...sizes(layer));
    } else {
      functions.turnFilter(at(w), turned, size * size, wide, narrow);
      functions.scatter(at(x), turned, bias, at(y), rest, ...sizes(layer));
    }
    return y;
  };

  const inputGradient = (dy: tf.TensorInfo, x: tf.TensorInfo, w: tf.TensorInfo, layer: Layer): tf.TensorInfo => {
    const { widens, size, narrow, wide } = layer;
    const dx = make(x.shape);
    const { turned, rest } = rooms(layer);
    if (widens) {
      functions.scatter(at(dy), at(w), 0, at(dx), rest, ...sizes(layer));
    } else {
      functions.turnFilter(at(w), turned, size * size, wide, narrow);
      functions.gather(at(dy), turned, 0, at(dx), rest, ...sizes(layer));
    }
    return dx;
  };

  const filterGradient = (dy: tf.TensorInfo, x: tf.TensorInfo, w: tf.TensorInfo, layer: Layer): tf.TensorInfo[] => {
    const { widens, size, narrow, wide } = layer;
    const channelsOut = widens ? wide : narrow;
    const [dw, db] = [make(w.shape), make([channelsOut])];
    const { turned, rest } = rooms(layer);
    if (widens) {
      functions.filterSums(at(x), at(dy), at(dw), rest, ...sizes(layer));
    } else {
      functions.filterSums(at(dy), at(x), turned, rest, ...sizes(layer));
      functions.turnFilterBack(turned, at(dw), size * size, wide, narrow);
    }
    const rows = dy.shape.slice(0, -1).reduce((product, length) => product * length, 1);
    functions.columnSums(at(dy), at(db), rows, channelsOut);
    return [dw, db];
  };

  registerKernel(convKernel, ({ inputs, attrs }) => {
    const [x, w] = [given(inputs, 'x'), given(inputs, 'w')];
    return forward(x, w, given(inputs, 'b'), convLayerOf(x, w, attrs));
  });
  registerKernel(convInputGradKernel, ({ inputs, attrs }) => {
    const [dy, x, w] = [given(inputs, 'dy'), given(inputs, 'x'), given(inputs, 'w')];
    return inputGradient(dy, x, w, convLayerOf(x, w, attrs));
  });
  registerKernel(convFilterGradKernel, ({ inputs, attrs }) => {
    const [dy, x, w] = [given(inputs, 'dy'), given(inputs, 'x'), given(inputs, 'w')];
    return filterGradient(dy, x, w, convLayerOf(x, w, attrs));
  });

  registerKernel(affineKernel, ({ inputs }) => {
    const [x, w] = [given(inputs, 'x'), given(inputs, 'w')];
    return forward(x, w, inputs['b'], linearLayerOf(x, w));
  });
  registerKernel(affineInputGradKernel, ({ inputs }) => {
    const [dy, x, w] = [given(inputs, 'dy'), given(inputs, 'x'), given(inputs, 'w')];
    return inputGradient(dy, x, w, linearLayerOf(x, w));
  });
  registerKernel(affineWeightGradKernel, ({ inputs }) => {
    const [dy, x, w] = [given(inputs, 'dy'), given(inputs, 'x'), given(inputs, 'w')];
    return filterGradient(dy, x, w, linearLayerOf(x, w));
  });
}
