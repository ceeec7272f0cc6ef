/** A recipe: everything that decides what a training run does, apart from its seed and its data. */
import type { PredictionType, ScheduleConfig } from '../diffusion/types';
import type { UNetConfig } from '../model/config';

export interface Recipe {
  readonly id: RecipeId;
  readonly model: UNetConfig;
  readonly schedule: ScheduleConfig;
  readonly predictionType: PredictionType;
  readonly batchSize: number;
  /** t is drawn as floor(T · u^exponent) + 1, u uniform: 1 is Ho et al.'s uniform draw, below 1 leans towards noise. */
  readonly timestepExponent: number;
  /** One u in each of B equal strata instead of B independent ones. */
  readonly stratifiedTimesteps: boolean;
  /** Loss weight min(1 + SNR, cap) on the x0 error; null is plain MSE on the network's own target. */
  readonly snrWeightCap: number | null;
  readonly optimizer: 'adam' | 'muon';
  readonly learningRate: number;
  readonly adamBeta2: number;
  readonly muonLearningRate: number;
  readonly warmupSteps: number;
  /** Global gradient norm is limited to this; null does not clip. */
  readonly clipNorm: number | null;
  /** power: β = (1 − 1/t)^8 at step t. constant: β limited to (1 + t)/(10 + t) at first, so that short runs have an average too. */
  readonly ema:
    | { readonly kind: 'power'; readonly exponent: number }
    | { readonly kind: 'constant'; readonly decay: number; readonly warmup: boolean };
  /** Share of labels hidden in training, so that one network learns both p(x) and p(x | class). */
  readonly labelDropout: number;
}

export type RecipeId = 'quick' | 'textbook';
