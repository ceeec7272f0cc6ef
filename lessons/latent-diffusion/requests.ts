/** What is asked of the denoisers of this lesson: DDIM without dice, so that one noise drawn in two ways can be compared. */
import type { SampleRequest } from '$lib/worker/protocol';
import type { ShippedName } from '$lib/training/shippedModels';

export const usualSteps = 25;

export interface LatentAsk {
  readonly name: ShippedName;
  /** One for each picture. */
  readonly captions: readonly string[];
  readonly guidanceScale: number;
  readonly seed: number;
  readonly steps?: number;
  /** Whether guesses are limited to what latents hold. */
  readonly clip?: boolean;
  readonly frames?: SampleRequest['frames'];
}

export function latentRequest({
  name,
  captions,
  guidanceScale,
  seed,
  steps = usualSteps,
  clip = true,
  frames = 'all',
}: LatentAsk): SampleRequest {
  return {
    source: { kind: 'recorded', name },
    sampler: 'ddim',
    samplerParams: { eta: 0 },
    spacing: 'trailing',
    steps,
    guidanceScale,
    clip,
    seed,
    labels: captions.map(() => null),
    prompts: { captions },
    frames,
  };
}
