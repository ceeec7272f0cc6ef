/** The networks that were trained on latents of other sizes, and what they are asked for here. */
import { plainCaption, nothingSaid } from '$lib/data/captions/caption';
import { misscaledDeviations, misscaledSteps, type MisscaledName } from '$lib/training/latentRecipes';
import type { ShippedName } from '$lib/training/shippedModels';

/** What the figure offers. */
export type LatentSize = 'divided' | 'large' | 'small';

/** All with the same number of training steps. */
export function networkOf(size: LatentSize): ShippedName {
  return size === 'divided' ? `latent@${misscaledSteps}` : `latent-${size}`;
}

/** Deviation of the latents that a network works on. */
export function deviationOf(size: LatentSize): number {
  const name: MisscaledName | null = size === 'divided' ? null : `latent-${size}`;
  return name === null ? 1 : misscaledDeviations[name];
}

/** "a zero" … "a nine": nothing but the digit. */
export const scaleCaptions: readonly string[] = Array.from({ length: 10 }, (_, digit) => plainCaption({ ...nothingSaid, digit }));
