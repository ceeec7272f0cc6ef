/**
 * DDIM backwards (Song, Meng & Ermon 2020, arXiv:2010.02502, section 4.3): without fresh noise the walk from noise to a picture is a
 * differential equation, and it can be walked the other way, from a picture to the noise that it comes from. Each step is
 * DDIM's at η = 0 with its ends exchanged, and therefore asks for eps at the end where it starts: there and back closes
 * up to an error that falls with the size of the steps.
 *
 * It runs in the one loop, on levels that rise: sample({ sampler: ddimInversion, levels: upward(levels), … }).
 */
import { sigmaOf } from './probabilityFlow';
import { defineSampler } from './samplers/define';
import { nonZero } from './samplers/terms';
import type { NoiseLevel } from './types';

export const ddimInversion = defineSampler({
  id: 'ddim-inversion',
  label: 'DDIM inversion',
  order: 1,
  nfe: (steps) => steps,
  params: {},
  tex: String.raw`\frac{\xt}{\sqrt{\abar}}=\frac{\xs}{\sqrt{\abars}}+(\sigma_t-\sigma_s)\,\epshat(\xs)`,
  start:
    () =>
    ({ x, from, to, denoise, ops }) => {
      // no network was trained on clean pictures: the first question is asked as if the picture had the noise of the first level
      const { eps } = denoise(x, from.alphaBar === 1 ? to : from);
      const signal = Math.sqrt(to.alphaBar);
      return ops.lincomb(
        nonZero([
          [Math.sqrt(to.alphaBar / from.alphaBar), x],
          [Math.sqrt(1 - to.alphaBar) - signal * sigmaOf(from), eps],
        ]),
      );
    },
});

/** The levels of a walk down, for the walk back up. */
export function upward(levels: readonly NoiseLevel[]): readonly NoiseLevel[] {
  return [...levels].reverse();
}
