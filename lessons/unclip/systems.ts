/** Our toy beside the published system, part by part: ours as recorded, DALL·E 2 by its paper (Ramesh et al. 2022, arXiv:2204.06125, appendix C and table 3). */
import type { ModelRecord } from '$lib/data/recordedModels';
import type { RecordedUnclip } from '$lib/data/recordedUnclip';
import { contrastiveBatch } from '$lib/training/contrastiveSettings';
import { decoderRecipe } from '$lib/training/decoderRecipes';
import { priorBatch } from '$lib/training/priorSettings';

/** Null where the paper does not say. */
export interface PublishedPart {
  readonly what: string;
  readonly parameters: string | null;
  readonly data: string;
  /** Steps of training × examples in each. */
  readonly training: string | null;
  readonly samplingSteps: string | null;
  readonly output: string;
}

export interface SystemRow {
  readonly part: string;
  readonly ours: PublishedPart | null;
  readonly published: PublishedPart | null;
}

const mnist = '60,000 digits, captions measured';
const large = 'about 250 million pairs';

export function systemRows(recorded: RecordedUnclip): readonly SystemRow[] {
  const { models, steps, priorSteps } = recorded;
  const named = (name: string): ModelRecord | undefined => models.find((model) => model.name === name);
  const decoders = models.filter(({ name }) => name.startsWith('decoder@')).sort((a, b) => a.steps - b.steps);
  const ours = (
    model: ModelRecord | undefined,
    rest: Pick<PublishedPart, 'what' | 'data' | 'samplingSteps' | 'output'>,
    batch: number,
  ): PublishedPart | null =>
    model
      ? {
          ...rest,
          parameters: model.parameters.toLocaleString('en'),
          training: `${model.steps.toLocaleString('en')} × ${batch}, ${Math.round(model.seconds)} s`,
        }
      : null;
  return [
    {
      part: 'contrastive embedding',
      ours: ours(
        named('contrastive'),
        {
          what: 'four convolutions, text transformer of 2 layers, width 64',
          data: mnist,
          samplingSteps: null,
          output: '32 numbers',
        },
        contrastiveBatch,
      ),
      published: {
        what: 'CLIP: ViT-H/16, 32 blocks, width 1,280; text transformer, 24 blocks, width 1,024',
        parameters: null,
        data: 'about 650 million images',
        training: null,
        samplingSteps: null,
        output: '1,024 numbers, from 256 × 256 pixels',
      },
    },
    {
      part: 'diffusion prior',
      ours: ours(
        named('prior'),
        { what: '3 residual blocks, width 256', data: mnist, samplingSteps: String(priorSteps), output: '32 numbers' },
        priorBatch,
      ),
      published: {
        what: 'transformer, 24 blocks, width 2,048; reads the caption too',
        parameters: '1 billion',
        data: large,
        training: '600,000 × 4,096',
        samplingSteps: '64, and the better of two',
        output: '1,024 numbers',
      },
    },
    {
      part: 'decoder',
      ours: ours(
        decoders.at(-1),
        { what: 'the U-Net of lesson 2, told the embedding', data: mnist, samplingSteps: String(steps), output: '28 × 28' },
        decoderRecipe.batchSize,
      ),
      published: {
        what: 'GLIDE’s U-Net, told the embedding and the caption',
        parameters: '3.5 billion',
        data: large,
        training: '800,000 × 2,048',
        samplingSteps: '250',
        output: '64 × 64',
      },
    },
    {
      part: 'first upsampler',
      ours: null,
      published: {
        what: 'convolutions alone, blurred input in training',
        parameters: '700 million',
        data: large,
        training: '1,000,000 × 1,024',
        samplingSteps: '27',
        output: '256 × 256',
      },
    },
    {
      part: 'second upsampler',
      ours: null,
      published: {
        what: 'convolutions alone, damaged input in training',
        parameters: '300 million',
        data: large,
        training: '1,000,000 × 512',
        samplingSteps: '15',
        output: '1,024 × 1,024',
      },
    },
  ];
}
