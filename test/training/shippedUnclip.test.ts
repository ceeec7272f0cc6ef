/** unCLIP's parts as they come with the page: that each file is there, is what it says, and that a caption becomes what it asks for. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cosine, meanRow } from '../../src/data/embeddings';
import { embedCaptions, embedPictures } from '../../src/evaluation/embed';
import { judgeConfig } from '../../src/evaluation/judgeConfig';
import { judgePath, readJudge } from '../../src/evaluation/judgeFiles';
import { judgePictures } from '../../src/evaluation/judgePictures';
import { judgedClasses } from '../../src/evaluation/metrics';
import { pairedCosine, zeroShotAccuracy } from '../../src/evaluation/retrieval';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { elements } from '../../src/model/parameters';
import { checkTensors, decodeSafetensors } from '../../src/model/safetensors';
import { disposeAll, toTensors, type Params } from '../../src/model/tensors';
import { contrastiveConfig, contrastiveSteps } from '../../src/training/contrastiveSettings';
import { priorConfig, priorSteps } from '../../src/training/priorSettings';
import { shippedModel } from '../../src/training/shippedModels';
import { shippedParts, type ShippedPart } from '../../src/training/shippedParts';
import { drawLast } from '../../src/worker/drawing';
import { modelOf } from '../../src/worker/model';
import { drawLastEmbeddings } from '../../src/worker/priorDrawing';
import { realDigits } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

vi.setConfig({ testTimeout: 120_000 });

const bytesOf = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)));
const read = (path: string): Params => toTensors(decodeSafetensors(bytesOf(path)).arrays);
const { features: width } = contrastiveConfig;
const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const context = { device: { guard: <T>(work: Promise<T>) => work }, signal: new AbortController().signal };

const stepsOf: Readonly<Record<ShippedPart, number>> = { contrastive: contrastiveSteps, prior: priorSteps };

test.each(['contrastive', 'prior'] as const)('%s has its parameters in half precision, and says what it is', (part) => {
  const { path, parameters } = shippedParts[part];
  const { arrays, metadata } = decodeSafetensors(bytesOf(path));
  checkTensors(arrays, parameters());
  expect(metadata).toMatchObject({ part, step: String(stepsOf[part]), weights: 'ema' });
  expect(metadata['command']).toMatch(/^npm run pretrain/);
  const header = bytesOf(path).length - 2 * parameters().reduce((sum, { shape }) => sum + elements(shape), 0);
  expect(header).toBeGreaterThan(0);
  expect(header).toBeLessThan(8192);
});

describe('what they have learnt', () => {
  let contrastive: Params;
  let prior: Params;
  beforeAll(async () => {
    await useWasmBackend();
    await installSimdKernels(simdBinary());
    [contrastive, prior] = [read(shippedParts.contrastive.path), read(shippedParts.prior.path)];
  });
  afterAll(() => {
    disposeAll(contrastive);
    disposeAll(prior);
    removeSimdKernels();
  });

  test('digits that nobody trained on are nearest to the caption of their own class', async () => {
    const { x0, labels } = realDigits('t10k').batch(Array.from({ length: 500 }, (_, i) => 20 * i + (i % 2)));
    const pictures = await embedPictures(contrastive, contrastiveConfig, x0);
    const prompts = await embedCaptions(contrastive, contrastiveConfig, names.map((name) => `a ${name}`)); // prettier-ignore
    expect(zeroShotAccuracy(pictures, labels, prompts, width)).toBeGreaterThan(0.95);
  });

  test('captions and pictures lie apart, and the prior’s samples where the pictures are', async () => {
    const captions = Array.from({ length: 100 }, (_, i) => `a ${names[i % 10]}`);
    const { x0, labels } = realDigits('t10k').batch(Array.from({ length: 1000 }, (_, i) => i));
    const pictures = await embedPictures(contrastive, contrastiveConfig, x0);
    const told = await embedCaptions(contrastive, contrastiveConfig, captions);
    const drawn = await drawLastEmbeddings(prior, priorConfig, { told, guidanceScale: 1, seed: 1, steps: 12 }, context);
    const ofClass = (digit: number): Float32Array =>
      Float32Array.from(
        Array.from(labels, (label, i) => (label === digit ? [...pictures.subarray(i * width, (i + 1) * width)] : [])).flat(),
      );
    const means = Float32Array.from(names.flatMap((_, digit) => [...meanRow(ofClass(digit), width)]));
    const nearness = (rows: Float32Array): number => cosine(meanRow(rows, width), meanRow(means, width));
    expect(nearness(drawn)).toBeGreaterThan(0.95);
    expect(nearness(told)).toBeLessThan(0.8);
    const repeated = Float32Array.from(captions.flatMap((_, i) => [...means.subarray((i % 10) * width, ((i % 10) + 1) * width)]));
    expect(pairedCosine({ pictures: drawn, captions: repeated, width })).toBeGreaterThan(0.5);
  });

  test('a caption becomes the digit that it asks for, through all three', async () => {
    const { path, recipe } = shippedModel('decoder@1000');
    const decoder = read(path);
    const judge = toTensors(readJudge(bytesOf(judgePath)));
    const captions = names.map((name) => `a thick ${name}`);
    const told = await embedCaptions(contrastive, contrastiveConfig, captions);
    const vectors = await drawLastEmbeddings(prior, priorConfig, { told, guidanceScale: 2, seed: 2, steps: 12 }, context);
    const request = {
      ...{ sampler: 'ddim', samplerParams: { eta: 0 }, steps: 12, spacing: 'trailing' as const, clip: true },
      ...{ guidanceScale: 2, seed: 3, labels: captions.map(() => null), vectors },
    } as const;
    const pixels = await drawLast(modelOf(recipe, decoder), request, context);
    const { probabilities } = await judgePictures(judge, judgeConfig, pixels);
    const right = [...judgedClasses(probabilities, 10)].filter((digit, i) => digit === i);
    expect(right.length).toBeGreaterThanOrEqual(9);
    disposeAll(decoder);
    disposeAll(judge);
  });
});
