/** The embedding of pictures and captions, trained in the page: the matrix of similarities sharpens while one watches. */
import { createRng } from '../../base/rng';
import { captionTokens, describeDigit } from '../../data/captions/batchCaptions';
import { plainCaption } from '../../data/captions/caption';
import { similarities } from '../../data/embeddings';
import { imageBytes } from '../../data/manifest';
import { embedCaptions, embedPictures } from '../../evaluation/embed';
import { contrastiveMeasures, contrastiveObjective } from '../../training/contrastive';
import { contrastiveBatch, contrastiveConfig, contrastiveMention, contrastiveSettings } from '../../training/contrastiveSettings';
import { definePart } from './part';

/** Pictures, and captions, of the matrix. */
const shown = 32;

export const contrastivePart = definePart({
  name: 'contrastive',
  objective: contrastiveObjective(),
  settings: contrastiveSettings,
  batchSize: contrastiveBatch,
  prepare: ({ x0, labels }, seed, step) => ({
    x0,
    tokens: captionTokens({
      x0,
      labels,
      rng: createRng(seed, 'contrastive').fork('captions', step),
      mention: contrastiveMention,
    }),
  }),
  measures: ({ errors }) => contrastiveMeasures(errors),
  examples: shown,
  show: async (params, { x0, labels }) => {
    const captions = Array.from(labels, (label, i) =>
      plainCaption(describeDigit(x0.subarray(i * imageBytes, (i + 1) * imageBytes), label)),
    );
    const pictures = await embedPictures(params, contrastiveConfig, x0);
    const texts = await embedCaptions(params, contrastiveConfig, captions);
    const values = similarities(pictures, texts, contrastiveConfig.features);
    return { kind: 'similarities', values, size: captions.length, captions, pixels: x0 };
  },
});
