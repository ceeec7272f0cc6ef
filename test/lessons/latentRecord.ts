/** A small recording of latent diffusion, made up, for the tests of lesson 8's words and of its parser. */
import { toBase64 } from '../../src/data/base64';
import type { AutoencoderRow, BaselineRow, Fidelity, QualityRow, RecordedLatent, ScaleRow } from '../../src/data/recordedLatent';
import type { Obedience, SeedSpread } from '../../src/data/recordedObedience';

export const spread = (mean: number, half = 0): SeedSpread => ({ min: mean - half, mean, max: mean + half });

export function obedience(fd: number, all: number, half = 0): Obedience {
  const share = spread(all);
  return {
    ...{ fd: spread(fd, half), class: share, slant: share, thickness: share, width: share, all: spread(all, half / 100) },
    ...{ midInk: spread(0.5), variety: spread(17) },
  };
}

const fidelity: Fidelity = {
  ...{ numbers: 98, mse: 0.0109, agreement: 0.998, accuracy: 0.991 },
  ...{ fd: 16.7, slant: 0.99, thickness: 0.92, width: 0.96 },
};

export const autoencoder: AutoencoderRow = {
  ...fidelity,
  ...{ name: 'ae-2', beta: 0.001, steps: 1000, parameters: 93_128 },
  ...{ trainingFlops: 2e12, seconds: 70, kl: 200, pictures: new Uint8Array(784) },
};

const baseline: BaselineRow = { ...fidelity, kind: 'shrunk', numbers: 98, agreement: 0.9, pictures: new Uint8Array(784) };

export const scaled: ScaleRow = {
  ...obedience(20, 0.5),
  ...{ deviation: 1, clip: 4, trainingSteps: 500, guidanceScale: 2, pictures: new Uint8Array(784) },
};

const paid = { parameters: 93_128, trainingFlops: 2e12, seconds: 70, decodeFlops: 9e6 };

export const latentQuality: QualityRow = {
  ...obedience(15, 0.67, 1),
  ...{ name: 'latent@1500', space: 'latent', trainingSteps: 1500, guidanceScale: 2, parameters: 410_000, nfe: 50 },
  ...{ flopsPerEvaluation: 26e6, msPerEvaluation: 0.4, trainingFlops: 4e12, seconds: 130, autoencoder: paid },
};

export const pixelQuality: QualityRow = {
  ...latentQuality,
  ...obedience(18, 0.62, 1),
  ...{
    name: 'caption@1000',
    space: 'pixels',
    trainingSteps: 1000,
    flopsPerEvaluation: 36e6,
    trainingFlops: 3.6e12,
    seconds: 120,
  },
  autoencoder: { parameters: 0, trainingFlops: 0, seconds: 0, decodeFlops: 0 },
};

export const recordedLatent: RecordedLatent = {
  ...{ command: 'npm run pretrain -- latent', date: '2026-11-28', device: 'a machine', sampler: 'ddim' },
  ...{ testDigits: 10_000, fdDigits: 1000, n: 500, noiseSeeds: 3, steps: 25 },
  untouched: { accuracy: 0.992, fd: 13 },
  originals: new Uint8Array(784),
  autoencoders: [
    { ...autoencoder, name: 'ae-4', numbers: 196, mse: 0.007, agreement: 0.999 },
    autoencoder,
    { ...autoencoder, name: 'ae-point', numbers: 2, mse: 0.15, agreement: 0.6 },
    { ...autoencoder, name: 'ae-1', numbers: 49, mse: 0.03, agreement: 0.97 },
    { ...autoencoder, name: 'ae-2@25', steps: 25, mse: 0.12, agreement: 0.5 },
    { ...autoencoder, name: 'ae-2@100', steps: 100, mse: 0.04, agreement: 0.95 },
    { ...autoencoder, name: 'ae-2-beta-1', beta: 1, mse: 0.09, agreement: 0.8 },
    { ...autoencoder, name: 'ae-2-beta-0', beta: 0, mse: 0.0105, agreement: 0.999 },
  ],
  baselines: [baseline],
  plane: [
    { x: 0, y: 1, label: 4 },
    { x: -1.5, y: 0, label: 9 },
  ],
  scale: [scaled],
  real: obedience(7.5, 0.99),
  ceiling: obedience(8.2, 0.87),
  quality: [latentQuality, pixelQuality],
  models: [{ name: 'ae-2', seed: 7, steps: 1000, trainingFlops: 2e12, seconds: 70, parameters: 93_128, bytes: 380_000 }],
};

/** As it stands in the file. */
export function asFile(recorded: RecordedLatent): Record<string, unknown> {
  const plain = (rows: readonly { readonly pictures: Uint8Array }[]): readonly object[] =>
    rows.map((row) => ({ ...row, pictures: toBase64(row.pictures) }));
  return {
    ...recorded,
    originals: toBase64(recorded.originals),
    autoencoders: plain(recorded.autoencoders),
    baselines: plain(recorded.baselines),
    scale: plain(recorded.scale),
    plane: {
      points: recorded.plane.flatMap(({ x, y }) => [x, y]),
      labels: recorded.plane.map(({ label }) => label).join(''),
    },
  };
}
