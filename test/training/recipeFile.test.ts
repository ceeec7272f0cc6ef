import { describe, expect, test } from 'vitest';
import { upRecipe, baseRecipe } from '../../src/training/cascadeRecipes';
import { expertsOf } from '../../src/training/expertRecipes';
import { parseRecipe } from '../../src/training/recipeFile';
import { recipeIds, type Recipe } from '../../src/training/recipe';
import { recipes } from '../../src/training/recipes';
import { shippedModels } from '../../src/training/shippedModels';
import { slotRecipes } from '../../src/training/slotRecipes';
import { expectError } from '../support/expectError';

type Json = Record<string, unknown>;
type Change = { readonly [K in keyof Recipe]?: unknown } & Readonly<Json>;

/** A recipe as a file has it, with some of its settings changed; undefined leaves one out. */
function written(recipe: Recipe, change: Change = {}, model: Readonly<Json> = {}): string {
  return JSON.stringify({ ...recipe, model: { ...recipe.model, ...model }, ...change });
}

function refusal(json: string): string {
  return expectError(() => parseRecipe(json), 'weights/format').message;
}

test('every recipe of the notebook comes back as it was written', () => {
  const all = [...Object.values(slotRecipes), ...shippedModels.map(({ recipe }) => recipe)];
  for (const recipe of all) expect(parseRecipe(written(recipe))).toEqual(recipe);
});

test('every slot’s recipe has the slot’s name, so that a file goes back where it came from', () => {
  expect(Object.keys(slotRecipes).sort()).toEqual([...recipeIds].sort());
  for (const id of recipeIds) expect(slotRecipes[id].id).toBe(id);
});

describe('a file from before there were cascades and experts', () => {
  const newSettings = { snrShift: undefined, timestepRange: undefined, lowResolution: undefined };
  const newInModel = { innerBlocks: undefined, conditionChannels: undefined, augmentationLevels: undefined };

  test.each(['quick', 'textbook'] as const)('means the same recipe by saying less: %s', (id) => {
    const old = written(recipes[id], newSettings, newInModel);
    expect(old).not.toMatch(/snrShift|timestepRange|lowResolution|innerBlocks|conditionChannels|augmentationLevels/);
    expect(parseRecipe(old)).toEqual(recipes[id]);
  });

  test('learns all timesteps of its own schedule', () => {
    const old = written(recipes.quick, { ...newSettings, schedule: { ...recipes.quick.schedule, T: 400 } }, newInModel);
    expect(parseRecipe(old).timestepRange).toEqual([0, 400]);
  });

  test('what a file does say is not replaced', () => {
    const [clean] = expertsOf('two');
    if (!clean) throw new Error('there are two');
    expect(parseRecipe(written(clean.recipe)).timestepRange).toEqual([0, 500]);
    expect(parseRecipe(written(baseRecipe))).toMatchObject({ snrShift: 4, model: { innerBlocks: 3, imageSize: 7 } });
  });

  test('without a schedule or a network it is still refused by what is missing', () => {
    expect(refusal(written(recipes.quick, { schedule: undefined, timestepRange: undefined }))).toContain('“schedule”');
    expect(refusal(written(recipes.quick, { model: undefined }))).toContain('“model”');
    expect(refusal('[]')).toContain('no list of settings');
    expect(refusal('null')).toContain('no list of settings');
    expect(refusal('{')).toContain('not JSON');
  });
});

describe('a setting out of its range is refused by its name', () => {
  const settings: readonly (readonly [keyof Recipe, readonly unknown[]])[] = [
    ['id', ['expert-5', 'up-7', 'base-14', '']],
    ['snrShift', [0, -4, 1e4, null, '4']],
    ['timestepRange', [[0], [0, 500, 1000], [500, 500], [600, 500], [-1, 500], [0.5, 500], [0, 1e5], null, '0,500', {}]],
    ['lowResolution', [14, {}, { side: 28 }, { side: 3 }, { side: '14' }, { side: 14, noise: 1 }, []]],
  ];
  test.each(settings)('%s', (name, values) => {
    for (const value of values) expect(refusal(written(recipes.quick, { [name]: value })), JSON.stringify(value)).toContain(`“${name}”`); // prettier-ignore
  });

  test('of the network', () => {
    const wrong: Readonly<Json> = { innerBlocks: [0, 7, 1.5, null], conditionChannels: [2, -1, true], augmentationLevels: [-1, 7, 2.5], imageSize: [8, 56, 3.5] }; // prettier-ignore
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values as readonly unknown[])
        expect(refusal(written(upRecipe(14, 'augmented'), {}, { [name]: value })), `${name} ${String(value)}`).toContain(
          '“model”',
        );
    }
  });

  test('and so is a setting that nobody knows', () => {
    expect(refusal(written(recipes.quick, { secret: 1 }))).toContain('“secret”');
    expect(refusal(written(recipes.quick, {}, { secret: 1 }))).toContain('“model”');
  });
});

describe('settings that are right by themselves and wrong together are refused', () => {
  const fit = 'network and its smaller picture do not fit together';
  const cases: readonly (readonly [string, string, string])[] = [
    ['timesteps beyond the schedule', written(recipes.quick, { timestepRange: [500, 1001] }), 'beyond its schedule'],
    ['timesteps beyond a short schedule', written(recipes.quick, { schedule: { ...recipes.quick.schedule, T: 400 } }), 'beyond its schedule'],
    ['a network that looks at a smaller picture that is not there', written(upRecipe(14, 'plain'), { lowResolution: null }), fit],
    ['a smaller picture that the network does not look at', written(upRecipe(28, 'plain'), {}, { conditionChannels: 0 }), fit],
    ['a smaller picture as large as the picture', written(upRecipe(14, 'plain'), { lowResolution: { side: 14 } }), 'not smaller'],
    ['the same, and a network that does not look at it', written(upRecipe(14, 'plain'), { lowResolution: { side: 14 } }, { conditionChannels: 0 }), 'not smaller'],
    ['a larger one, and a network that does not look at it', written(baseRecipe, { lowResolution: { side: 14 } }), 'not smaller'],
    ['noise on a smaller picture that is not there', written(recipes.quick, {}, { augmentationLevels: 6 }), 'no smaller picture'],
    ['levels of noise beyond the schedule', written(upRecipe(28, 'augmented'), { timestepRange: [0, 400], schedule: { ...recipes.quick.schedule, T: 400 } }), 'levels of noise'],
  ]; // prettier-ignore
  test.each(cases)('%s', (_, json, words) => {
    expect(refusal(json)).toContain(words);
  });

  test('and unusual ones that do fit are not', () => {
    const upwards = { ...upRecipe(28, 'augmented'), lowResolution: { side: 7 } };
    expect(parseRecipe(written(upwards))).toEqual(upwards);
    const short: Change = { timestepRange: [100, 500], schedule: { ...recipes.quick.schedule, T: 500 } };
    expect(parseRecipe(written(upRecipe(28, 'augmented'), short)).timestepRange).toEqual([100, 500]);
  });
});
