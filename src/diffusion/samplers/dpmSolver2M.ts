/**
 * DPM-Solver++(2M) (Lu et al. 2022, arXiv:2211.01095, algorithm 2): the linear part of the probability flow solved exactly,
 * and x0 drawn on by a line through its last two values instead of held. Two-step, hence second order for one evaluation;
 * the first step and the last, to the clean picture, are of first order.
 */
import { towardsX0 } from '../probabilityFlow';
import { defineSampler } from './define';
import { extrapolatedX0, nonZero, scaled } from './terms';

export const dpmSolver2M = defineSampler({
  id: 'dpm-solver-2m',
  label: 'DPM-Solver++ 2M',
  order: 2,
  history: 1,
  nfe: (steps) => steps,
  params: {},
  tex: String.raw`\xs=\sqrt{\tfrac{1-\abars}{1-\abar}}\,\xt+\sqrt{\abars}\,\bigl(1-e^{-h}\bigr)\Bigl[\xhat+\tfrac{h}{2h'}\bigl(\xhat-\xhat'\bigr)\Bigr],\qquad h=\ln\frac{\sigma_t}{\sigma_s}`,
  start:
    () =>
    ({ x, from, to, denoise, ops, history }) => {
      const { x0 } = denoise(x, from);
      const weight = towardsX0({ from, to });
      return ops.lincomb(nonZero([[weight.xt, x], ...scaled(weight.x0, extrapolatedX0({ x0, from, to, history }))]));
    },
});
