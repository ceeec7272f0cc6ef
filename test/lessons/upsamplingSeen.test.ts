import { beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { stageSeed } from '../../src/diffusion/cascade';
import { makeSchedule } from '../../src/diffusion/schedule';
import { upRecipe } from '../../src/training/cascadeRecipes';
import { modelOf } from '../../src/worker/model';
import { smallPictures } from '../../src/worker/smallPictures';
import { seenBy } from '../../lessons/upsampling/seen';
import { useCpuBackend } from '../support/cpuBackend';

beforeAll(useCpuBackend);

test('the page shows what the engine’s upsampler sees, number for number', async () => {
  const recipe = upRecipe(14, 'augmented');
  const small = createRng(1)
    .normals(3 * 49)
    .map((value) => Math.tanh(value));
  const schedule = makeSchedule(recipe.schedule);
  const ask = { small, side: 7, to: 14, k: 2, schedule, seed: 5, stage: 1 };
  const request = { condition: { pixels: small, augmentation: 2 }, seed: stageSeed(5, 1), labels: [1, 2, 3] };
  const engine = smallPictures(modelOf(recipe, {}), request, schedule);
  expect(engine?.shape).toEqual([3, 14, 14, 1]);
  expect(seenBy(ask)).toEqual(await engine?.data());
  engine?.dispose();
  expect(seenBy({ ...ask, seed: 6 })).not.toEqual(seenBy(ask));
});
