/** Every training digit and a caption of it as embeddings, computed once for one embedding and kept. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRng } from '../../../src/base/rng';
import { captionTokens } from '../../../src/data/captions/batchCaptions';
import { fillBatch } from '../../../src/data/batches';
import type { MnistStore } from '../../../src/data/mnist';
import { embedAllTokens, embedPictures } from '../../../src/evaluation/embed';
import { decodeSafetensors, encodeSafetensors } from '../../../src/model/safetensors';
import { disposeAll } from '../../../src/model/tensors';
import { contrastiveConfig, contrastiveMention } from '../../../src/training/contrastiveSettings';
import type { EmbeddedPairs } from '../../../src/training/prior';
import { recordingFolder } from '../modelFiles';
import { partFingerprint, readPart } from './partFiles';

const atOnce = 1000;

/** In the order of the training set; [60,000 · features] each. */
export async function embeddedDigits(
  store: Pick<MnistStore, 'counts' | 'image' | 'label'>,
  count: number,
  seed: number,
): Promise<EmbeddedPairs> {
  const { features } = contrastiveConfig;
  const file = `${recordingFolder}embedded-${partFingerprint('contrastive')}-${seed}.safetensors`;
  if (existsSync(file)) {
    const { arrays } = decodeSafetensors(readFileSync(file));
    return { pictures: arrays['pictures']?.data ?? new Float32Array(), captions: arrays['captions']?.data ?? new Float32Array() };
  }
  const params = readPart('contrastive');
  const rng = createRng(seed, 'embedded captions');
  const pictures = new Float32Array(count * features);
  const captions = new Float32Array(count * features);
  for (let first = 0; first < count; first += atOnce) {
    const length = Math.min(atOnce, count - first);
    const { x0, labels } = fillBatch(
      store,
      Uint32Array.from({ length }, (_, i) => first + i),
    );
    const tokens = captionTokens({ x0, labels, rng: rng.fork(first), mention: contrastiveMention });
    pictures.set(await embedPictures(params, contrastiveConfig, x0), first * features);
    captions.set(await embedAllTokens(params, contrastiveConfig, tokens), first * features);
  }
  disposeAll(params);
  const shape = [count, features];
  mkdirSync(recordingFolder, { recursive: true });
  writeFileSync(
    `${file}.part`,
    encodeSafetensors({ pictures: { shape, data: pictures }, captions: { shape, data: captions } }, {}),
  );
  renameSync(`${file}.part`, file);
  return { pictures, captions };
}
