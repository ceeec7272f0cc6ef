import { expect, test } from 'vitest';
import { shippedSeed, weightsFile } from '../../scripts/pretrain/modelFiles';
import { planModels, planTrainings } from '../../scripts/pretrain/modelPlan';
import { flopsPerStep } from '../../src/training/cost';
import { recipes } from '../../src/training/recipes';
import { shippedModels } from '../../src/training/shippedModels';

const parts = ['cascade', 'experts', 'captions', 'latent', 'unclip'] as const;
const tflop = 1e12;

test('every network that ships is trained once, from its own recipe, but for the one that has a command of its own, under both its names', () => {
  const kept = parts.flatMap((part) =>
    planModels(part, [shippedSeed]).flatMap((planned) =>
      planned.kept.filter(({ weights }) => weights === 'ema').map(({ name }) => ({ name, recipe: planned.recipe })),
    ),
  );
  const shipped = shippedModels
    .filter(({ name }) => name !== 'quick' && name !== 'time-x0')
    .map(({ name, recipe }) => ({ name, recipe }));
  const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);
  expect(kept.sort(byName)).toEqual([...shipped].sort(byName));
});

test('what is kept, is kept within its run', () => {
  for (const { steps, kept } of parts.flatMap((part) => planModels(part, [7, 8]))) {
    for (const { step } of kept) expect(step).toBeLessThanOrEqual(steps);
    expect(kept.some(({ step }) => step === steps)).toBe(true);
  }
});

test('another seed is trained alike, and the one network too, since it does not ship', () => {
  const runs = (seed: number): readonly string[] => planModels('experts', [seed]).map(({ run }) => run);
  expect(runs(8)).toEqual(['quick', ...runs(shippedSeed)]);
  expect(planModels('experts', [8])[0]?.recipe).toBe(recipes.quick);
});

test('what is trained again is trained alike, and keeps its last step alone', () => {
  const again = planTrainings(8);
  expect(again.map(({ kept }) => kept.map(({ name }) => name))).toEqual([['caption@3000'], ['latent@1500'], ['decoder@1000']]);
  for (const { run, seed, recipe, steps } of again) {
    const first = (['captions', 'latent', 'unclip'] as const).flatMap((part) => planModels(part, [shippedSeed]));
    expect(first.find((planned) => planned.run === run)).toMatchObject({ recipe, steps });
    expect(seed).toBe(8);
  }
});

test('each set-up of experts, and the plain cascade, costs about what the one network costs', () => {
  const one = 1000 * flopsPerStep(recipes.quick);
  const costOf = (part: 'cascade' | 'experts', prefix: RegExp): number =>
    planModels(part, [shippedSeed])
      .filter(({ run }) => prefix.test(run))
      .reduce((sum, { recipe, steps }) => sum + steps * flopsPerStep(recipe), 0);
  for (const setup of [/^two-\d/, /^three-\d/, /^three-logsnr/, /^four/, /^two-small/])
    expect(costOf('experts', setup) / one).toBeCloseTo(1, 2);
  const cascade = costOf('cascade', /base|plain/);
  expect(cascade / one).toBeGreaterThan(0.9);
  expect(cascade / one).toBeLessThan(1.1);
  expect(cascade / tflop).toBeCloseTo(3.27, 2);
});

test('what ships lies where the page looks for it; other seeds and raw weights lie apart', () => {
  expect(weightsFile('up-14-plain', shippedSeed)).toMatch(/public\/weights\/cascade\/up-14-plain\.safetensors$/);
  const files = [
    weightsFile('up-14-plain', 8),
    weightsFile('up-14-plain', shippedSeed, 'raw'),
    weightsFile('up-14-plain', 8, 'raw'),
  ];
  for (const file of files) expect(file).toContain('/recording/');
  expect(new Set(files).size).toBe(3);
  expect(() => weightsFile('up-56', 7)).toThrow('up-56');
});
