import { expect, test } from 'vitest';
import { aimsOf } from '../../bench/aims';
import type { Aim, SamplerFigure, TrainFigure } from '../../bench/figures';
import type { RecordedQualityRow } from '../../src/data/recordedQuality';

const step = (wanted: Partial<TrainFigure>, min: number): TrainFigure => ({
  ...{
    backend: 'wasm',
    engine: 'ours',
    recipe: 'quick',
    renderer: null,
    relaxedSimd: null,
    batch: 32,
    replicas: 1,
    launches: null,
  },
  ...{ steps: 10, firstStepMs: 300, tensorsBefore: 9, tensorsAfter: 9 },
  ...wanted,
  msPerStep: { min, median: 2 * min },
});
const nothing = {
  ...{ train: [], sample: [], samplers: [], pytorch: null, longestTaskMs: null, leak: null, replicas: null, quality: null },
  evaluationsEnough: null,
};
const values = (aims: readonly Aim[]): readonly unknown[] => aims.map(({ value, isMet }) => [Number(value.toFixed(2)), isMet]);

test('what was not measured is left out', () => {
  expect(aimsOf(nothing)).toEqual([]);
  expect(aimsOf({ ...nothing, train: [step({}, 80)] })).toEqual([]);
});

test('ratios take the best steps of the quick recipe, and the aims fit the renderer', () => {
  const train = [
    ...[step({ relaxedSimd: true }, 80), step({ relaxedSimd: false }, 90), step({ recipe: 'textbook' }, 10)],
    step({ engine: 'composed' }, 200),
    step({ backend: 'webgl', renderer: 'SwiftShader' }, 2000),
    step({ backend: 'webgl', renderer: 'SwiftShader', engine: 'stock' }, 4000),
  ];
  expect(values(aimsOf({ ...nothing, train }))).toEqual([
    [2.5, false], // 200 / 80, of 2.6
    [50, false], // 4000 / 80, of 100
    [2, false], // 4000 / 2000, of 2.5
  ]);
  const onMesa = train.map((row) => ({ ...row, renderer: row.renderer === null ? null : 'llvmpipe' }));
  expect(values(aimsOf({ ...nothing, train: onMesa })).slice(1)).toEqual([
    [50, true], // of 20
    [2, true], // of 1.5
  ]);
});

test('digits are good once all seeds are, with whichever guidance is soonest', () => {
  const end: RecordedQualityRow = {
    ...{ recipe: 'quick' as const, trainingSeed: 0, seconds: 20, fd: 30, c90: 0.95, accuracy: 0.95, midInk: 0.5, variety: 15 },
    ...{ steps: 225, tflop: 0.69, w: 3 },
  };
  const soon = { w: 3, seeds: [0, 1], good: 2, latest: end, ends: [] };
  const never = { w: 2, seeds: [0, 1], good: 1, latest: { ...end, steps: 200, tflop: 0.61, w: 2 }, ends: [] };
  const train = [step({}, 50)];
  expect(values(aimsOf({ ...nothing, train, quality: { rows: [], untilGood: [never, soon] } }))).toEqual([
    [0.69, true],
    [22.5, true], // 225 steps of 100 ms
  ]);
  expect(values(aimsOf({ ...nothing, quality: { rows: [], untilGood: [never] } }))).toEqual([[Infinity, false]]);
});

test('of all walks the one with least of the network counts, and of all samplers the quickest', () => {
  const walk = (networkShare: number): SamplerFigure => ({
    ...{ sampler: 'ddim', spacing: 'trailing', steps: 8, nfe: 8, backend: 'wasm', batch: 1, imagesPerSecond: 60, networkShare },
    ...{ fd: null, fdSpread: null, n: null },
  });
  const samplers = [walk(0.97), walk(0.85), walk(0.92)];
  expect(values(aimsOf({ ...nothing, samplers, evaluationsEnough: 8 }))).toEqual([
    [0.85, false],
    [8, true],
  ]);
  expect(values(aimsOf({ ...nothing, samplers: samplers.slice(0, 1) }))).toEqual([[0.97, true]]);
});
