/** The trained parts of unCLIP that draw no pictures, as they come with the page: each one's file and its parameters. */
import { contrastiveParameters } from '../model/contrastiveConfig';
import type { ParameterSpec } from '../model/parameters';
import { priorParameters } from '../model/priorConfig';
import { contrastiveConfig } from './contrastiveSettings';
import { priorConfig } from './priorSettings';

export type ShippedPart = 'contrastive' | 'prior';

export const shippedParts: Readonly<
  Record<ShippedPart, { readonly path: string; readonly parameters: () => readonly ParameterSpec[] }>
> = {
  contrastive: {
    path: 'weights/unclip/contrastive.safetensors',
    parameters: () => contrastiveParameters(contrastiveConfig),
  },
  prior: { path: 'weights/unclip/prior.safetensors', parameters: () => priorParameters(priorConfig) },
};
