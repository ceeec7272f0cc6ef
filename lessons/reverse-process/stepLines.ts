/** One pixel's numbers in the equations of a step: what xt is made of, where the step aims, what the noise adds. */
import type { EquationLine, EquationTerm } from '$lib/ui/equationLine';
import type { FilmStep, MeanTerm } from './filmStep';

/** As in the lesson's prose: a, b and c are the weights of x̂0, xt and ε̂ in the mean. */
const meanSymbols: Readonly<Record<MeanTerm['symbol'], { readonly symbol: string; readonly weightSymbol: string }>> = {
  x0: { symbol: 'x̂₀', weightSymbol: 'a' },
  xt: { symbol: 'xₜ', weightSymbol: 'b' },
  eps: { symbol: 'ε̂', weightSymbol: 'c' },
};

export function stepLines(step: FilmStep, pixel: number): readonly EquationLine[] {
  const at = (values: Float32Array | null): number => values?.[pixel] ?? 0;
  const { alphaBar } = step.from;
  const mean: EquationTerm = { quantity: 'mean', symbol: 'μ̃', weightSymbol: '', weight: 1, value: at(step.mean) };
  return [
    {
      words: 'The network splits the picture',
      quantity: 'xt',
      symbol: 'xₜ',
      value: at(step.xt),
      terms: [
        { quantity: 'x0', symbol: 'x̂₀', weightSymbol: '√ᾱₜ', weight: Math.sqrt(alphaBar), value: at(step.x0) },
        { quantity: 'eps', symbol: 'ε̂', weightSymbol: '√(1−ᾱₜ)', weight: Math.sqrt(1 - alphaBar), value: at(step.eps) },
      ],
    },
    {
      words: 'The sampler mixes the mean',
      quantity: 'mean',
      symbol: 'μ̃',
      value: at(step.mean),
      terms: step.terms.map(({ symbol, coefficient, values }) => ({
        quantity: symbol,
        ...meanSymbols[symbol],
        weight: coefficient,
        value: at(values),
      })),
    },
    {
      words: step.noise ? 'Fresh noise is stirred in' : 'No noise is stirred in',
      quantity: 'xt',
      symbol: 'xₛ',
      value: at(step.next),
      terms: step.noise
        ? [mean, { quantity: 'noise', symbol: 'z', weightSymbol: 'σ', weight: step.stepStd, value: at(step.noise) }]
        : [mean],
    },
  ];
}
