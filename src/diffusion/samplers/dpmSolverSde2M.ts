/**
 * SDE-DPM-Solver++(2M) (Lu et al. 2022, arXiv:2211.01095, in its later versions; the form of diffusers' sde-dpmsolver++ with solver_type
 * midpoint): the reverse process with its noise, the linear part and the noise solved exactly, and x0 drawn on as in 2M. With
 * x0 held it is DDPM. The order is that of the distribution, not of single pictures: measured, on a Gaussian.
 */
import { sigmaRatio } from '../probabilityFlow';
import { defineSampler } from './define';
import { extrapolatedX0, nonZero, scaled } from './terms';

export const dpmSolverSde2M = defineSampler({
  id: 'dpm-solver-sde-2m',
  label: 'DPM-Solver++ 2M SDE',
  order: 2,
  history: 1,
  nfe: (steps) => steps,
  params: {},
  tex: String.raw`\xs=\sqrt{\tfrac{1-\abars}{1-\abar}}\,e^{-h}\,\xt+\sqrt{\abars}\,\bigl(1-e^{-2h}\bigr)\Bigl[\xhat+\tfrac{h}{2h'}\bigl(\xhat-\xhat'\bigr)\Bigr]+\sqrt{1-\abars}\sqrt{1-e^{-2h}}\,\z`,
  start:
    () =>
    ({ x, from, to, denoise, noise, ops, history }) => {
      const { x0 } = denoise(x, from);
      const ratio = sigmaRatio({ from, to }); // e^{−h}
      const renewed = 1 - ratio ** 2;
      const stepStd = Math.sqrt(1 - to.alphaBar) * Math.sqrt(Math.max(renewed, 0)); // never below 0 but for rounding
      return ops.lincomb([
        ...nonZero([
          [Math.sqrt((1 - to.alphaBar) / (1 - from.alphaBar)) * ratio, x],
          ...scaled(Math.sqrt(to.alphaBar) * renewed, extrapolatedX0({ x0, from, to, history })),
        ]),
        ...(stepStd > 0 ? [[stepStd, noise()] as const] : []),
      ]);
    },
});
