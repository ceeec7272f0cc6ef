/**
 * Annealed Langevin dynamics (Song & Ermon 2019, arXiv:1907.05600, algorithm 1), on the score that the same network knows:
 * ∇log q(xt) = −eps/√(1 − ᾱ). At each level of the ladder several noisy steps towards more probable pictures, of a length
 * proportional to the variance of the noise, as theirs is to σ². In our coordinates, where x keeps its size, x goes on to
 * the next level as it is (a corrector without a predictor, in the words of Song et al. 2021, arXiv:2011.13456); after the last
 * level comes x0 in the place of the last noisy x (Jolicoeur-Martineau et al. 2020, arXiv:2009.05475). This is not DDIM: each
 * level only mends what the one before left, with fresh noise, and a finite step leaves a bias that more levels do not remove.
 */
import { AppError } from '../../base/errors';
import { num } from '../../base/params';
import { defineSampler } from './define';

export const langevin = defineSampler({
  id: 'langevin',
  label: 'Annealed Langevin',
  order: null,
  bias: 0.25,
  nfe: (steps, { inner }) => steps * inner + 1,
  params: {
    inner: num({
      label: 'Steps a level',
      help: 'Noisy steps at each level before going on to the next: each one asks the network.',
      min: 2,
      max: 20,
      step: 1,
      value: 5,
    }),
    stepSize: num({
      label: 'Step size',
      help: 'In each noisy step, the variance of the fresh noise as a share of the noise in the picture. Larger steps settle sooner, at a wrong width.',
      min: 0.1,
      max: 0.5,
      step: 0.05,
      value: 0.2,
    }),
  },
  tex: String.raw`\xt\leftarrow\xt-\tfrac{\delta}{2}\sqrt{1-\abar}\,\epshat(\xt)+\sqrt{\delta\,(1-\abar)}\,\z`,
  start: ({ inner, stepSize }) => {
    if (!Number.isInteger(inner)) throw new AppError('range', `Steps a level must be a whole number; it was ${inner}.`);
    return ({ x, from, to, denoise, noise, ops }) => {
      const std = Math.sqrt(1 - from.alphaBar);
      let current = x;
      for (let i = 0; i < inner; i += 1) {
        const { eps } = denoise(current, from);
        current = ops.lincomb([
          [1, current],
          [(-stepSize / 2) * std, eps],
          [Math.sqrt(stepSize) * std, noise()],
        ]);
      }
      return to.alphaBar === 1 ? ops.lincomb([[1, denoise(current, from).x0]]) : current;
    };
  },
});
