/** The timestep embedding that lesson 5 draws is the one that the network computes. */
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  blockGain,
  leaning,
  likeness,
  overMoments,
  reach,
  rowOf,
  throughLinear,
  wavelength,
  waves,
} from '../../lessons/conditioning/embedding';
import { scaleAndShift } from '../../src/model/film';
import { condition } from '../../src/model/condition';
import { linear } from '../../src/model/linear';
import { decodeSafetensors } from '../../src/model/safetensors';
import { toTensors } from '../../src/model/tensors';
import { timeFeatures } from '../../src/model/timeEmbedding';
import { recipes } from '../../src/training/recipes';
import { expectError } from '../support/expectError';
import { useCpuBackend } from '../support/cpuBackend';

const T = 12;
const { model } = recipes.quick;
const weights = decodeSafetensors(readFileSync('public/weights/quick.safetensors')).arrays;
const moments = Array.from({ length: T }, (_, column) => column + 1);

/** [T, rows] as a map lies, [rows, T]. */
function turned(tensor: tf.Tensor2D): Float32Array {
  return tf.transpose(tensor).dataSync<'float32'>();
}

function expectClose(map: { readonly values: Float32Array }, wanted: Float32Array): void {
  expect(map.values.length).toBe(wanted.length);
  map.values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 4));
}

describe('the embedding', () => {
  const map = waves(model.timeFeatures, T);
  let t: tf.Tensor1D;
  beforeAll(async () => {
    await useCpuBackend();
    t = tf.tensor1d(moments);
  });

  it('is the network’s own, wave by wave', () => expectClose(map, turned(timeFeatures(t, T, model.timeFeatures))));

  it('goes through the network’s own layers', () => {
    const params = toTensors(weights);
    const told = throughLinear(map, weights, 'time');
    expectClose(told, turned(linear(params, 'time', timeFeatures(t, T, model.timeFeatures))));
    const { scale } = scaleAndShift(params, 'mid.0', condition(params, model, t, T, { labels: null }));
    expectClose(blockGain(told, weights, 'mid.0'), turned(tf.add(scale, 1)));
  });

  it('leans on slow cosines more than on quick ones, as the lesson says', () => {
    const { timeFeatures: features } = model;
    const most = Array.from({ length: features }, (_, input) => leaning(weights, 'time', input));
    const strongest = most.indexOf(Math.max(...most));
    expect(strongest).toBeGreaterThanOrEqual(features / 2);
    expect(wavelength(strongest, features, 1000)).toBeGreaterThan(2000);
    expect(wavelength(strongest, features, 1000)).toBeLessThan(5000);
    const byChance = 1 / Math.sqrt(3 * features); // uniform in ±1/√fanIn
    for (const input of [0, 1, features / 2]) expect(most[input]).toBeCloseTo(byChance, 1);
  });

  it('is like itself, more like its neighbours than like what is far', () => {
    const like = likeness(waves(model.timeFeatures, 1000), 500);
    expect(like[500]).toBeCloseTo(1, 5);
    expect(like[505]).toBeGreaterThan(like[950] ?? NaN);
    expect(like[495]).toBeGreaterThan(like[50] ?? NaN);
  });

  it('says how long its waves are', () => {
    expect(wavelength(0, 64, 1000)).toBeCloseTo(62.8, 1);
    expect(wavelength(31, 64, 1000)).toBeCloseTo(62_832, -1);
    expect(wavelength(32, 64, T)).toBe(wavelength(0, 64, T));
  });

  it('gives one row over all moments, and how far it goes', () => {
    const row = rowOf(map, 3);
    expect([row.length, row[1], row[T]]).toEqual([T + 1, map.values[3 * T], map.values[4 * T - 1]]);
    expect(row[0]).toBeNaN();
    expect(Array.from(overMoments(Float32Array.of(5, 6)))).toEqual([NaN, 5, 6]);
    expect(reach({ rows: 1, columns: 3, values: Float32Array.of(1, 3, 0.5) }, 1)).toBe(2);
  });

  it('names a layer that is not there', () => {
    expect(expectError(() => throughLinear(map, {}, 'time'), 'weights/format').message).toContain('“time”');
  });
});
