/** The autoencoders that ship, and the spaces that denoisers diffuse in: fetched when first asked for, and held. */
import { AppError } from '../base/errors';
import { readAutoencoder, type AutoencoderFile } from '../model/autoencoderFile';
import { disposeAll, toTensors, type Params } from '../model/tensors';
import { fitsSpace, latentSpace, type LatentSpace } from '../training/latentBatches';
import type { Recipe } from '../training/recipe';
import {
  partAutoencoders,
  shippedAutoencoder,
  type AutoencoderName,
  type AutoencoderPart,
  type AutoencoderRecipe,
} from '../training/shippedAutoencoders';
import { fetchWeights } from './fetchWeights';

export interface Autoencoder {
  readonly recipe: AutoencoderRecipe;
  /** Borrowed: good until `release`, or for the reader's own until its next training step. */
  readonly params: Params;
  /** [channels]; null for the reader's own, which nobody has measured. */
  readonly deviation: Float32Array | null;
}

export interface Autoencoders {
  /**
   * Each is fetched once, and its tensors made anew after `release`.
   * @throws range, for a name that does not ship, or for one's own before it is trained; data/fetch; weights/format
   */
  load(name: AutoencoderName): Promise<Autoencoder>;
  /** Where a recipe's latents live; undefined for a recipe of pixels. @throws as load; range, when the two do not fit together */
  readonly spaceOf: (recipe: Pick<Recipe, 'latents' | 'model'>) => Promise<LatentSpace | undefined>;
  /** Lets go of their tensors. */
  release(): void;
}

const missing =
  'The recorded autoencoder could not be fetched. Check the connection and try again; one of your own works without it.';
const own = 'own:';

/** @param ownWeights of the reader's, borrowed @throws range, before it is trained */
export function createAutoencoders(
  baseUrl: string,
  fetchFile: typeof fetch,
  ownWeights: (part: AutoencoderPart) => Promise<Params>,
): Autoencoders {
  const files = new Map<string, Promise<AutoencoderFile>>();
  const tensors = new Map<string, Params>();

  const fileOf = (name: string): Promise<AutoencoderFile> => {
    const { path, recipe } = shippedAutoencoder(name);
    const known = files.get(name);
    if (known) return known;
    const coming = fetchWeights(baseUrl + path, fetchFile, missing)
      .then((bytes) => readAutoencoder(bytes, recipe.config))
      .catch((thrown: unknown) => {
        files.delete(name); // so that the next call tries again
        throw thrown;
      });
    files.set(name, coming);
    return coming;
  };

  const load = async (name: string): Promise<Autoencoder> => {
    const part = ownPart(name);
    if (part) return { recipe: partAutoencoders[part], params: await ownWeights(part), deviation: null };
    const { recipe } = shippedAutoencoder(name); // it comes from the other side of a wire
    const { weights, deviation } = await fileOf(name);
    const params = tensors.get(name) ?? toTensors(weights);
    tensors.set(name, params);
    return { recipe, params, deviation };
  };

  return {
    load,
    spaceOf: async (recipe) => {
      if (recipe.latents === null) return undefined;
      const { recipe: autoencoder, params, deviation } = await load(recipe.latents.autoencoder);
      if (deviation === null || !fitsSpace(recipe, autoencoder)) {
        const message = `A network of ${recipe.model.imageSize}×${recipe.model.imageSize}×${recipe.model.channels} cannot work on the latents of “${recipe.latents.autoencoder}”. Choose an autoencoder that ships, of that size.`;
        throw new AppError('range', message);
      }
      return latentSpace(recipe, { config: autoencoder.config, params, deviation });
    },
    release: () => {
      for (const params of tensors.values()) disposeAll(params);
      tensors.clear();
    },
  };
}

function ownPart(name: string): AutoencoderPart | undefined {
  const parts = Object.keys(partAutoencoders) as readonly AutoencoderPart[]; // the record is closed
  return parts.find((part) => name === own + part);
}
