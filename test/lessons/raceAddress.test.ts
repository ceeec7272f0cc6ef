import { describe, expect, it } from 'vitest';
import { firstLanes } from '../../lessons/samplers/lanes';
import { readSetup, writeSetup, type RaceSetup } from '../../lessons/samplers/raceAddress';

function thereAndBack(setup: RaceSetup): Partial<RaceSetup> {
  const params = new URLSearchParams('?backend=wasm');
  writeSetup(setup, params);
  expect(params.get('backend')).toBe('wasm');
  return readSetup(new URLSearchParams(params.toString()));
}

describe('the address of a race', () => {
  it.each([
    { lanes: firstLanes, digit: 5, seed: 1, guidanceScale: 1.25 },
    {
      lanes: [{ sampler: 'ddim', params: { eta: 0.35 }, steps: 1000, spacing: 'logSnr' }],
      digit: null,
      seed: 123,
      guidanceScale: 50,
    },
  ] as const)('gives back what was written, %#', (setup) => expect(thereAndBack(setup)).toEqual(setup));

  it.each([
    'lanes=nothing*10*trailing',
    'lanes=ddim*0*trailing',
    'lanes=ddim*1001*trailing',
    'lanes=ddim*10*somewhere',
    'lanes=ddim*10*trailing*eta:7',
    'lanes=ddim*10*trailing*eta:x',
    'digit=10',
    'digit=-1',
    'noise=1.5',
    'w=0.5',
    'w=51',
    'w=lots',
  ])('passes over %s', (text) => expect(readSetup(new URLSearchParams(text))).toEqual({}));

  it('keeps the lanes that it can read, and gives settings that are left out their default', () => {
    const { lanes } = readSetup(new URLSearchParams('lanes=ddim*10*trailing~no*1*trailing~heun*5*karras*unknown:1'));
    expect(lanes).toEqual([
      { sampler: 'ddim', params: { eta: 0 }, steps: 10, spacing: 'trailing' },
      { sampler: 'heun', params: { along: 'both' }, steps: 5, spacing: 'karras' },
    ]);
  });

  it('takes no more lanes than the page has room for', () => {
    const many = Array.from({ length: 9 }, () => 'ddim*10*trailing').join('~');
    expect(readSetup(new URLSearchParams(`lanes=${many}`)).lanes).toHaveLength(6);
  });
});
