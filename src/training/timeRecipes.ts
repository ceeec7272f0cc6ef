/**
 * What becomes of networks that are not told the timestep (Sun et al. 2025, arXiv:2502.13129): the quick recipe, told and not told,
 * for a target that is a picture and for one that is noise. Told only the class, the network must see in the picture how noisy it is.
 */
import type { Recipe } from './recipe';
import { recipes } from './recipes';

const { quick } = recipes;

export const timeNetworks = ['time-x0', 'timeless-x0', 'time-eps', 'timeless-eps'] as const;
export type TimeNetwork = (typeof timeNetworks)[number];

/** Of the quick network, which is the one that is told t and asked for x0. */
export const timeSteps = 1000;

export function timeRecipe(network: TimeNetwork): Recipe {
  const model: Recipe['model'] = { ...quick.model, time: network.startsWith('time-') };
  if (network.endsWith('-x0')) return { ...quick, model };
  // Plain mean squared error of the noise (Ho et al. 2020, eq. 14); 4e-3 is too much for it.
  return { ...quick, model, predictionType: 'epsilon', snrWeightCap: null, learningRate: 2e-3 };
}
