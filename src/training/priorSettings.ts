/** How unCLIP's prior is trained; plain data. */
import type { ScheduleConfig } from '../diffusion/types';
import { embeddingLength } from '../model/contrastiveConfig';
import type { PriorConfig } from '../model/priorConfig';
import type { PartSettings } from './partRun';

/** 437,000 parameters. */
export const priorConfig: PriorConfig = { features: embeddingLength, width: 256, blocks: 3, timeFeatures: 64 };
export const priorSchedule: ScheduleConfig = { kind: 'cosine', T: 1000, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false };
export const priorBatch = 256;
export const priorSteps = 3000;
/** Captions that are hidden, for guidance: the paper's share (appendix C.2, for its prior 10%). */
export const priorDropout = 0.1;

export const priorSettings: PartSettings = {
  learningRate: 1e-3,
  adamBeta2: 0.99,
  muonLearningRate: 0,
  warmupSteps: 50,
  clipNorm: 1,
  ema: { kind: 'power', exponent: 8 },
  decay: null,
};
