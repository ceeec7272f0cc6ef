/** How many of a network's weights read, and how many draw. */
import type { UNetConfig } from '$lib/model/config';
import { elements, parametersOf } from '$lib/model/parameters';

export interface ParameterCounts {
  /** Of the text encoder. */
  readonly text: number;
  /** Of everything else, the layers that look at words among it. */
  readonly denoiser: number;
}

export function parameterCounts(model: UNetConfig): ParameterCounts {
  let [text, denoiser] = [0, 0];
  for (const { name, shape } of parametersOf(model)) {
    if (name.startsWith('text.')) text += elements(shape);
    else denoiser += elements(shape);
  }
  return { text, denoiser };
}
