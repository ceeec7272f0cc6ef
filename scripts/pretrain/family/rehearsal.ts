/**
 * What the same systems reached in PyTorch before there was a page: the rehearsal that sizes, optimisers and steps were chosen in
 * (PyTorch 1.13, one thread of a processor, 24 November 2026). One training and one noise each, 500 whole captions of its own choice, DDIM in
 * 25 evaluations. Its judge was another, so its Fréchet distances are on another scale, and are left out. Its captions mentioned each
 * attribute three times in four.
 */
import type { FamilySystem, Rehearsed } from '../../../src/data/recordedFamily';

/** All were drawn at it. */
const rehearsedScale = 2;

const shares = (...values: readonly [right: number, slant: number, thickness: number, width: number, all: number]): Rehearsed => {
  const [right, slant, thickness, width, all] = values;
  return { class: right, slant, thickness, width, all };
};

/** By the names of ./systems.ts. */
const rehearsals: Readonly<Record<string, Rehearsed>> = {
  'captions, 500 steps': shares(0.898, 0.91, 0.85, 0.758, 0.506),
  'captions, 1,000 steps': shares(0.986, 0.926, 0.878, 0.772, 0.622),
  'captions, 2,000 steps': shares(0.988, 0.94, 0.888, 0.81, 0.66),
  'captions in latents, 500 steps': shares(0.946, 0.88, 0.86, 0.804, 0.566),
  'captions in latents, 1,000 steps': shares(0.984, 0.908, 0.86, 0.838, 0.654),
  'captions in latents, 1,500 steps': shares(0.994, 0.918, 0.858, 0.85, 0.67),
  'unCLIP, decoder of 500 steps, prior at 2': shares(0.998, 0.972, 0.926, 0.866, 0.774),
  'unCLIP, decoder of 500 steps, no prior': shares(0.998, 0.972, 0.964, 0.884, 0.822),
  'unCLIP, decoder of 1,000 steps, prior at 2': shares(0.998, 0.986, 0.944, 0.912, 0.846),
  'unCLIP, decoder of 1,000 steps, no prior': shares(0.998, 0.966, 0.974, 0.922, 0.868),
};

export function rehearsed({ name, guidanceScale }: Pick<FamilySystem, 'name' | 'guidanceScale'>): Rehearsed | undefined {
  return guidanceScale === rehearsedScale ? rehearsals[name] : undefined;
}

/** What single networks reached there, by their names, in the words of ./networks.ts. */
const rehearsedMarks: Readonly<Record<string, string>> = {
  'ae-2@250': '99.9% and 0.0157',
  'ae-2@500': '100.0% and 0.0109',
  'ae-2': '99.8% and 0.0076, after 1,500 steps',
  contrastive: '98.3%',
};

/** Nothing, or one mark more. */
export function rehearsedMark(name: string): readonly string[] {
  const mark = rehearsedMarks[name];
  return mark === undefined ? [] : [`in PyTorch ${mark}`];
}

/** For the test that each is found. */
export const rehearsedNames: readonly string[] = Object.keys(rehearsals);
