/**
 * Euler's method below the level it goes to, and fresh noise to come up to it (k-diffusion's sample_euler_ancestral):
 * σ(to)² = σdown² + σup². At η = 1 the two are those of the posterior, and this is DDPM; in between it is DDIM with that η.
 */
import { num } from '../../base/params';
import { sigmaRatio } from '../probabilityFlow';
import { defineSampler } from './define';
import { nonZero } from './terms';

export const eulerAncestral = defineSampler({
  id: 'euler-ancestral',
  label: 'Euler ancestral',
  order: 1,
  nfe: (steps) => steps,
  params: {
    eta: num({
      label: 'η',
      help: 'Fresh noise in each step: 0 is none, which is Euler; 1 is as much as DDPM adds.',
      min: 0,
      max: 1,
      step: 0.05,
      value: 1,
    }),
  },
  tex: String.raw`\frac{\xs}{\sqrt{\abars}}=\xhat+\frac{\sigma_{\downarrow}}{\sigma_t}\Bigl(\frac{\xt}{\sqrt{\abar}}-\xhat\Bigr)+\sigma_{\uparrow}\,\z,\qquad \sigma_{\uparrow}=\etaq\,\sigma_s\sqrt{1-\tfrac{\sigma_s^2}{\sigma_t^2}},\quad \sigma_{\downarrow}^2=\sigma_s^2-\sigma_{\uparrow}^2`,
  start:
    ({ eta }) =>
    ({ x, from, to, denoise, noise, ops }) => {
      const { x0 } = denoise(x, from);
      const ratio = sigmaRatio({ from, to });
      const up = eta * Math.sqrt(Math.max(1 - ratio ** 2, 0)); // σup/σ(to); never below 0 but for rounding
      const down = Math.sqrt(Math.max(1 - up ** 2, 0)); // σdown/σ(to)
      const stepStd = Math.sqrt(1 - to.alphaBar) * up;
      return ops.lincomb([
        ...nonZero([
          [Math.sqrt((1 - to.alphaBar) / (1 - from.alphaBar)) * down, x],
          [Math.sqrt(to.alphaBar) * (1 - ratio * down), x0],
        ]),
        ...(stepStd > 0 ? [[stepStd, noise()] as const] : []),
      ]);
    },
});
