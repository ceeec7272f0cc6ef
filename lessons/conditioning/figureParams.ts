/** What can be set in the figures of this lesson: defaults, ranges, and by these names in the address. Captions are captionText.svelte.ts. */
import { choice, num } from '$lib/base/params';
import { drawingSteps, guidanceParam, noiseParam, seedParam, trainingSteps } from '$lib/base/usualParams';
import { recipes } from '$lib/training/recipes';

export const timeT = recipes.quick.schedule.T;

const noise = noiseParam();
/** What a figure offers; a link may ask for whatever lies in the range. */
export const guidanceChoices: readonly number[] = [0, 0.5, 1, 1.25, 1.5, 2, 3, 5, 8, 10, 20];
const mostGuidance = 20;
/** Captions want more than classes: 2 obeys, 1.5 looks best. */
const usualGuidance = 2;
const guidance = guidanceParam(usualGuidance, mostGuidance);

export const timeParams = {
  t: num({ label: 't', min: 1, max: timeT, step: 1, value: 300 }),
  row: num({ label: 'Row', min: 0, max: 127, step: 1, value: 10 }),
  stage: choice({
    label: 'What is shown',
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
  steps: drawingSteps(25),
  network: choice({
    label: 'Network',
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
  steps: trainingSteps(500),
  seed: seedParam(),
};
