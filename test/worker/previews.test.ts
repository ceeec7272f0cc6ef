/** What the film over training asks each kind of network for. */
import { expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { shrink } from '../../src/data/resize';
import type { Recipe } from '../../src/training/recipe';
import { filmRequest, previewRequest } from '../../src/worker/previews';
import { smallBase, smallRecipe, smallUpsampler } from './support/small';

const digits = createRng(1).normals(10 * 784);

test('a network that draws from noise is asked for the ten digits, whatever its size', () => {
  for (const recipe of [smallRecipe, smallBase]) expect(filmRequest(recipe, 300, digits)).toEqual(previewRequest(300));
});

test('an upsampler is shown the real digits at the side that it was trained with, without guidance', () => {
  const { condition, ...rest } = filmRequest(smallUpsampler, 300, digits);
  expect(condition).toEqual({ pixels: shrink(digits, 28, 14), augmentation: 0 });
  expect(rest).toEqual({ ...previewRequest(300), guidanceScale: 1 });
});

test('an expert that never sees pure noise begins with the real digits, noised as far as it goes', () => {
  const expert = (from: number, to: number): Recipe => ({ ...smallRecipe, timestepRange: [from, to] });
  const { start } = filmRequest(expert(0, 400), 300, digits);
  expect(start?.t).toBe(400);
  expect(start?.x).toHaveLength(digits.length);
  // √ᾱ·x0 and √(1 − ᾱ)·ε are each independent of the other: the variance stays 1.
  const variance = (start?.x ?? digits).reduce((sum, value) => sum + value ** 2, 0) / digits.length;
  expect(variance).toBeCloseTo(1, 1);
  expect(start?.x).not.toEqual(digits);
  expect(filmRequest(expert(400, 1000), 300, digits)).toEqual(previewRequest(300));
});
