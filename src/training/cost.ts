/** What a training step costs in floating-point operations. Plain arithmetic, no tensors. */
import { flopsPerEvaluation } from '../model/cost';
import { parametersOf } from '../model/parameters';
import { isMuonParameter } from './muonParameters';
import type { Recipe } from './recipe';
import type { Trained } from './weightsState';

/** Forward, the gradient of the weights and the gradient of the activations each cost about one forward pass. */
export const passesPerStep = 3;

/** The same for a part that is no denoiser. @param perExample FLOPs of one forward pass */
export function partFlopsPerStep(
  { parameters, isMuon, batchSize }: Trained & { readonly batchSize: number },
  perExample: number,
): number {
  const muon = parameters.filter(({ name }) => isMuon(name)).reduce((sum, { shape }) => sum + muonFlops(shape), 0);
  return passesPerStep * batchSize * perExample + muon;
}

/** FLOPs of one step: the batch three times through the network, and Muon's matrix products. */
export function flopsPerStep(recipe: Recipe): number {
  const muon = parametersOf(recipe.model)
    .filter(({ name }) => isMuonParameter(recipe, name))
    .reduce((sum, { shape }) => sum + muonFlops(shape), 0);
  return passesPerStep * recipe.batchSize * flopsPerEvaluation(recipe.model) + muon;
}

/**
 * Newton–Schulz as src/training/muon.ts computes it, for a filter as a matrix [N, M], N ≥ M: XᵀX and X·P with 2NM² each, and in between
 * 17 products of M×M matrices (5 squares, 4 products of factors, 4 times two for the next Gram matrix).
 */
export function muonFlops(shape: readonly number[]): number {
  const last = shape.at(-1) ?? 1;
  const others = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const [columns, rows] = [Math.min(last, others), Math.max(last, others)];
  const smallProducts = 17;
  return 4 * rows * columns ** 2 + 2 * smallProducts * columns ** 3;
}
