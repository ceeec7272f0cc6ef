import { describe, expect, it } from 'vitest';
import { parseRecordedRun } from '../../src/data/recordedRun';

const file = {
  command: 'npx tsx scripts/pretrain.ts',
  device: 'one thread',
  seed: 7,
  seconds: 120,
  tflop: 1.5,
  history: [{ step: 1, loss: 2, x0Mse: 1, epsMse: 0.5 }],
  recent: [{ t: [1, 1000], x0Errors: [0.1, 0.2], epsErrors: [3, 0.4] }],
  film: [{ step: 20, pixels: btoa('\u0001'.repeat(784) + '\u00ff'.repeat(784)) }],
};

describe('a recorded run', () => {
  it('brings its losses and its pictures', () => {
    const run = parseRecordedRun(file);
    expect(run.history).toEqual(file.history);
    expect(run.recent).toEqual(file.recent);
    expect(run.film[0]?.pixels.length).toBe(2 * 784);
    expect([run.film[0]?.pixels[0], run.film[0]?.pixels[784]]).toEqual([1, 255]);
  });

  it.each([
    ['no history', { ...file, history: undefined }, 'its history is no list'],
    ['a loss that is text', { ...file, history: [{ ...file.history[0], loss: '2' }] }, 'its loss is no number'],
    [
      'errors that are text',
      { ...file, recent: [{ ...file.recent[0], x0Errors: ['0.1', '0.2'] }] },
      'its x0Errors are no numbers',
    ],
    ['half a picture', { ...file, film: [{ step: 1, pixels: btoa('half') }] }, '4 bytes are not whole pictures'],
    ['no base64', { ...file, film: [{ step: 1, pixels: '***' }] }, 'not base64'],
    ['a web page', '<html>', 'its file is no object'],
  ])('%s is refused by name', (_, damaged, message) => {
    expect(() => parseRecordedRun(damaged)).toThrow(message);
  });
});
