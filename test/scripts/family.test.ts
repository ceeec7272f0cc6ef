/** The table of every network, from the files that the lessons read. */
import { expect, test } from 'vitest';
import { familyNetworks, shippedOnly } from '../../scripts/pretrain/family/networks';
import { roleOf } from '../../scripts/pretrain/family/roles';
import { readSources, type FamilySources } from '../../scripts/pretrain/family/sources';
import { familySystems } from '../../scripts/pretrain/family/systems';
import type { Obedience } from '../../src/data/recordedObedience';
import { shippedModels } from '../../src/training/shippedModels';

const spread = { min: 0.4, mean: 0.5, max: 0.6 };
const obedience: Obedience = {
  ...{ fd: spread, class: spread, slant: spread, thickness: spread },
  ...{ width: spread, all: spread, midInk: spread, variety: spread },
};
const model = { seed: 7, trainingFlops: 2e12, seconds: 100, parameters: 1000, bytes: 2000 };
const head = { command: 'a test', date: '2026-01-01', device: 'a processor', n: 500, noiseSeeds: 3, sampler: 'ddim', steps: 25 };
const sources: FamilySources = {
  ...readSources(),
  captions: {
    ...{ ...head, real: obedience, sweep: [], intervals: [] },
    models: ['caption@500', 'caption@1000', 'timeless-x0'].map((name) => ({ ...model, name, steps: 500 })),
    checkpoints: [
      { steps: 500, guidanceScale: 1, ...obedience },
      { steps: 1000, guidanceScale: 2, ...obedience },
    ],
    time: [
      { network: 'time-x0', trainingSteps: 1000, guidanceScale: 2, fd: spread, class: spread },
      { network: 'timeless-x0', trainingSteps: 1000, guidanceScale: 2, fd: spread, class: spread },
      { network: 'timeless-eps', trainingSteps: 1000, guidanceScale: 2, fd: spread, class: spread },
    ],
  },
  latent: null,
  unclip: null,
};

test('every network that ships has a role', () => {
  for (const { name } of shippedModels) expect(roleOf(name).does).not.toBe('');
  expect(() => roleOf('nobody')).toThrow('Nothing says what the network “nobody” is for');
});

test('networks come lesson by lesson, each once, checkpoints in the order of their steps', () => {
  const networks = familyNetworks(shippedOnly(sources));
  const names = networks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, 5)).toEqual(['judge', 'quick', 'caption@500', 'caption@1000', 'timeless-x0']);
  expect(networks.map(({ lesson }) => lesson)).toEqual(networks.map(({ lesson }) => lesson).sort());
  expect(networks.find(({ name }) => name === 'quick')?.device).toBe(sources.quickDevice);
});

test('only seed 7 is in the table, whatever was trained beside it', () => {
  const { captions } = sources;
  if (!captions) throw new Error('The captions were left out.');
  const other = { ...model, name: 'caption@500', steps: 500, seed: 8, parameters: 5 };
  const more = { ...sources, captions: { ...captions, models: [...captions.models, other] } };
  expect(familyNetworks(shippedOnly(more)).find(({ name }) => name === 'caption@500')?.parameters).toBe(1000);
});

test('a way of drawing has the costs of all its networks, counts guided looks twice, and is left out where a cost is not known', () => {
  const networks = familyNetworks(shippedOnly(sources));
  const systems = familySystems(sources, networks);
  const captions = systems.filter(({ lesson }) => lesson === 5);
  expect(captions.map(({ name, guidanceScale, nfe, seeds }) => [name, guidanceScale, nfe, seeds])).toEqual([
    ['captions, 500 steps', 1, 25, 3],
    ['captions, 1,000 steps', 2, 50, 3],
    ['not told t, asked for x₀', 2, 50, 3], // of timeless-eps no training is recorded
  ]);
  const four = systems.find(({ name }) => name === 'four experts');
  expect(four?.networks).toEqual(['four-1', 'four-2', 'four-3', 'four-4']);
  expect(four?.parameters).toBe(4 * 256_868);
  expect(Object.keys(four?.quality ?? {})).toEqual(['fd', 'class', 'midInk', 'variety']);
  const chain = systems.find(({ lesson }) => lesson === 7);
  expect(chain?.trainingFlops).toBe(sources.cascade.lanes.find(({ lane }) => lane === 'cascade')?.trainingFlops);
});
