/**
 * UniPC of order 2 (Zhao et al. 2023, arXiv:2302.04867: UniC and UniP, for x0-prediction) with B(h) = e^{−h} − 1, "bh2" in its
 * authors' code. Once the network has seen x, what it says also corrects the step that led there, at no further cost (UniC);
 * the next step is predicted from the corrected x as in DPM-Solver++ 2M (UniP). The correction makes it third order. What the
 * loop shows is the x that the network was asked about, before the correction.
 */
import { halfLogSnrStep, sigmaRatio, towardsX0 } from '../probabilityFlow';
import type { NoiseLevel, PastPrediction } from '../types';
import { defineSampler } from './define';
import { extrapolatedX0, nonZero, scaled, type Term } from './terms';

export const uniPC = defineSampler({
  id: 'unipc',
  label: 'UniPC',
  order: 3,
  history: 2,
  nfe: (steps) => steps,
  params: {},
  tex: String.raw`\begin{gathered}x_t^{c}=\xt+\sqrt{\abar}\,(1-e^{-h'})\Bigl[\rho_2\,(\xhat-\xhat')-(\rho_1-\tfrac12)\,\tfrac{h'}{h''}\,(\xhat''-\xhat')\Bigr]\\ \xs=\sqrt{\tfrac{1-\abars}{1-\abar}}\,x_t^{c}+\sqrt{\abars}\,(1-e^{-h})\Bigl[\xhat+\tfrac{h}{2h'}(\xhat-\xhat')\Bigr]\end{gathered}`,
  start:
    () =>
    ({ x, from, to, denoise, ops, history }) => {
      const { x0 } = denoise(x, from);
      const weight = towardsX0({ from, to });
      const corrected: readonly Term<typeof x>[] = [[1, x], ...correction(x0, from, history)];
      const predicted = extrapolatedX0({ x0, from, to, history });
      return ops.lincomb(nonZero([...scaled(weight.xt, corrected), ...scaled(weight.x0, predicted)]));
    },
});

/** What x0, now known at the end of the last step, adds to the x that was predicted without it. */
function correction<X>(x0: X, at: NoiseLevel, [last, beforeLast]: readonly PastPrediction<X>[]): readonly Term<X>[] {
  if (!last) return [];
  const step = { from: last.level, to: at };
  const B = sigmaRatio(step) - 1;
  const factor = -Math.sqrt(at.alphaBar) * B;
  if (!beforeLast) {
    // a first step: the mean of x0 at its two ends
    return [
      [factor / 2, x0],
      [-factor / 2, last.prediction.x0],
    ];
  }
  const h = halfLogSnrStep(step);
  const r = -halfLogSnrStep({ from: beforeLast.level, to: last.level }) / h;
  const [rho1, rho2] = correctorWeights(B, h, r);
  const older = (factor * (rho1 - 1 / 2)) / r; // 1/2 is what the prediction has used
  return [
    [factor * rho2, x0],
    [-factor * rho2 - older, last.prediction.x0],
    [older, beforeLast.prediction.x0],
  ];
}

/** ρ₁ and ρ₂ of UniC, for the points r (before the step, negative) and 1 (its end): ρ₁ + ρ₂ = b₁ and r·ρ₁ + ρ₂ = b₂. */
function correctorWeights(B: number, h: number, r: number): readonly [rho1: number, rho2: number] {
  const phi2 = B / -h - 1;
  const b1 = phi2 / B;
  const b2 = (2 * (phi2 / -h - 1 / 2)) / B;
  const rho1 = (b1 - b2) / (1 - r);
  return [rho1, b1 - rho1];
}
