/** How the embedding of pictures and captions is trained; plain data. */
import { embeddingLength, type ContrastiveConfig } from '../model/contrastiveConfig';
import { textConfig } from './captionRecipes';
import type { PartSettings } from './partRun';

/** 256,000 parameters. */
export const contrastiveConfig: ContrastiveConfig = {
  imageSize: 28,
  widths: [32, 64],
  blocks: 2,
  text: textConfig,
  features: embeddingLength,
};

/** Pairs of a batch: each picture is told from 127 others. */
export const contrastiveBatch = 128;
export const contrastiveSteps = 600;
/** Each attribute is mentioned with this probability, so that short captions have a place too. */
export const contrastiveMention = 0.75;

export const contrastiveSettings: PartSettings = {
  learningRate: 2e-3,
  adamBeta2: 0.99,
  muonLearningRate: 0.02,
  warmupSteps: 50,
  clipNorm: 1,
  ema: { kind: 'power', exponent: 8 },
  // Over the last third: what is left of the loss then is mostly jitter.
  decay: { from: 400, to: contrastiveSteps },
};

const muonOfImages = /^image\.(down|\d+)\.weight$/;
const muonOfTexts = /^text\.\d+\.(query|key|value|out|feed1|feed2)\.weight$/;

/** Muon on the three large convolutions of the picture's encoder and on the text's matrices, Adam on the rest. */
export function isContrastiveMuon(name: string): boolean {
  return muonOfImages.test(name) || muonOfTexts.test(name);
}
