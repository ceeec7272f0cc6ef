/** The autoencoders of lesson 8: how each is made, and the trained ones that come with the page. `npm run pretrain -- latent` makes them. */
import { AppError } from '../base/errors';
import type { AutoencoderConfig } from '../model/autoencoderConfig';

export interface AutoencoderRecipe {
  readonly config: AutoencoderConfig;
  /** Of what is minimised: mean squared error over the pixels, plus this times the mean KL over the latent's numbers, in nats. */
  readonly beta: number;
  readonly batchSize: number;
}

/** 93,000 parameters for 7×7×2. */
const digits = { imageSize: 28, widths: [32, 64] } as const;
const usual = { beta: 1e-3, batchSize: 64 };

function grid(channels: number, beta = usual.beta): AutoencoderRecipe {
  return { ...usual, beta, config: { ...digits, latent: { kind: 'grid', channels } } };
}

/** All of a digit in two numbers: a plane that can be walked. */
const point: AutoencoderRecipe = { ...usual, config: { ...digits, latent: { kind: 'point', numbers: 2 } } };

/** What the page trains live, and under which names its weights are then known. */
export const partAutoencoders = { autoencoder: grid(2), 'autoencoder-point': point } as const;
export type AutoencoderPart = keyof typeof partAutoencoders;

/** Steps of the two that are drawn with. */
const autoencoderSteps = 1000;
/** Of those that are only compared, to ae-2@500. */
const comparedSteps = 500;
/** Of ae-2, when it was still bad. */
export const earlySteps = [25, 50, 100, 250, 500] as const;

/** Of ae-2 otherwise: from no regard for the rate to hardly any other. */
export const otherBetas = [0, 0.01, 0.1, 1] as const;

export type ShippedAutoencoderName =
  'ae-1' | 'ae-2' | 'ae-4' | 'ae-point' | `ae-2@${(typeof earlySteps)[number]}` | `ae-2-beta-${(typeof otherBetas)[number]}`;

/** One that ships, ae-2 where none is named, or one that the reader has trained. */
export type AutoencoderName = ShippedAutoencoderName | `own:${AutoencoderPart}`;

export interface ShippedAutoencoder {
  readonly name: ShippedAutoencoderName;
  /** Under the site's root. */
  readonly path: string;
  readonly recipe: AutoencoderRecipe;
  readonly steps: number;
}

const shipped = (
  name: ShippedAutoencoderName,
  recipe: AutoencoderRecipe,
  steps: number = autoencoderSteps,
): ShippedAutoencoder => ({
  name,
  path: `weights/latent/${name.replace('@', '-at-')}.safetensors`,
  recipe,
  steps,
});

export const shippedAutoencoders: readonly ShippedAutoencoder[] = [
  shipped('ae-2', grid(2)),
  ...earlySteps.map((steps) => shipped(`ae-2@${steps}`, grid(2), steps)),
  shipped('ae-point', point),
  shipped('ae-4', grid(4), comparedSteps),
  shipped('ae-1', grid(1), comparedSteps),
  ...otherBetas.map((beta) => shipped(`ae-2-beta-${beta}`, grid(2, beta), comparedSteps)),
];

/** @throws range, for a name that does not ship */
export function shippedAutoencoder(name: string): ShippedAutoencoder {
  const found = shippedAutoencoders.find((each) => each.name === name);
  if (!found) throw new AppError('range', `No autoencoder named “${name}” comes with this page.`);
  return found;
}
