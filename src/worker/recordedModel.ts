/** The network that ships with the page: trained beforehand by the quick recipe, so that there is something to draw at once. */
import { checkWeights, decodeSafetensors } from '../model/safetensors';
import { disposeAll, toTensors, type Params } from '../model/tensors';
import { recipes } from '../training/recipes';
import type { Model } from './drawing';
import { fetchWeights } from './fetchWeights';

const path = 'weights/quick.safetensors';
const missing = 'The recorded model could not be fetched. Check the connection and try again; your own run draws without it.';

export interface RecordedModel {
  /** Fetched once, and made anew after `release`. @throws data/fetch; weights/format, when the file does not fit the network */
  load(): Promise<{ readonly model: Model; readonly trainedSteps: number }>;
  /** Lets go of its tensors. */
  release(): void;
}

export function createRecordedModel(baseUrl: string, fetchFile: typeof fetch): RecordedModel {
  let file: Promise<ReturnType<typeof decodeSafetensors>> | null = null;
  let params: Params | null = null;

  const read = async (): Promise<ReturnType<typeof decodeSafetensors>> => {
    const decoded = decodeSafetensors(await fetchWeights(baseUrl + path, fetchFile, missing));
    checkWeights(decoded.arrays, recipes.quick.model);
    return decoded;
  };

  return {
    load: async () => {
      file ??= read().catch((thrown: unknown) => {
        file = null; // so that the next call tries again
        throw thrown;
      });
      const { arrays, metadata } = await file;
      params ??= toTensors(arrays);
      const { model: config, schedule, predictionType } = recipes.quick;
      return { model: { params, config, schedule, predictionType }, trainedSteps: Number(metadata['step'] ?? 0) };
    },
    release: () => {
      if (params) disposeAll(params);
      params = null;
    },
  };
}
