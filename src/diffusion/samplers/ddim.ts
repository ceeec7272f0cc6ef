/**
 * DDIM (Song, Meng & Ermon 2020, arXiv:2010.02502, eq. 12 and 16). The same trained network as DDPM; eta = 0 adds no noise,
 * eta = 1 is DDPM with its small variance. Theirs → ours: α → ᾱ, σ → stepStd, τᵢ → from, τᵢ₋₁ → to.
 */
import { num } from '../../base/params';
import { posterior } from '../forward';
import { defineSampler } from './define';

export const ddim = defineSampler({
  id: 'ddim',
  label: 'DDIM',
  order: 1,
  nfe: (steps) => steps,
  params: {
    eta: num({
      label: 'η',
      help: 'Fresh noise in each step: 0 is none, and the picture then follows from the first noise alone; 1 is as much as DDPM adds.',
      min: 0,
      max: 1,
      step: 0.05,
      value: 0,
    }),
  },
  tex: String.raw`\xs=\sqrt{\abars}\,\xhat+\sqrt{1-\abars-\sigma^2}\,\epshat+\sigma\,\z,\qquad \sigma=\etaq\sqrt{\tfrac{1-\abars}{1-\abar}\Bigl(1-\tfrac{\abar}{\abars}\Bigr)}`,
  start:
    ({ eta }) =>
    ({ x, from, to, denoise, noise, ops }) => {
      const { x0, eps } = denoise(x, from);
      const stepStd = eta * Math.sqrt(posterior({ from, to }).variance); // eq. 16
      // never negative but for rounding, which a square root would turn into NaN
      const direction = Math.sqrt(Math.max(1 - to.alphaBar - stepStd ** 2, 0));
      return ops.lincomb([
        [Math.sqrt(to.alphaBar), x0],
        ...(direction > 0 ? [[direction, eps] as const] : []),
        ...(stepStd > 0 ? [[stepStd, noise()] as const] : []),
      ]); // eq. 12
    },
});
