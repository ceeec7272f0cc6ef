/** Films as the figures show them, made from what the engine drew. */
import type { Film, FilmSettings } from '$lib/data/recordedFilm';
import { samplerById } from '$lib/diffusion/samplers';
import type { SampleFrame, SampleRequest } from '$lib/worker/protocol';

/** How long a film plays. */
export const filmSeconds = 5;
/** Pictures in a strip. */
export const moments = 11;
export const pixels = 28 * 28;

export function filmOf({
  request,
  frames,
}: {
  readonly request: SampleRequest | null;
  readonly frames: readonly SampleFrame[];
}): Film | null {
  return request && { settings: request, frames };
}

/** "DDIM · η = 0.5 · 50 steps · told 3, guidance 1.5 · noise no. 1". */
export function settingsWords({ sampler, samplerParams, steps, labels, guidanceScale, seed }: FilmSettings): string {
  const { label, params } = samplerById(sampler);
  const settings = Object.entries(params).map(([name, param]) => {
    const value = samplerParams[name] ?? param.value;
    const words = param.kind === 'choice' ? (param.options.find((option) => option.value === value)?.label ?? value) : value;
    return param.kind === 'choice' ? `${param.label.toLowerCase()} ${words}` : `${param.label} = ${words}`;
  });
  const [digit] = labels;
  const told = digit == null ? 'told no digit' : `told ${digit}, guidance ${guidanceScale}`;
  return [label, ...settings, `${steps} ${steps === 1 ? 'step' : 'steps'}`, told, `noise no. ${seed}`].join(' · ');
}

/** A film's picture number `index`, cut out of a frame that holds several. */
export function pictureOf(values: Float32Array, index: number): Float32Array {
  return values.subarray(index * pixels, (index + 1) * pixels);
}
