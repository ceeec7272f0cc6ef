/**
 * DDPM's ancestral sampling (Ho et al. 2020, arXiv:2006.11239, algorithm 2, with the mean in the form of eq. 7), for
 * any decreasing levels: each step draws from the posterior that the predicted x0 would give.
 */
import { choice } from '../../base/params';
import { posterior } from '../forward';
import { defineSampler } from './define';

export const ddpm = defineSampler({
  id: 'ddpm',
  label: 'DDPM',
  order: 1,
  nfe: (steps) => steps,
  params: {
    variance: choice({
      label: 'Variance',
      help: 'Fresh noise in each step: the posterior’s own variance, the larger one of the forward step, or none, which is wrong.',
      options: [
        { value: 'small', label: 'β̃, small' },
        { value: 'large', label: 'β, large' },
        { value: 'none', label: 'none' }, // the mean alone: no sampler of p(x), and a lesson shows why
      ],
      value: 'small',
    }),
  },
  tex: String.raw`\xs=\frac{\sqrt{\abars}\,\bigl(1-\tfrac{\abar}{\abars}\bigr)}{1-\abar}\,\xhat+\sqrt{\tfrac{\abar}{\abars}}\,\frac{1-\abars}{1-\abar}\,\xt+\sigma\,\z`,
  wrongOnPurpose: [{ variance: 'none' }],
  start:
    ({ variance }) =>
    ({ x, from, to, denoise, noise, ops }) => {
      const { x0 } = denoise(x, from);
      const q = posterior({ from, to });
      const isLast = to.alphaBar === 1; // algorithm 2, line 3: no noise on the finished picture
      const stepStd = isLast ? 0 : Math.sqrt({ small: q.variance, large: q.varianceLarge, none: 0 }[variance]);
      return ops.lincomb([
        [q.x0Coefficient, x0],
        ...(q.xtCoefficient > 0 ? [[q.xtCoefficient, x] as const] : []),
        ...(stepStd > 0 ? [[stepStd, noise()] as const] : []),
      ]);
    },
});
