/**
 * PLMS: DDIM's step with an eps drawn on from the last four, by Adams and Bashforth's weights (the pseudo linear multi-step
 * method of PNDM, Liu et al. 2022, arXiv:2202.09778; the step is its eq. 9). Warmed up by the same method of lower order
 * (1, 2, 3), not by Runge–Kutta steps, which would ask the network at levels between the given ones. The weights are those of
 * even steps: in t, or in whatever else the levels are a smooth function of. The step is DDIM's in σ, so that the whole is of
 * second order, not of fourth.
 */
import { sigmaOf } from '../probabilityFlow';
import { defineSampler } from './define';
import { nonZero } from './terms';

/** By how many values of eps there are; newest first, each summing to 1. */
const adamsBashforth = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]] as const;

export const plms = defineSampler({
  id: 'plms',
  label: 'PLMS',
  order: 2,
  history: 3,
  nfe: (steps) => steps,
  params: {},
  tex: String.raw`\frac{\xs}{\sqrt{\abars}}=\frac{\xt}{\sqrt{\abar}}+(\sigma_s-\sigma_t)\,\frac{55\,\epshat-59\,\epshat'+37\,\epshat''-9\,\epshat'''}{24}`,
  start:
    () =>
    ({ x, from, to, denoise, ops, history }) => {
      const { x0, eps } = denoise(x, from);
      const [newest, ...older] = adamsBashforth[history.length] ?? adamsBashforth[3];
      // √ᾱ(to)·(x̄ + (σ(to) − σ)·eps) without x̄ and σ, which have no value at the very start
      const [signal, noise] = [Math.sqrt(to.alphaBar), Math.sqrt(1 - to.alphaBar)];
      const stride = older.length > 0 ? signal * (sigmaOf(to) - sigmaOf(from)) : 0;
      return ops.lincomb(
        nonZero([
          [signal, x0],
          [noise + stride * (newest - 1), eps],
          ...history.map(({ prediction }, i) => [stride * (older[i] ?? 0), prediction.eps] as const),
        ]),
      );
    },
});
