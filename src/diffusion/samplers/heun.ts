/**
 * Heun's method on the probability flow (Karras et al. 2022, arXiv:2206.00364, algorithm 1): an Euler step, a look at the
 * slope where it lands, and the step again with the mean of both slopes. Two evaluations a step, but for the last one: at
 * the clean picture there is no slope to look at.
 *
 * Along σ the slope of x̄ is eps, along 1/σ that of x/√(1 − ᾱ) is x0: one curve, two coordinates. Karras et al. start at
 * σ = 80 and step along σ. The cosine schedule starts at σ = 20,000, where the least error of eps is multiplied by as much;
 * `both` therefore steps along 1/σ for as long as σ is above 1.
 */
import { choice } from '../../base/params';
import { sigmaOf, towardsX0 } from '../probabilityFlow';
import { defineSampler } from './define';
import { nonZero } from './terms';

export const heun = defineSampler({
  id: 'heun',
  label: 'Heun',
  order: 2,
  nfe: (steps) => 2 * steps - 1,
  params: {
    along: choice({
      label: 'Steps along',
      help: 'σ, as published; or 1/σ where there is more noise than signal and σ below, which also copes with a start from pure noise.',
      options: [
        { value: 'both', label: '1/σ, then σ' },
        { value: 'sigma', label: 'σ' },
      ],
      value: 'both',
    }),
  },
  tex: String.raw`\frac{\xs}{\sqrt{\abars}}=\frac{\xt}{\sqrt{\abar}}+(\sigma_s-\sigma_t)\,\frac{\epshat(\xt)+\epshat(\xs')}{2},\qquad \xs'\text{: Euler}`,
  start:
    ({ along }) =>
    ({ x, from, to, denoise, ops }) => {
      const here = denoise(x, from);
      const weight = towardsX0({ from, to });
      const euler = ops.lincomb(
        nonZero([
          [weight.xt, x],
          [weight.x0, here.x0],
        ]),
      );
      if (to.alphaBar === 1) return euler;
      const there = denoise(euler, to);
      const [sigma, nextSigma] = [sigmaOf(from), sigmaOf(to)];
      // from pure noise there is no step along σ
      if (sigma === Infinity || (along === 'both' && sigma > 1)) {
        const half = (Math.sqrt(1 - to.alphaBar) * (1 / nextSigma - 1 / sigma)) / 2;
        return ops.lincomb([
          [weight.xt, x],
          [half, here.x0],
          [half, there.x0],
        ]);
      }
      const half = (Math.sqrt(to.alphaBar) * (nextSigma - sigma)) / 2;
      return ops.lincomb([
        [Math.sqrt(to.alphaBar / from.alphaBar), x],
        [half, here.eps],
        [half, there.eps],
      ]);
    },
});
