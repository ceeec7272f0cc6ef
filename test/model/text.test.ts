/** The text encoder and the blocks that look at it: gradients are slopes, values are what loops give, padding says nothing. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import type { NamedArrays, TextConfig, UNetConfig } from '../../src/model/config';
import { flopsPerEvaluation, parameterCount } from '../../src/model/cost';
import { attendWords } from '../../src/model/kernels/attendWords';
import { reshape } from '../../src/model/kernels/reshape';
import { meanOverWords } from '../../src/model/kernels/wordMeans';
import { layersOf } from '../../src/model/layers';
import { elements, parametersOf, type ParameterSpec } from '../../src/model/parameters';
import { toTensors, type Params } from '../../src/model/tensors';
import { crossAttention } from '../../src/model/text/crossAttention';
import { encodeText, rmsRows } from '../../src/model/text/textEncoder';
import { crossParameters, textParameters } from '../../src/model/text/textParameters';
import { condition } from '../../src/model/condition';
import { mapsSuffix, unet } from '../../src/model/unet';
import { captionRecipe } from '../../src/training/captionRecipes';
import { trainedBy } from '../../src/training/weightsState';
import { recipes } from '../../src/training/recipes';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { expectTrueGradient, largestDifference, normalTensor, type Shape } from '../support/gradientCheck';
import { plain, plainParams } from '../support/plainLayers';
import { plainCross, plainEncodeText } from '../support/plainText';

beforeAll(useCpuBackend);

const text: TextConfig = { words: 7, places: 4, width: 8, layers: 2, heads: 2, hidden: 12, crossHeads: 2 };
/** A caption of two words, one of four, one of none. */
const captions = [[3, 1, 0, 0], [6, 5, 1, 2], [0, 0, 0, 0]] as const; // prettier-ignore
const tokens = Int32Array.from(captions.flat());
const mask = [[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]]; // prettier-ignore
const tolerance = 1e-5;

/** Random values for parameters that would start at zero, too. */
function randomArrays(specs: readonly ParameterSpec[], scale = 0.5): NamedArrays {
  const rng = createRng(5);
  return Object.fromEntries(
    specs.map(({ name, shape }) => [name, { shape, data: rng.normals(elements(shape)).map((value) => scale * value) }]),
  );
}

/** A layer's parameters become inputs of the check, after what it reads. */
function checkLayer(
  specs: readonly ParameterSpec[],
  reads: readonly Shape[],
  layer: (p: Params, inputs: tf.Tensor[]) => tf.Tensor,
  scale = 0.7,
): void {
  const rng = createRng(6, ...specs.map(({ name }) => name));
  tf.tidy(() => {
    const inputs = [...reads, ...specs.map(({ shape }) => shape)].map((shape) => normalTensor(rng, [...shape], scale));
    const f = (all: tf.Tensor[]): tf.Tensor => {
      const entries = specs.map(({ name }, i) => [name, all[reads.length + i]] as const);
      return layer(Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : []))), all);
    };
    expectTrueGradient(f, inputs, rng);
  });
}

/** The i-th input, as the rank that the function under test wants. */
function input<R extends tf.Rank>(inputs: tf.Tensor[], i: number): tf.Tensor<R> {
  const found = inputs[i];
  if (found === undefined) throw new Error(`no input ${i}`);
  return found as tf.Tensor<R>; // the shapes stand beside it
}

describe('gradients', () => {
  const rng = createRng(1);
  const inputs = (...shapes: readonly Shape[]): tf.Tensor[] => shapes.map((shape) => normalTensor(rng, [...shape]));

  test('attention to words, with padding and two heads', () => {
    tf.tidy(() => {
      const f = (x: tf.Tensor[]): tf.Tensor =>
        attendWords({ query: input(x, 0), key: input(x, 1), value: input(x, 2), visible: tf.tensor2d(mask), heads: 2 });
      expectTrueGradient(f, inputs([15, 4], [12, 4], [12, 4]), rng);
    });
  });

  test('the norm of rows, the mean over words, another shape', () => {
    tf.tidy(() => {
      expectTrueGradient((x) => rmsRows(input(x, 0), input(x, 1)), inputs([5, 6], [6]), rng);
      expectTrueGradient((x) => meanOverWords(input(x, 0), tf.tensor2d(mask)), inputs([3, 4, 5]), rng);
      expectTrueGradient((x) => reshape<tf.Rank.R2>(input(x, 0), [4, 6]), inputs([2, 3, 4]), rng);
    });
  });

  test('the text encoder, through every parameter: its states', () => {
    checkLayer(textParameters(text), [], (p) => encodeText(p, text, tokens, 3).states);
  });

  test('… and what it says of a whole caption, under another prefix', () => {
    checkLayer(textParameters(text, 'other'), [], (p) => encodeText(p, text, tokens, 3, 'other').pooled);
  });

  test('cross-attention, through the pixels, the words and every parameter', () => {
    const reads = [[3, 2, 3, 4], [3, 4, 8]]; // prettier-ignore
    checkLayer(crossParameters(text, 'a', 4), reads, (p, x) =>
      crossAttention(p, 'a.cross', text, input(x, 0), { states: input(x, 1), mask: tf.tensor2d(mask) }),
    );
  });

  const small: UNetConfig = {
    ...captionRecipe.model,
    ...{ imageSize: 4, stem: 'full', widths: [4, 4], innerBlocks: 1, timeFeatures: 4, embedding: 5 },
    text: { ...text, layers: 1, width: 4, hidden: 6 },
  };

  test('the U-Net that reads', () => {
    const specs = parametersOf(small);
    // Weak layers: through so many of them, the slope of a strong one bends within the step of a central difference.
    const weak = 0.4;
    checkLayer(
      specs,
      [[3, 4, 4, 1]],
      (p, x) => unet(p, small, input(x, 0), tf.tensor1d([3, 50, 90]), 100, { labels: null, tokens }),
      weak,
    );
    expect(specs.filter(({ name }) => name.includes('.cross.'))).toHaveLength(3 * 9);
  });

  test('a network that is not told the timestep', () => {
    const timeless: UNetConfig = { ...small, text: null, time: false, classes: 3, widths: [4] };
    const specs = parametersOf(timeless);
    expect(specs.filter(({ name }) => name.startsWith('time.')).map(({ name }) => name)).toEqual(['time.bias']);
    const labels = Int32Array.of(0, 3);
    checkLayer(specs, [[2, 4, 4, 1]], (p, x) => unet(p, timeless, input(x, 0), tf.tensor1d([3, 90]), 100, { labels }));
    tf.tidy(() => {
      const params = toTensors(randomArrays(specs));
      const at = (t: number): tf.Tensor => condition(params, timeless, tf.fill([2], t), 100, { labels });
      expect(largestDifference(at(99), at(1).dataSync<'float32'>())).toBe(0);
    });
  });
});

describe('values', () => {
  test('the text encoder gives what loops give', () => {
    const arrays = randomArrays(textParameters(text));
    const expected = plainEncodeText(plainParams(arrays), text, captions);
    tf.tidy(() => {
      const { states, pooled, mask: visible } = encodeText(toTensors(arrays), text, tokens, 3);
      expect(states.shape).toEqual([3, 4, 8]);
      expect(largestDifference(states, expected.states.flat(2))).toBeLessThan(tolerance);
      expect(pooled.shape).toEqual([3, 8]);
      expect(largestDifference(pooled, expected.pooled.flat())).toBeLessThan(tolerance);
      expect(visible.arraySync()).toEqual(mask);
    });
  });

  test('cross-attention gives what loops give, and its maps are theirs', () => {
    const arrays = { ...randomArrays(textParameters(text)), ...randomArrays(crossParameters(text, 'a', 4)) };
    const encoded = plainEncodeText(plainParams(arrays), text, captions);
    const h = createRng(8).normals(3 * 2 * 3 * 4);
    const expected = plainCross(plainParams(arrays), 'a.cross', 2, plain([3, 2, 3, 4], h), encoded);
    tf.tidy(() => {
      const params = toTensors(arrays);
      let maps: tf.Tensor4D | null = null;
      const value = crossAttention(params, 'a.cross', text, tf.tensor4d(h, [3, 2, 3, 4]), encodeText(params, text, tokens, 3), (seen) => {
        maps = tf.keep(tf.clone(seen));
      }); // prettier-ignore
      expect(largestDifference(value, expected.value.data)).toBeLessThan(tolerance);
      const seen = maps as tf.Tensor4D | null; // assigned within the call
      expect(seen?.shape).toEqual([3, 2, 6, 4]);
      if (seen) expect(largestDifference(seen, expected.maps.flat(3))).toBeLessThan(tolerance);
      seen?.dispose();
    });
  });

  test('what stands in padding cannot be seen: more places change nothing', () => {
    const longer: TextConfig = { ...text, places: 6 };
    const arrays = randomArrays(textParameters(longer));
    const shorter = { ...arrays, 'text.places.weight': { shape: [4, 8], data: (arrays['text.places.weight']?.data ?? new Float32Array()).slice(0, 32) } }; // prettier-ignore
    tf.tidy(() => {
      const few = encodeText(toTensors(shorter), text, Int32Array.of(3, 1, 0, 0), 1).pooled;
      const many = encodeText(toTensors(arrays), longer, Int32Array.of(3, 1, 0, 0, 0, 0), 1).pooled;
      expect(largestDifference(many, few.dataSync<'float32'>())).toBeLessThan(tolerance);
    });
  });

  test('order matters, and so does every word', () => {
    tf.tidy(() => {
      const params = toTensors(randomArrays(textParameters(text)));
      const pooled = (...words: number[]): Float32Array => encodeText(params, text, Int32Array.from(words), 1).pooled.dataSync<'float32'>();
      const [one, turned, other] = [pooled(3, 1, 0, 0), pooled(1, 3, 0, 0), pooled(3, 2, 0, 0)];
      const apart = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
      expect(apart(one, turned)).toBeGreaterThan(1e-3);
      expect(apart(one, other)).toBeGreaterThan(1e-3);
    }); // prettier-ignore
  });

  test('every block of a network that reads can be watched, and its layers are seen by their names', () => {
    tf.tidy(() => {
      const config: UNetConfig = { ...captionRecipe.model, widths: [8, 16], text: { ...text, places: 8 } };
      const params = toTensors(randomArrays(parametersOf(config), 0.1));
      const seen = new Map<string, readonly number[]>();
      const given = { labels: null, tokens: new Int32Array(16) };
      unet(params, config, tf.zeros([2, 28, 28, 1]), tf.ones([2]), 1000, given, (name, { shape }) => seen.set(name, shape));
      const maps = [...seen].filter(([name]) => name.endsWith(mapsSuffix));
      expect(maps).toEqual([
        ['down.0.block.cross.maps', [2, 2, 196, 8]],
        ['mid.0.cross.maps', [2, 2, 49, 8]],
        ['mid.1.cross.maps', [2, 2, 49, 8]],
        ['up.0.block.cross.maps', [2, 2, 196, 8]],
      ]);
      const named = layersOf(config).filter(({ kind }) => kind !== 'condition').map(({ name }) => name); // prettier-ignore
      expect([...seen.keys()].filter((name) => !name.endsWith(mapsSuffix))).toEqual(named);
    });
  });
});

describe('the caption recipe’s network', () => {
  const { model } = captionRecipe;

  test('has the parameters and the cost that were measured for it', () => {
    expect(parameterCount(model)).toBe(379_684);
    expect(flopsPerEvaluation(model) / 1e6).toBeCloseTo(36.2, 1);
    const layers = layersOf(model);
    expect(layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(parameterCount(model));
    expect(layers.find(({ kind }) => kind === 'up')?.skipFrom).toBe('down.0.block.cross');
  });

  test('gives Muon the matrices of text and attention too; the quick one’s are what they were', () => {
    const muons = (recipe: typeof captionRecipe): readonly string[] => {
      const { parameters, isMuon } = trainedBy(recipe);
      return parameters.map(({ name }) => name).filter(isMuon);
    };
    // 8 convolutions, 2 layers of 6, 4 blocks of 4.
    expect(muons(captionRecipe)).toHaveLength(8 + 2 * 6 + 4 * 4);
    expect(muons(recipes.quick)).toHaveLength(8);
    expect(muons({ ...captionRecipe, optimizer: 'adam' })).toEqual([]);
  });
});

describe('refused', () => {
  const { model } = captionRecipe;
  const call = (config: UNetConfig, words: Int32Array | undefined): void => {
    tf.tidy(() => {
      const params = toTensors(randomArrays(parametersOf(config), 0.1));
      unet(params, config, tf.zeros([1, 28, 28, 1]), tf.ones([1]), 1000, { labels: null, tokens: words });
    });
  };

  test('captions for a network that does not read, and none for one that does', () => {
    expect(expectError(() => call(recipes.quick.model, new Int32Array(8)), 'shape').message).toContain('does not read');
    expect(expectError(() => call(model, undefined), 'shape').message).toContain('no captions');
  });

  test('a wrong number of words, and a word that there is not', () => {
    expect(expectError(() => call(model, new Int32Array(7)), 'shape').message).toContain('8');
    expect(expectError(() => call(model, Int32Array.of(41, 0, 0, 0, 0, 0, 0, 0)), 'range').message).toContain('41');
  });

  test('heads that do not divide the width', () => {
    expectError(() => textParameters({ ...text, heads: 3 }), 'range');
    expectError(() => crossParameters(text, 'a', 5), 'range');
  });
});
