/** What the reader's runs are called where several kinds of them may be met, and the lesson that trains them. */
import type { RunId } from '../worker/protocol';

export interface RunName {
  /** Null for the two of lesson 2, which need none. */
  readonly name: string | null;
  /** A lesson's id. */
  readonly lesson: string;
}

export const runNames: Readonly<Record<RunId, RunName>> = {
  quick: { name: null, lesson: 'train' },
  textbook: { name: null, lesson: 'train' },
  'expert-1': { name: 'expert 1', lesson: 'experts' },
  'expert-2': { name: 'expert 2', lesson: 'experts' },
  'expert-3': { name: 'expert 3', lesson: 'experts' },
  'expert-4': { name: 'expert 4', lesson: 'experts' },
  'base-7': { name: 'the 7 × 7 network', lesson: 'upsampling' },
  'up-14': { name: 'the upsampler to 14 × 14', lesson: 'upsampling' },
  'up-28': { name: 'the upsampler to 28 × 28', lesson: 'upsampling' },
  caption: { name: 'the network that reads', lesson: 'conditioning' },
  latent: { name: 'the latent denoiser', lesson: 'latent-diffusion' },
  decoder: { name: 'the decoder', lesson: 'unclip' },
};
