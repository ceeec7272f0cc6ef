/** What can be set in this lesson's recorded figures: defaults and options, and by these names in the address. */
import { choice, num } from '$lib/base/params';
import { augmentationLevels } from '$lib/diffusion/augmentation';
import { baseCheckpoints } from '$lib/training/cascadeRecipes';

const firstBase = String(baseCheckpoints[0]);

export const flipParams = {
  guidance: choice({
    label: 'Guidance',
    options: [
      { value: '1', label: 'no guidance' },
      { value: '1.5', label: 'w = 1.5' },
    ],
    value: '1',
  }),
  base: choice({
    label: 'Base after',
    options: baseCheckpoints.map((steps) => ({ value: String(steps), label: `${steps.toLocaleString('en')} steps` })),
    value: firstBase,
  }),
};

export const levelParams = {
  guidance: choice({
    label: 'Guidance',
    options: [
      { value: '1', label: 'no guidance' },
      { value: '2', label: 'w = 2' },
    ],
    value: '1',
  }),
  k: num({ label: 'Noise on the small picture', min: 0, max: augmentationLevels - 1, step: 1, value: 0 }),
};
