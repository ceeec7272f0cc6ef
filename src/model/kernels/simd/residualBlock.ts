/** The residual block and its gradient as single WASM kernels; the operation that calls them is ../residualBlock.ts. */
import type * as tf from '@tensorflow/tfjs-core';
import { residualBlockGradKernel, residualBlockKernel } from '../residualBlock';
import type { SimdModule } from './module';
import { given, registerKernel } from './register';

/** Pictures that go through the block together: measured best with two, whose tiles fit the second-level cache. */
const group = 2;
const points = 16;
const planePad = 16;

/** Side of the tiles of what F(4×4, 3×3) computes, their points, and how many tiles go together: measured. */
const largeTile = 4;
const largePoints = 36;
const evaluatedTiles = 64;

interface Sizes {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly plane: number;
  readonly filters: number;
  readonly image: number;
  readonly padded: number;
}

function sizesOf(x: tf.TensorInfo): Sizes {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  return {
    batch,
    height,
    width,
    channels,
    plane: group * rows * columns * channels + planePad,
    filters: points * channels * channels,
    image: height * width * channels,
    padded: (2 * rows + 2) * (2 * columns + 2) * channels,
  };
}

/** Of the variant that keeps nothing: larger tiles, of which more pictures together make enough rows for the products. */
function evaluationSizesOf(x: tf.TensorInfo): Record<'batch' | 'height' | 'width' | 'channels' | 'images' | 'room', number> {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [Math.ceil(height / largeTile), Math.ceil(width / largeTile)];
  const tiles = rows * columns;
  const images = Math.max(1, Math.min(batch, Math.floor(evaluatedTiles / tiles)));
  const planes = 2 * largePoints * (images * tiles * channels + planePad);
  const padded = (largeTile * rows + 2) * (largeTile * columns + 2) * channels;
  const room = 2 * largePoints * channels * channels + planes + height * width * channels + padded + 4 * largePoints;
  return { batch, height, width, channels, images, room };
}

export function registerResidualBlock({ functions, backend, scratch }: SimdModule): void {
  const at = (info: tf.TensorInfo): number => backend.getMemoryOffset(info.dataId);
  const make = (shape: number[]): tf.TensorInfo => backend.makeOutput(shape, 'float32');

  registerKernel(residualBlockKernel, ({ inputs, attrs }) => {
    const x = given(inputs, 'x');
    const y = make(x.shape);
    const { gain, activated } = inputs;
    const read = [
      ...[at(x), gain ? at(gain) : 0, activated ? at(activated) : 0],
      ...['w1', 'b1', 'scale', 'shift', 'w2', 'b2'].map((name) => at(given(inputs, name))),
    ];
    if (attrs['keep'] !== 1) {
      const { batch, height, width, channels, images, room } = evaluationSizesOf(x);
      functions.blockEvaluate(...read, at(y), scratch(room), batch, height, width, channels, images);
      return [y];
    }
    const { batch, height, width, channels, plane, filters, padded } = sizesOf(x);
    const tiles = points * plane;
    const h = make(x.shape);
    const [v1, v2] = [0, 1].map(() => make([Math.ceil(batch / group) * tiles]));
    if (!v1 || !v2) throw new Error('two were made');
    const room = scratch(3 * filters + tiles + padded);
    functions.blockForward(...read, ...[y, h, v1, v2].map(at), room, batch, height, width, channels, group);
    return [y, h, v1, v2];
  });

  registerKernel(residualBlockGradKernel, ({ inputs }) => {
    const x = given(inputs, 'x');
    const { batch, height, width, channels, plane, filters, image, padded } = sizesOf(x);
    const { gain, activated } = inputs;
    const like = (name: string): tf.TensorInfo => make(given(inputs, name).shape);
    const outputs = {
      dx: make(x.shape),
      dgain: make([channels]),
      dw1: like('w1'),
      db1: make([channels]),
      dscale: like('scale'),
      dshift: like('shift'),
      dw2: like('w2'),
      db2: make([channels]),
    };
    const room = scratch(5 * filters + 2 * points * plane + group * image + padded);
    functions.blockBackward(
      ...[at(given(inputs, 'dy')), at(x), gain ? at(gain) : 0, activated ? 1 : 0],
      ...[
        at(given(inputs, 'w1')),
        at(given(inputs, 'scale')),
        at(given(inputs, 'shift')),
        at(given(inputs, 'w2')),
        at(given(inputs, 'kept0')),
        at(given(inputs, 'kept1')),
        at(given(inputs, 'kept2')),
      ],
      ...Object.values(outputs).map(at),
      ...[room, batch, height, width, channels, group],
    );
    return Object.values(outputs);
  });
}
