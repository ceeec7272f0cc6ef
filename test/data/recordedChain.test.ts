import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lanePlans } from '../../scripts/pretrain/measured/cascadeWalks';
import { packLevels, parseRecordedChain } from '../../src/data/recordedChain';

const labels = [0, 1];
const side = 7;
/** All sixteen levels. */
const pixels = Uint8Array.from({ length: labels.length * side * side }, (_, i) => (i % 16) * 17);
const frame = { t: 1000, nfe: 0, xt: packLevels(pixels), x0: packLevels(pixels) };
const stage = {
  ...{ name: 'base-7@1500', side, sampler: 'ddim', steps: 25, guidanceScale: 1.25 },
  frames: [frame, { ...frame, t: 0, nfe: 50, x0: null }],
};
const lane = { lane: 'cascade', nfe: 70, flopsPerImage: 8e8, parameters: 360_000, stages: [stage] };
const file = { command: 'npm run pretrain -- chain', trainedSteps: 1000, labels, seed: 0, lanes: [lane] };
const withStage = (changed: object): object => ({ ...file, lanes: [{ ...lane, stages: [{ ...stage, ...changed }] }] });

test('films are read, their pictures as brightness', () => {
  const frames = [
    { t: 1000, nfe: 0, xt: pixels, x0: pixels },
    { t: 0, nfe: 50, xt: pixels, x0: null },
  ];
  expect(parseRecordedChain(file)).toEqual({ ...file, lanes: [{ ...lane, stages: [{ ...stage, frames }] }] });
});

test('brightness in between is rounded to the nearest level', () => {
  const frames = [
    { ...frame, xt: packLevels(pixels.map((value, i) => (i % 2 ? Math.max(0, value - 8) : Math.min(255, value + 8)))) },
    frame,
  ];
  expect(parseRecordedChain(withStage({ frames })).lanes[0]?.stages[0]?.frames[0]?.xt).toEqual(pixels);
});

test.each([
  ['a picture that is not base64', withStage({ frames: [{ ...frame, xt: '!' }, frame] }), 'xt'],
  ['a picture of another size', withStage({ side: 14 }), 'xt'],
  ['a guess that is missing', withStage({ frames: [{ ...frame, x0: undefined }, frame] }), 'x0'],
  ['a film of one moment', withStage({ frames: [frame] }), 'frames'],
  ['a label that is text', { ...file, labels: ['0', 1] }, 'labels'],
  ['a lane that there is not', { ...file, lanes: [{ ...lane, lane: 'heun' }] }, 'lane'],
  ['a web page', '<html>', 'labels'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedChain(damaged)).toThrow(`cascade could not be read: ${what} is damaged`);
});

test('the recorded file has three lanes, whose costs are counted as they are today, and is not too large to fetch', () => {
  const text = readFileSync(new URL('../../public/recorded/chain.json', import.meta.url), 'utf8');
  expect(text.length).toBeLessThan(400_000);
  const { lanes } = parseRecordedChain(JSON.parse(text));
  expect(lanes.map(({ lane, stages }) => [lane, stages.map((stage) => stage.side)])).toEqual([
    ['ddpm', [28]],
    ['ddim', [28]],
    ['cascade', [7, 14, 28]],
  ]);
  for (const lane of lanes) {
    const cost = { nfe: lane.nfe, flops: lane.flopsPerImage };
    expect(lanePlans().map((plan) => plan.cost)).toContainEqual(cost);
    expect(lane.stages.reduce((sum, { frames }) => sum + (frames.at(-1)?.nfe ?? NaN), 0)).toBe(lane.nfe);
    for (const { frames } of lane.stages) expect([frames[0]?.t, frames.at(-1)?.t, frames.at(-1)?.x0]).toEqual([1000, 0, null]);
  }
});
