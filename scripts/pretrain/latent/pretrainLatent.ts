/** Autoencoders, denoisers in their latents, and what is measured of both: public/weights/latent and public/recorded/latent.json. */
import type { RecordingOptions } from '../measured/recording';
import { shippedSeed } from '../modelFiles';
import { planModels } from '../modelPlan';
import { recordLatent } from './recordLatent';
import { trainModels } from '../trainModels';
import { trainAutoencoders } from './trainAutoencoders';

export interface LatentOptions extends Omit<RecordingOptions, 'isMeasuring' | 'trainingSeeds'> {
  /** train, measure or write alone; all of it, if left out. */
  readonly phase: string | undefined;
}

export async function pretrainLatent({ phase, ...options }: LatentOptions): Promise<void> {
  const { store, shard, shards, command } = options;
  if (phase === undefined || phase === 'train') {
    if (shard === 0) await trainAutoencoders({ store, command });
    const plan = planModels('latent', [shippedSeed]).filter((_, i) => i % shards === shard);
    await trainModels({ plan, store, command });
  }
  if (phase !== 'train') await recordLatent({ ...options, trainingSeeds: [shippedSeed], isMeasuring: phase !== 'write' });
}
