/** Trained networks by name and training seed, each read from its file once. */
import { existsSync } from 'node:fs';
import { disposeAll } from '../../../src/model/tensors';
import { shippedModel } from '../../../src/training/shippedModels';
import { modelOf, type Model } from '../../../src/worker/model';
import { openLatentSpace } from '../latent/space';
import { readWeights, weightsFile, weightsFingerprint, type WeightsKind } from '../modelFiles';

export interface Network {
  readonly name: string;
  readonly seed: number;
  readonly weights?: WeightsKind;
}

export interface Networks {
  readonly model: (network: Network) => Model;
  /** Changes with every byte of their weights. */
  readonly fingerprints: (networks: readonly Network[]) => readonly string[];
  /** Whether all of them are trained. */
  readonly areThere: (networks: readonly Network[]) => boolean;
  dispose(): void;
}

export function openNetworks(): Networks {
  const models = new Map<string, Model>();
  const prints = new Map<string, string>();
  const once = <Value>(cache: Map<string, Value>, { name, seed, weights }: Network, make: () => Value): Value => {
    const key = `${name} ${seed} ${weights ?? 'ema'}`;
    const value = cache.get(key) ?? make();
    cache.set(key, value);
    return value;
  };
  return {
    model: (network) => {
      const { name, seed, weights } = network;
      const { recipe } = shippedModel(name);
      return once(models, network, () => modelOf(recipe, readWeights(name, seed, weights), openLatentSpace(recipe)));
    },
    fingerprints: (networks) =>
      networks.map((network) => once(prints, network, () => weightsFingerprint(network.name, network.seed, network.weights))),
    areThere: (networks) => networks.every(({ name, seed, weights }) => existsSync(weightsFile(name, seed, weights))),
    dispose: () => {
      for (const { params, latentSpace } of models.values()) [params, latentSpace?.params ?? {}].forEach(disposeAll);
    },
  };
}
