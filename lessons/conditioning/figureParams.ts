/** What can be set in the figures of this lesson: defaults, ranges, and by these names in the address. Captions are captionText.svelte.ts. */
import { choice, num } from '$lib/base/params';
import { recipes } from '$lib/training/recipes';

export const timeT = recipes.quick.schedule.T;

/** Each is a seed. */
const noise = num({ label: 'Noise', help: '', min: 1, max: 1_000_000, step: 1, value: 1 });
/** What a figure offers; a link may ask for whatever lies in the range. */
export const guidanceChoices: readonly number[] = [0, 0.5, 1, 1.25, 1.5, 2, 3, 5, 8, 10, 20];
/** Captions want more than classes: 2 obeys, 1.5 looks best. */
const usualGuidance = 2;
const guidance = num({ label: 'Guidance w', help: '', min: 0, max: 20, step: 0.25, value: usualGuidance });

export const timeParams = {
  t: num({ label: 't', help: '', min: 1, max: timeT, step: 1, value: 300 }),
  row: num({ label: 'Row', help: '', min: 0, max: 127, step: 1, value: 10 }),
  stage: choice({
    label: 'What is shown',
    help: '',
    options: [
      { value: 'waves', label: '64 waves' },
      { value: 'told', label: 'after the linear layer' },
      { value: 'gain', label: 'what a block does with it' },
    ],
    value: 'waves',
  }),
};

export const timelessParams = { w: { ...guidance, value: 1.5 }, noise };

export const classParams = {
  w: { ...guidance, value: 1.5 },
  noise: { ...noise, value: 4 },
  shown: choice({
    label: 'What is shown',
    help: '',
    options: [
      { value: 'x0', label: 'the guess x̂₀' },
      { value: 'xt', label: 'the picture xₜ' },
    ],
    value: 'x0',
  }),
};

export const captionParams = {
  w: guidance,
  noise,
  steps: num({ label: 'Steps', help: '', min: 1, max: 1000, step: 1, value: 25 }),
  network: choice({
    label: 'Network',
    help: '',
    options: [
      { value: 'recorded', label: 'the recorded one' },
      { value: 'own', label: 'your own' },
    ],
    value: 'recorded',
  }),
};

export const readingParams = { w: guidance, noise };
export const sweepParams = { noise };
export const intervalParams = { w: { ...guidance, value: 3 }, noise };
export const negativeParams = { w: { ...guidance, value: 3 }, noise };
export const swapParams = { w: guidance, noise };

export const trainStepChoices: readonly number[] = [50, 100, 250, 500, 750, 1000, 1500, 2000];
export const trainParams = {
  steps: num({ label: 'Train until step', help: '', min: 1, max: 10_000, step: 1, value: 500 }),
  seed: num({ label: 'Seed', help: '', min: 0, max: 1_000_000, step: 1, value: 1 }),
};
