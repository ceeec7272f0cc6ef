/** The autoencoders and the denoisers in their latents that come with the page: that each file is there, is what its name says, and has learnt that. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeDigit } from '../../src/data/captions/batchCaptions';
import { plainCaption } from '../../src/data/captions/caption';
import { judgeConfig } from '../../src/evaluation/judgeConfig';
import { judgePath, readJudge } from '../../src/evaluation/judgeFiles';
import { judgePictures } from '../../src/evaluation/judgePictures';
import { judgedClasses } from '../../src/evaluation/metrics';
import { readAutoencoder } from '../../src/model/autoencoderFile';
import { autoencoderParameterCount, latentShape } from '../../src/model/autoencoderConfig';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { decodeLatents, deviationOf, encodePictures } from '../../src/model/latents';
import { decodeSafetensors } from '../../src/model/safetensors';
import { disposeAll, toTensors } from '../../src/model/tensors';
import { latentSpace, latentsOf } from '../../src/training/latentBatches';
import { latentCheckpoints, latentRecipe } from '../../src/training/latentRecipes';
import {
  earlySteps,
  shippedAutoencoder,
  shippedAutoencoders,
  type ShippedAutoencoderName,
} from '../../src/training/shippedAutoencoders';
import { shippedModel } from '../../src/training/shippedModels';
import { drawLast } from '../../src/worker/drawing';
import { modelOf } from '../../src/worker/model';
import { realDigits } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

const bytesOf = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)));

describe.each(shippedAutoencoders)('$name', ({ name, path, recipe, steps }) => {
  test('has its parameters and the deviation of its latents, in half precision, and says what it is', () => {
    const { deviation } = readAutoencoder(bytesOf(path), recipe.config);
    expect(deviation.every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    const { metadata } = decodeSafetensors(bytesOf(path));
    expect(metadata).toMatchObject({ name, step: String(steps), beta: String(recipe.beta), weights: 'ema' });
    expect(metadata['command']).toMatch(/^npm run pretrain/);
    const rest = bytesOf(path).length - 2 * autoencoderParameterCount(recipe.config);
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(4096);
  });
});

describe('what they have learnt', () => {
  const count = 200;
  const digits = realDigits('t10k').batch(Array.from({ length: count }, (_, i) => i));

  beforeAll(async () => {
    await useWasmBackend();
    await installSimdKernels(simdBinary());
  });
  afterAll(removeSimdKernels);

  async function back(name: ShippedAutoencoderName): Promise<{ readonly mse: number; readonly agreement: number }> {
    const { path, recipe } = shippedAutoencoder(name);
    const params = toTensors(readAutoencoder(bytesOf(path), recipe.config).weights);
    const { mean } = await encodePictures(params, recipe.config, digits.x0);
    const pixels = await decodeLatents(params, recipe.config, mean);
    disposeAll(params);
    const mse = pixels.reduce((sum, value, i) => sum + (value - (digits.x0[i] ?? NaN)) ** 2, 0) / pixels.length;
    const [before, after] = [await classes(digits.x0), await classes(pixels)];
    return { mse, agreement: after.filter((digit, i) => digit === before[i]).length / count };
  }

  async function classes(pixels: Float32Array): Promise<Uint8Array> {
    const judge = toTensors(readJudge(bytesOf(judgePath)));
    const { probabilities } = await judgePictures(judge, judgeConfig, pixels);
    disposeAll(judge);
    return judgedClasses(probabilities, judgeConfig.classes);
  }

  test('the autoencoder that is drawn with gives digits back, and the judge agrees', async () => {
    const { mse, agreement } = await back('ae-2');
    expect(mse).toBeLessThan(0.013);
    expect(agreement).toBeGreaterThanOrEqual(0.98);
  });

  test('it gets better as it is trained, more numbers help, and two numbers are too few', async () => {
    const course: number[] = [];
    for (const steps of earlySteps) course.push((await back(`ae-2@${steps}`)).mse);
    course.slice(1).forEach((mse, i) => expect(mse, course.join(' ')).toBeLessThan(course[i] ?? NaN));
    const bySize: number[] = [];
    for (const name of ['ae-point', 'ae-1', 'ae-2@500', 'ae-4'] as const) bySize.push((await back(name)).mse);
    bySize.slice(1).forEach((mse, i) => expect(mse, bySize.join(' ')).toBeLessThan(bySize[i] ?? NaN));
    expect(bySize[0]).toBeGreaterThan(0.1);
  });

  test('the more the rate costs, the less comes back', async () => {
    const errors: number[] = [];
    for (const name of ['ae-2-beta-0', 'ae-2-beta-0.01', 'ae-2-beta-0.1', 'ae-2-beta-1'] as const)
      errors.push((await back(name)).mse);
    errors.slice(2).forEach((mse, i) => expect(mse, errors.join(' ')).toBeGreaterThan(errors[i + 1] ?? NaN));
  });

  test('divided by the deviation in the file, latents have deviation 1', async () => {
    const { path, recipe } = shippedAutoencoder('ae-2');
    const { weights, deviation } = readAutoencoder(bytesOf(path), recipe.config);
    const params = toTensors(weights);
    const space = latentSpace(latentRecipe, { config: recipe.config, params, deviation });
    const scaled = deviationOf(await latentsOf(space, digits.x0), latentShape(recipe.config).channels);
    disposeAll(params);
    for (const value of scaled) expect(value).toBeCloseTo(1, 1);
  });

  test.each([latentCheckpoints.at(-1) ?? 0, 500])(
    'after %i steps the denoiser draws the digits that it is asked for',
    async (steps) => {
      const shipped = shippedModel(`latent@${steps}`);
      expect(decodeSafetensors(bytesOf(shipped.path)).metadata).toMatchObject({ recipe: 'latent', step: String(steps) });
      const { path, recipe } = shippedAutoencoder('ae-2');
      const { weights, deviation } = readAutoencoder(bytesOf(path), recipe.config);
      const params = toTensors(weights);
      const network = toTensors(decodeSafetensors(bytesOf(shipped.path)).arrays);
      const model = modelOf(shipped.recipe, network, latentSpace(shipped.recipe, { config: recipe.config, params, deviation }));
      const n = 40;
      const descriptions = Array.from({ length: n }, (_, i) =>
        describeDigit(digits.x0.subarray(i * 784, (i + 1) * 784), digits.labels[i] ?? 0),
      );
      const pixels = await drawLast(
        model,
        {
          ...{
            sampler: 'ddim',
            samplerParams: { eta: 0 },
            steps: 12,
            spacing: 'trailing',
            guidanceScale: 2,
            clip: true,
            seed: 1,
          },
          ...{ labels: descriptions.map(() => null), prompts: { captions: descriptions.map(plainCaption) } },
        },
        { device: { guard: (promise) => promise }, signal: new AbortController().signal },
      );
      const judged = await classes(pixels);
      const right = descriptions.filter(({ digit }, i) => judged[i] === digit).length;
      expect(right / n).toBeGreaterThan(0.85);
      [params, network].forEach(disposeAll);
    },
  );
});
