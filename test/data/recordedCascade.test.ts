import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { lanePlans } from '../../scripts/pretrain/measured/cascadeWalks';
import { augmentations, parseRecordedCascade, type RecordedCascade } from '../../src/data/recordedCascade';
import { baseCheckpoints } from '../../src/training/cascadeRecipes';
import { shippedModel } from '../../src/training/shippedModels';

const quality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };
const measured = { ...quality, trainingSeed: 7, noiseSeed: 0 };
const model = {
  name: 'up-14-plain',
  seed: 7,
  steps: 1200,
  trainingFlops: 1e12,
  seconds: 60,
  parameters: 123_012,
  bytes: 250_000,
};
const cost = { nfe: 70, flopsPerImage: 8e8, parameters: 360_000, trainingFlops: 3e12, secondsPerImage: 0.01 };
const flip = { ...measured, augmentation: 'plain', baseSteps: 100, guidanceScale: 1.5 } as const;
const real = { ...measured, augmentation: 'augmented', side: 14 } as const;
const lane = { ...measured, ...cost, lane: 'cascade', label: 'The chain' } as const;
const file: RecordedCascade = {
  ...{ command: 'npm run pretrain -- cascade', date: '2026-01-01', device: 'a processor', n: 500 },
  ...{ floor: { n: 500, draws: [quality] }, models: [model] },
  ...{ flip: [flip], real: [real], levels: [{ ...measured, baseSteps: 100, guidanceScale: 1, k: 3 }], lanes: [lane] },
  settings: { base: { steps: 25 }, up14: { steps: 8 }, up28: { steps: 4 }, guidanceScale: 1.25, sampler: 'ddim' },
};

test('a file is read as it was written, without what it does not know', () => {
  const written: unknown = JSON.parse(JSON.stringify({ ...file, flip: [{ ...flip, other: 1 }], other: 1 }));
  expect(parseRecordedCascade(written)).toEqual(file);
});

test('a recording that has only begun is read too', () => {
  const begun = { ...file, models: [], flip: [], real: [], levels: [], lanes: [] };
  expect(parseRecordedCascade(begun)).toEqual(begun);
});

test.each([
  ['no date', { ...file, date: undefined }, 'date'],
  ['a distance that is text', { ...file, flip: [{ ...flip, fd: '14' }] }, 'fd'],
  ['an augmentation that there is not', { ...file, flip: [{ ...flip, augmentation: 'much' }] }, 'augmentation'],
  ['a row whose noise nobody knows', { ...file, levels: [{ ...quality, trainingSeed: 7 }] }, 'noiseSeed'],
  ['a side that no upsampler takes', { ...file, real: [{ ...real, side: 28 }] }, 'side'],
  ['a lane that there is not', { ...file, lanes: [{ ...lane, lane: 'heun' }] }, 'lane'],
  ['a cost that is no number', { ...file, lanes: [{ ...lane, flopsPerImage: null }] }, 'flopsPerImage'],
  ['no lanes', { ...file, lanes: undefined }, 'lanes'],
  ['a floor without draws', { ...file, floor: { n: 500, draws: [] } }, 'draws'],
  ['a model without a name', { ...file, models: [{ ...model, name: null }] }, 'name'],
  ['no settings', { ...file, settings: undefined }, 'steps'],
  ['a web page', '<html>', 'command'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedCascade(damaged)).toThrow(`cascade could not be read: ${what} is damaged`);
});

describe('the recorded file', () => {
  const path = new URL('../../public/recorded/cascade.json', import.meta.url);
  const recorded = parseRecordedCascade(JSON.parse(readFileSync(path, 'utf8')));

  it('knows both kinds of upsampler behind every base that ships, with one noise', () => {
    for (const baseSteps of baseCheckpoints) {
      for (const guidanceScale of [1, 1.5]) {
        const rows = recorded.flip.filter((row) => row.baseSteps === baseSteps && row.guidanceScale === guidanceScale);
        const shipped = rows.filter(({ trainingSeed, noiseSeed }) => trainingSeed === 7 && noiseSeed === 0);
        expect(shipped.map(({ augmentation }) => augmentation)).toEqual(augmentations);
      }
    }
  });

  it('measured nothing twice', () => {
    for (const rows of [recorded.flip, recorded.real, recorded.levels, recorded.lanes]) {
      const questions = rows.map((row) => ('label' in row ? [row.label, row.trainingSeed, row.noiseSeed] : settingsOf(row)));
      expect(new Set(questions.map((question) => JSON.stringify(question))).size).toBe(rows.length);
    }
  });

  it('counts what its lanes count today', () => {
    expect(recorded.lanes.some(({ lane }) => lane === 'cascade')).toBe(true);
    for (const { label, nfe, flopsPerImage } of recorded.lanes) {
      expect({ nfe, flops: flopsPerImage }).toEqual(lanePlans().find((plan) => plan.label === label)?.cost);
    }
  });

  it('names networks that ship', () => {
    for (const { name } of recorded.models) expect(shippedModel(name).name).toBe(name);
  });
});

function settingsOf(row: object): unknown[] {
  const names = ['baseSteps', 'augmentation', 'guidanceScale', 'side', 'k', 'trainingSeed', 'noiseSeed'];
  return names.map((name) => Object.entries(row).find(([key]) => key === name)?.[1] as unknown);
}
