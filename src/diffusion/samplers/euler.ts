/**
 * Euler's method on the probability flow in σ (Karras et al. 2022, arXiv:2206.00364, algorithm 1 without its correction;
 * k-diffusion's sample_euler): x̄ moves along dx̄/dσ = (x̄ − x0)/σ as if that stayed what it is. Multiplied out it is DDIM
 * without noise, under another name.
 */
import { towardsX0 } from '../probabilityFlow';
import { defineSampler } from './define';
import { nonZero } from './terms';

export const euler = defineSampler({
  id: 'euler',
  label: 'Euler',
  order: 1,
  nfe: (steps) => steps,
  params: {},
  tex: String.raw`\frac{\xs}{\sqrt{\abars}}=\frac{\xt}{\sqrt{\abar}}+(\sigma_s-\sigma_t)\,\frac{\xt/\sqrt{\abar}-\xhat}{\sigma_t},\qquad \sigma=\sqrt{\tfrac{1-\bar\alpha}{\bar\alpha}}`,
  start:
    () =>
    ({ x, from, to, denoise, ops }) => {
      const { x0 } = denoise(x, from);
      const weight = towardsX0({ from, to });
      return ops.lincomb(
        nonZero([
          [weight.xt, x],
          [weight.x0, x0],
        ]),
      );
    },
});
