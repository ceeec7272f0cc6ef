/** What can be set in this lesson's figures: defaults, ranges, and by these names in the address. */
import { choice, num, type ChoiceParam } from '$lib/base/params';
import { digitOptions, noiseParam, oneOf, seedParam } from '$lib/base/usualParams';
import { samplerById } from '$lib/diffusion/samplers';
import { expertSetups, type ExpertSetup } from '$lib/training/expertRecipes';
import { measureViews, type Measure } from './results';
import { fullSetups, setupNames } from './setups';
import { shares } from './training';

const stepChoices = [1, 2, 5, 10, 25, 50, 100, 250, 1000] as const;
const guidanceChoices = [1, 1.25, 1.5, 2, 3, 5, 10, 50] as const;
/** Best for networks of 1,000 training steps (src/training/guidanceSchedule.ts). */
const firstGuidance = 1.25;
const firstSteps = 25;
/** As in the recorded film; from this noise the digit comes out whole, as it does not from every one. */
const firstDigit = 3;
const firstNoise = 4;

function setup<S extends ExpertSetup>(label: string, of: readonly S[], value: S): ChoiceParam<S> {
  return choice({ label, options: of.map((each) => ({ value: each, label: setupNames[each] })), value });
}

/** Those that need no words of their own here; all of them can be chosen in lesson 4. */
const samplerIds = ['ddim', 'ddpm', 'dpm-solver-2m', 'heun'] as const;

export const whoParams = {
  setup: setup('Experts', fullSetups, 'two'),
  digit: choice({
    label: 'Digit asked for',
    options: [{ value: 'none', label: 'none: whatever comes' }, ...digitOptions()],
    value: String(firstDigit),
  }),
  sampler: choice({
    label: 'Sampler',
    options: samplerIds.map((id) => ({ value: id, label: samplerById(id).label })),
    value: 'ddim',
  }),
  steps: oneOf('Steps', stepChoices, firstSteps),
  w: oneOf('Guidance', guidanceChoices, firstGuidance),
  noise: noiseParam(firstNoise),
  axis: choice({
    label: 'Line even in',
    options: [
      { value: 't', label: 't' },
      { value: 'logSnr', label: 'log-SNR' },
    ],
    value: 't',
  }),
};

export const swapParams = {
  steps: oneOf('Steps', stepChoices, firstSteps),
  w: oneOf('Guidance', guidanceChoices, firstGuidance),
  border: num({ label: 'Hand over at t', min: 50, max: 950, step: 50, value: 300 }),
  noise: noiseParam(),
};

export const lossParams = {
  setup: setup('In colour', expertSetups, 'two'),
  view: choice({
    label: 'Shown',
    options: [
      { value: 'ratio', label: 'against the single network' },
      { value: 'loss', label: 'the loss itself' },
    ],
    value: 'ratio',
  }),
};

const measures: readonly Measure[] = ['heldOut', 'fd', 'accuracy', 'midInk'];
export const resultParams = {
  measure: choice({
    label: 'What is measured',
    options: measures.map((value) => ({ value, label: measureViews[value].label })),
    value: 'heldOut',
  }),
};

export const trainParams = {
  setup: setup('Setup', expertSetups, 'two'),
  share: choice({
    label: 'Train for',
    options: shares.map((share) => ({
      value: String(share),
      label: share === 1 ? 'as long as the recorded ones' : `${Math.round(100 * share)}% of that`,
    })),
    value: '0.25',
  }),
  seed: seedParam(),
};
