import { describe, expect, it } from 'vitest';
import { choice, num } from '../../src/base/params';
import { readParams, writeParams } from '../../src/base/paramsAddress';

const params = {
  eta: num({ label: 'η', help: '', min: 0, max: 1, step: 0.05, value: 0 }),
  noise: num({ label: 'noise', help: '', min: 1, max: 1000, step: 1, value: 1 }),
  by: choice({
    label: 'by',
    help: '',
    options: [
      { value: 'steps', label: '' },
      { value: 'nfe', label: '' },
    ],
    value: 'steps',
  }),
};
const usual = { eta: 0, noise: 1, by: 'steps' } as const;
const read = (text: string): unknown => readParams('toy', params, new URLSearchParams(text));

describe('settings in an address', () => {
  it.each([usual, { eta: 0.35, noise: 712, by: 'nfe' }, { eta: 1, noise: 1, by: 'nfe' }] as const)(
    'are read as they were written, %#',
    (values) => {
      const address = new URLSearchParams('backend=wasm&lanes=ddim*5*trailing&toy-eta=0.7');
      writeParams('toy', params, values, address);
      expect([address.get('backend'), address.get('lanes')]).toEqual(['wasm', 'ddim*5*trailing']);
      expect(read(address.toString())).toEqual(values);
    },
  );

  it('leave out what is as usual', () => {
    const address = new URLSearchParams('toy-eta=0.7&toy-by=nfe');
    writeParams('toy', params, { ...usual, noise: 3 }, address);
    expect(address.toString()).toBe('toy-noise=3');
  });

  it('of one name do not touch those of another', () => {
    expect(read('width-eta=0.5&toy-noise=4')).toEqual({ ...usual, noise: 4 });
  });

  it.each([
    'eta=2',
    'eta=-0.05',
    'eta=0.033',
    'eta=',
    'eta=%20',
    'eta=half',
    'eta=Infinity',
    'noise=0',
    'noise=1.5',
    'by=time',
    'by=',
  ])('are passed over where they are not on offer: %s', (text) => expect(read(`toy-${text}`)).toEqual(usual));
});
