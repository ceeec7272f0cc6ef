/**
 * The two recipes that the notebook shows side by side: what the first paper did, and what a few years of practice make of the
 * same network, data and number of steps. Every number has its reason beside it.
 */
import type { UNetConfig } from '../model/config';
import type { Recipe } from './recipe';

/** 257,000 parameters, 31 MFLOP an evaluation: what a browser without a GPU trains in a minute or two. */
const network: UNetConfig = {
  imageSize: 28,
  channels: 1,
  // Half the side for a quarter of the work; at full resolution the same quality costs 1.5 to 2 times as much.
  stem: 'unshuffle',
  // 14×14 with 32 channels, 7×7 with 64. Wider or deeper learns more slowly at first and no better after 500 steps.
  widths: [32, 64],
  // Over the channels of each pixel: cheaper than group norm here, and better.
  norm: 'rms',
  // At 7×7 it costs a quarter more time for a difference within noise.
  attention: false,
  innerBlocks: 2,
  classes: 10,
  conditionChannels: 0,
  augmentationLevels: 0,
  text: null,
  vectorFeatures: 0,
  time: true,
  timeFeatures: 64,
  embedding: 128,
};

/** Recognisable digits in 250 steps; training may go on for ever, since nothing in it is tied to a length. */
const quick: Recipe = {
  id: 'quick',
  model: network,
  // Nichol & Dhariwal 2021 (arXiv:2102.09672): fewer timesteps wasted on pure noise.
  schedule: { kind: 'cosine', T: 1000, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false },
  // The target in which a small network learns shapes first. The largest single difference to the textbook.
  predictionType: 'x0',
  // 64 is worse at equal work early, 16 no better.
  batchSize: 32,
  // Leans towards noise, where the class and the rough shape are decided.
  timestepExponent: 0.6,
  snrShift: 1,
  timestepRange: [0, 1000],
  // Every batch sees all kinds of noise; the loss curve is calmer for it.
  stratifiedTimesteps: true,
  // More weight where little noise is left takes away the blur that the lean alone would bring; capped at 5.
  snrWeightCap: 5,
  // On the eight 3×3 convolutions of the residual blocks; Adam on the rest. Twice as fast as Adam alone.
  optimizer: 'muon',
  // Adam's. 2e-3 is slower, 8e-3 no better.
  learningRate: 4e-3,
  // A short memory (100 steps) for runs of a few hundred steps; the usual 0.999 would remember the beginning.
  adamBeta2: 0.99,
  // Of steps whose singular values are near 1. 0.005 and 0.05 are clearly worse, 0.1 diverges.
  muonLearningRate: 0.02,
  warmupSteps: 50,
  clipNorm: 1,
  // Karras et al. 2024 (arXiv:2312.02696): an average that is right at every moment of the run.
  ema: { kind: 'power', exponent: 8 },
  // Enough that one network knows p(x) and p(x | class), for guidance.
  labelDropout: 0.1,
  lowResolution: null,
  captions: null,
  latents: null,
  vectors: null,
};

/**
 * Ho et al. 2020 (arXiv:2006.11239), section 4 and appendix B, as far as a reader can wait for it. What deviates: the network
 * and the batch size are the quick recipe's, so that only the recipe differs (theirs: 35.7 million parameters, batches of 128);
 * learning rate, warm-up and average as said below; no dropout.
 */
const textbook: Recipe = {
  id: 'textbook',
  // Group normalisation and no classes, as in the paper. (Their self-attention at 16×16 is left out, as above.)
  model: { ...network, norm: 'group', classes: 0 },
  schedule: { kind: 'linear', T: 1000, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false },
  // Section 3.2: predict the noise …
  predictionType: 'epsilon',
  batchSize: 32,
  // … at uniform, independent timesteps …
  timestepExponent: 1,
  snrShift: 1,
  timestepRange: [0, 1000],
  stratifiedTimesteps: false,
  // … with plain mean squared error (eq. 14).
  snrWeightCap: null,
  optimizer: 'adam',
  // The paper's 2e-4 is meant for 800,000 steps of a far larger network; a run of hundreds would show its rate and not its idea.
  learningRate: 1e-3,
  adamBeta2: 0.999,
  muonLearningRate: 0,
  // Their code warms up for 5,000 steps, ten times as long as a reader's whole run.
  warmupSteps: 50,
  // Not in the paper, but in the authors' code.
  clipNorm: 1,
  // The paper's decay. Without a warm-up a run of 500 steps would still show 95% of the untrained network.
  ema: { kind: 'constant', decay: 0.9999, warmup: true },
  labelDropout: 0,
  lowResolution: null,
  captions: null,
  latents: null,
  vectors: null,
};

export type PresetId = 'quick' | 'textbook';

export const recipes: Readonly<Record<PresetId, Recipe>> = { quick, textbook };
