import { expect, test } from 'vitest';
import { toBase64 } from '../../src/data/base64';
import { parseRecordedLatent } from '../../src/data/recordedLatent';
import { latentBytes, parseRecordedLatentFilm } from '../../src/data/recordedLatentFilm';
import { asFile, recordedLatent } from '../lessons/latentRecord';

const file = asFile(recordedLatent);

test('measurements are read, pictures and the plane with them', () => {
  expect(parseRecordedLatent(JSON.parse(JSON.stringify(file)))).toEqual(recordedLatent);
});

test('what was not measured may be missing from the lists', () => {
  const empty = {
    ...file,
    autoencoders: [],
    baselines: [],
    scale: [],
    quality: [],
    models: [],
    plane: { points: [], labels: '' },
  };
  expect(parseRecordedLatent(empty)).toMatchObject({ autoencoders: [], plane: [], quality: [] });
});

test.each([
  ['a picture that is not base64', { ...file, originals: '!' }, 'originals'],
  ['half a picture', { ...file, originals: toBase64(new Uint8Array(700)) }, 'originals'],
  ['fewer pictures than originals', { ...file, originals: toBase64(new Uint8Array(2 * 784)) }, 'pictures'],
  ['a place without a label', { ...file, plane: { points: [0, 1, 2, 3], labels: '4' } }, 'labels'],
  ['a label that is no digit', { ...file, plane: { points: [0, 1], labels: 'x' } }, 'labels'],
  ['a place that is text', { ...file, plane: { points: ['0', 1], labels: '4' } }, 'points'],
  ['a space of another kind', { ...file, quality: [{ ...recordedLatent.quality[0], space: 'sound' }] }, 'space'],
  ['no ceiling', { ...file, ceiling: undefined }, 'min'],
])('damaged: %s', (_, damaged, what) => {
  expect(() => parseRecordedLatent(damaged)).toThrow(new RegExp(`${what} is damaged`));
});

const side = 7;
const channels = 2;
const latent = Float32Array.from({ length: side * side * channels }, (_, i) => (i % 9) - 4); // −4 … 4
const pixels = toBase64(new Uint8Array(784).fill(255));
const noise = {
  t: 1000,
  nfe: 0,
  xt: toBase64(latentBytes(latent)),
  x0: toBase64(latentBytes(latent)),
  decoded: { xt: pixels, x0: pixels },
};
const film = {
  ...{ command: 'npm run pretrain -- latent', name: 'latent@1500', sampler: 'ddim', captions: ['a five'] },
  ...{ side, channels, seed: 1, steps: 1, guidanceScale: 2 },
  frames: [noise, { ...noise, t: 0, nfe: 2, x0: null, decoded: { xt: pixels, x0: null } }],
};

test('a film is read in units of deviation 1, to a thirtieth', () => {
  const [first, last] = parseRecordedLatentFilm(film).frames;
  latent.forEach((value, i) => expect(first?.xt[i]).toBeCloseTo(value, 1));
  expect(first?.decoded.xt).toEqual(new Float32Array(784).fill(1));
  expect(last).toMatchObject({ t: 0, x0: null, decoded: { x0: null } });
});

test('beyond the reach latents are cut', () => {
  expect([...latentBytes(Float32Array.of(-9, 0, 9))]).toEqual([0, 128, 255]);
});

test.each([
  ['a latent of another size', { ...film, channels: 4 }, 'xt'],
  ['no decoding', { ...film, frames: [{ ...noise, decoded: undefined }, noise] }, 'xt'],
  ['one moment', { ...film, frames: [noise] }, 'frames'],
  ['a caption that is no text', { ...film, captions: [5] }, 'captions'],
])('a damaged film: %s', (_, damaged, what) => {
  expect(() => parseRecordedLatentFilm(damaged)).toThrow(new RegExp(`${what} is damaged`));
});
