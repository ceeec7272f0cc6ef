/**
 * The quantities that have a name, a symbol and a meaning of their own. Their names are those of the macros in
 * scripts/typesetMath.js; the colours are CSS custom properties of src/app/theme.css.
 */
export interface Quantity {
  readonly symbol: string;
  readonly meaning: string;
}

export const quantities = {
  x0: { symbol: 'x₀', meaning: 'the clean picture, or (with a hat) the network’s guess of it' },
  xt: { symbol: 'xₜ', meaning: 'the noised picture at moment t' },
  eps: { symbol: 'ε', meaning: 'the noise in the picture, or (with a hat) the network’s guess of it' },
  t: { symbol: 't', meaning: 'the moment: 0 is clean, T is pure noise' },
  noise: { symbol: 'z', meaning: 'fresh noise, drawn anew for this step' },
  beta: { symbol: 'βₜ', meaning: 'how much noise step t adds: the variance of that step' },
  abar: { symbol: 'ᾱₜ', meaning: 'share of the variance at t that is still picture: the product of all 1 − β up to t' },
  snr: { symbol: 'SNR', meaning: 'signal-to-noise ratio: ᾱ over 1 − ᾱ' },
  mean: { symbol: 'μ̃ₜ', meaning: 'the mean of the posterior: where the step back from t aims' },
  eta: { symbol: 'η', meaning: 'how much of DDPM’s fresh noise DDIM puts back: 0 none, 1 all' },
} as const satisfies Readonly<Record<string, Quantity>>;

export type QuantityName = keyof typeof quantities;

export function isQuantityName(name: string): name is QuantityName {
  return Object.hasOwn(quantities, name);
}
