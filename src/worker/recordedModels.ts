/** The networks that ship with the page, trained beforehand, so that there is something to draw with at once. */
import { checkWeights, decodeSafetensors } from '../model/safetensors';
import { disposeAll, toTensors, type Params } from '../model/tensors';
import { shippedModel, type ShippedModel, type ShippedName } from '../training/shippedModels';
import type { Autoencoders } from './autoencoders';
import { fetchWeights } from './fetchWeights';
import { modelOf, type Model } from './model';

const missing = 'The recorded network could not be fetched. Check the connection and try again; your own runs draw without it.';

export interface RecordedModels {
  /**
   * Each is fetched once, and made anew after `release`.
   * @throws range, for a name that does not ship; data/fetch; weights/format, when the file does not fit the network
   */
  load(name?: ShippedName): Promise<{ readonly model: Model; readonly trainedSteps: number }>;
  /** Lets go of their tensors. */
  release(): void;
}

type WeightFile = ReturnType<typeof decodeSafetensors>;

/** @param spaceOf of networks that draw latents */
export function createRecordedModels(baseUrl: string, fetchFile: typeof fetch, spaceOf: Autoencoders['spaceOf']): RecordedModels {
  const files = new Map<ShippedName, Promise<WeightFile>>();
  const tensors = new Map<ShippedName, Params>();

  const read = async ({ path, recipe }: ShippedModel): Promise<WeightFile> => {
    const decoded = decodeSafetensors(await fetchWeights(baseUrl + path, fetchFile, missing));
    checkWeights(decoded.arrays, recipe.model);
    return decoded;
  };

  const fileOf = (shipped: ShippedModel): Promise<WeightFile> => {
    const { name } = shipped;
    const known = files.get(name);
    if (known) return known;
    const coming = read(shipped).catch((thrown: unknown) => {
      files.delete(name); // so that the next call tries again
      throw thrown;
    });
    files.set(name, coming);
    return coming;
  };

  return {
    load: async (name = 'quick') => {
      const shipped = shippedModel(name); // it comes from the other side of a wire
      const [{ arrays, metadata }, space] = await Promise.all([fileOf(shipped), spaceOf(shipped.recipe)]);
      const params = tensors.get(name) ?? toTensors(arrays);
      tensors.set(name, params);
      return { model: modelOf(shipped.recipe, params, space), trainedSteps: Number(metadata['step'] ?? 0) };
    },
    release: () => {
      for (const params of tensors.values()) disposeAll(params);
      tensors.clear();
    },
  };
}
