/** The figures of "What your machine is doing": kernels put into groups, and numbers into words. */
import { expect, test } from 'vitest';
import { groupsOf, timeOf } from '../../lessons/train/stepGroups';
import { measuredFacts, memoryWords, probeWords, rate, recentMs, share, time } from '../../lessons/train/machineFacts';

const kernels = [
  { name: 'ResidualBlockGrad', calls: 4, ms: 26 },
  { name: 'ResidualBlock', calls: 4, ms: 15 },
  { name: 'BatchMatMul', calls: 50, ms: 7 },
  { name: 'Conv2D', calls: 6, ms: 6 },
  { name: 'Identity', calls: 111, ms: 4.5 },
  { name: 'MuonPass', calls: 8, ms: 2 },
  { name: 'AdamPass', calls: 40, ms: 0.3 },
  { name: 'EmaPass', calls: 48, ms: 0.5 },
  { name: 'Square', calls: 50, ms: 0.6 },
];
const profile = {
  msPerStep: 80,
  flopsPerStep: 3.2e9,
  matrixFlops: 5e10,
  kernels,
  evaluations: [
    { pictures: 32, ms: 20 },
    { pictures: 1, ms: 4 },
  ],
};

test('every kernel falls into one group, the longest group first, what is outside the kernels last', () => {
  const groups = groupsOf(profile);
  expect(groups.map(({ name, ms }) => [name, Number(ms?.toFixed(3))])).toEqual([
    ['Residual blocks, backward', 26],
    ['Residual blocks, forward', 15],
    ['Matrix products', 7],
    ['Convolutions', 6],
    ['Copies and reshaping', 4.5],
    ['Muon', 2],
    ['Adam and the average', 0.8],
    ['Number by number', 0.6],
    ['Outside the kernels', 18.1],
  ]);
  expect(timeOf(groups)).toBeCloseTo(80); // the parts are the whole
  expect(groups.find(({ name }) => name === 'Adam and the average')?.calls).toBe(88);
});

test('names of other backends fall where they belong', () => {
  const nameOf = (name: string): string | undefined => groupsOf({ msPerStep: 1, kernels: [{ name, calls: 1, ms: 1 }] })[0]?.name;
  expect(nameOf('Conv2DBackpropInput')).toBe('Convolutions');
  expect(nameOf('PadV2')).toBe('Copies and reshaping');
  expect(nameOf('_FusedMatMul')).toBe('Matrix products');
  expect(nameOf('Sigmoid')).toBe('Number by number');
});

test('without a timer the groups tell their calls, most first, and nothing is made up for the rest', () => {
  const groups = groupsOf({ msPerStep: 80, kernels: kernels.map(({ name, calls }) => ({ name, calls, ms: null })) });
  expect(groups[0]).toMatchObject({ name: 'Copies and reshaping', calls: 111, ms: null });
  expect(groups.map(({ name }) => name)).not.toContain('Outside the kernels');
});

test('kernels that took longer than the whole step leave nothing outside them', () => {
  expect(groupsOf({ ...profile, msPerStep: 50 }).at(-1)).toMatchObject({ name: 'Outside the kernels', ms: 0 });
});

test('the time of a step is the median of the last twenty', () => {
  const steps = (times: readonly number[]): readonly { readonly ms: number }[] => times.map((ms) => ({ ms }));
  expect(recentMs([])).toBeNull();
  expect(recentMs(steps([500, 80, 90]))).toBe(90);
  expect(recentMs(steps([...Array<number>(50).fill(500), ...Array<number>(20).fill(80)]))).toBe(80);
});

test('figures have units, and a share of nearly nothing is not nothing', () => {
  expect([time(4.44), time(79.6), time(2534)]).toEqual(['4.4 ms', '80 ms', '2.5 s']);
  expect([rate(3.2e9, 80), rate(3.2e9, 1)]).toEqual(['40 GFLOP/s', '3.2 TFLOP/s']);
  expect([share(0, 80), share(0.3, 80), share(20, 80)]).toEqual(['0%', '<1%', '25%']);
  expect(memoryWords({ tensors: 1234, bytes: 5.6e6 })).toBe('1,234, 6 MB');
  expect(probeWords(null)).toBe('nothing was compared');
  const wasm = { msPerStep: 80, precision: 'float32' } as const;
  const probed = { renderer: 'a card', adapter: null, wasm, webgl: null, webgpu: null };
  expect(probeWords(probed)).toBe('WASM 80 ms, WebGL would not run');
  expect(probeWords({ ...probed, adapter: 'a card', webgpu: wasm })).toBe('WASM 80 ms, WebGL would not run, WebGPU 80 ms');
});

test('what is measured stands beside what was recorded', () => {
  const recorded = { ...profile, msPerStep: 100, command: '', device: '', backend: 'wasm', batchSize: 32 };
  const facts = measuredFacts(profile, { ...recorded, secondsToMark: { seconds: 1, steps: 1 } });
  const fact = (name: string): unknown => facts.find((each) => each.name === name);
  expect(fact('Reached')).toMatchObject({ here: '40 GFLOP/s', recorded: '32 GFLOP/s' });
  expect(fact('One evaluation, 32 pictures')).toMatchObject({ here: '20 ms, 0.25 of a step', recorded: '20 ms, 0.20 of a step' });
  expect(fact('Kernels called')).toMatchObject({ here: '321' });
  expect(fact('Outside the kernels')).toMatchObject({ here: '23%' });
  expect(measuredFacts(null, null).every(({ here }) => here === '–')).toBe(true);
});
