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
    ...{ ...head, real: obedience, intervals: [] },
    sweep: [1, 2].map((guidanceScale) => ({ guidanceScale, ...obedience })),
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

const fidelity = { numbers: 98, mse: 0.0109, agreement: 0.998, accuracy: 0.99, fd: 17, slant: 1, thickness: 1, width: 1 };
const autoencoder = { ...fidelity, name: 'ae-2', beta: 1e-3, steps: 500, kl: 90, pictures: new Uint8Array(), ...costs() };
const quality = { ...obedience, space: 'latent', trainingSteps: 500, guidanceScale: 2, nfe: 50, ...costs() } as const;
const inLatents: FamilySources['latent'] = {
  ...{ ...head, testDigits: 10_000, fdDigits: 1000, untouched: { accuracy: 0.99, fd: 16 }, originals: new Uint8Array() },
  ...{ baselines: [], plane: [], scale: [], real: obedience, ceiling: obedience, autoencoders: [autoencoder] },
  models: [{ ...model, name: 'latent@500', steps: 500 }],
  quality: [
    { ...quality, name: 'latent@500', flopsPerEvaluation: 1, msPerEvaluation: 1, autoencoder: { ...costs(), decodeFlops: 1 } },
    {
      ...quality,
      name: 'caption@500',
      space: 'pixels',
      flopsPerEvaluation: 1,
      msPerEvaluation: 1,
      autoencoder: { ...costs(), decodeFlops: 1 },
    },
  ],
};
const unclip: FamilySources['unclip'] = {
  ...{ ...head, priorSteps: 25, real: obedience, prior: [] },
  embedding: {
    testDigits: 10_000,
    among: 128,
    byStep: [{ step: 600, zeroShot: 0.983, rightPicture: 0.6, paired: 0.8, gap: 0.5 }],
  },
  similarity: { captions: [], pictures: new Uint8Array(), byStep: [] },
  projection: { mean: [], axes: [[], []], explained: [], examples: [] },
  models: ['contrastive', 'prior', 'decoder@500'].map((name) => ({ ...model, name, steps: 500 })),
  rows: [
    { given: 'prior', priorScale: 2, decoderSteps: 500, guidanceScale: 2, ...obedience },
    { given: 'caption', priorScale: null, decoderSteps: 500, guidanceScale: 1, ...obedience },
    { given: 'picture', priorScale: null, decoderSteps: 500, guidanceScale: 1, ...obedience },
  ],
};

function costs(): { readonly parameters: number; readonly trainingFlops: number; readonly seconds: number } {
  return { parameters: 500, trainingFlops: 1e12, seconds: 30 };
}

test('a latent model brings its autoencoder along, and a decoder the embedding, with or without the prior', () => {
  const all = shippedOnly({ ...sources, latent: inLatents, unclip });
  const networks = familyNetworks(all);
  expect(networks.find(({ name }) => name === 'ae-2')?.marks[0]).toBe('the judge agrees: 99.8%');
  expect(networks.find(({ name }) => name === 'contrastive')?.marks[0]).toContain('98.3%');
  const systems = familySystems(all, networks).filter(({ lesson }) => lesson >= 8);
  expect(systems.map(({ name, networks: own, parameters, nfe }) => [name, own, parameters, nfe])).toEqual([
    ['captions in latents, 500 steps', ['ae-2', 'latent@500'], 1500, 50],
    ['unCLIP, decoder of 500 steps, prior at 2', ['contrastive', 'prior', 'decoder@500'], 3000, 50],
    ['unCLIP, decoder of 500 steps, no prior', ['contrastive', 'decoder@500'], 2000, 25],
  ]);
});

test('what was reached in PyTorch stands beside the same system at the same guidance', () => {
  const systems = familySystems(sources, familyNetworks(shippedOnly(sources)));
  const shown = systems.flatMap(({ name, guidanceScale, rehearsed }) =>
    rehearsed ? [[name, guidanceScale, rehearsed.all]] : [],
  );
  expect(shown).toEqual([['captions, 1,000 steps', 2, 0.622]]);
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
    ['captions, 1,000 steps', 1, 25, 3], // the sweep was made with the last
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
