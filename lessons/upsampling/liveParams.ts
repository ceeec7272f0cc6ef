/** What can be set in the figures of this lesson that draw here: defaults, ranges, and by these names in the address. */
import { choice, num, type ChoiceParam, type NumberParam } from '$lib/base/params';
import { digitOptions, drawingSteps, noiseParam, seedParam, trainingSteps } from '$lib/base/usualParams';
import { samplers } from '$lib/diffusion/samplers';
import { baseCheckpoints, cascadeSteps } from '$lib/training/cascadeRecipes';
import { mostAugmentation } from './chainStages';

/** As measured: what ships draws best with it (recipe: the Fréchet distance is lowest near 1.25). */
export const usualGuidance = 1.25;
export const stepChoices: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 25, 50, 100, 250, 500, 1000];
export const guidanceChoices: readonly number[] = [1, 1.25, 1.5, 2, 3, 5, 10, 50];

/** The ten digits in turn, or ten times the same one. */
export const everyDigit = 'all';
export const pictures = 10;

const guidance = (label = 'Guidance'): NumberParam => num({ label, min: 1, max: 50, step: 0.25, value: usualGuidance });
const noise = noiseParam();
/** That of the recorded chain. */
const recordedNoise = noiseParam(0);
const sampler = (label: string, value: string): ChoiceParam =>
  choice({ label, options: samplers.map((each) => ({ value: each.id, label: each.label })), value });
const level = num({
  label: 'Noise, level k',
  min: 0,
  max: mostAugmentation,
  step: 1,
  value: 0,
});
const base = choice({
  label: 'Base after',
  options: baseCheckpoints.map((count) => ({ value: String(count), label: `${count.toLocaleString('en')} steps` })),
  value: String(cascadeSteps.base),
});
const upsamplers = choice({
  label: 'Upsamplers',
  options: [
    { value: 'plain', label: 'trained plainly' },
    { value: 'augmented', label: 'trained with noise' },
  ],
  value: 'plain',
});
const network = choice({
  label: 'Networks',
  options: [
    { value: 'recorded', label: 'the recorded ones' },
    { value: 'own', label: 'your own' },
  ],
  value: 'recorded',
});
const digits = (value: string): ChoiceParam =>
  choice({
    label: 'Digits',
    options: [{ value: everyDigit, label: 'one of each, 0 to 9' }, ...digitOptions((digit) => `ten times a ${digit}`)],
    value,
  });

export const laneParams = {
  digit: choice({
    label: 'Digit asked for',
    options: [{ value: everyDigit, label: 'all ten at once' }, ...digitOptions()],
    value: '3',
  }),
  noise: recordedNoise,
  clock: choice({
    label: 'All lanes keep step by',
    options: [
      { value: 'flops', label: 'FLOPs' },
      { value: 'evaluations', label: 'evaluations' },
      { value: 'time', label: 'time' },
      { value: 'share', label: 'their own pace' },
    ],
    value: 'share',
  }),
  single: choice({ ...network, label: 'One network', options: network.options.map(single) }),
  chain: network,
  ddpm: drawingSteps(250, 'DDPM, steps'),
  ddim: drawingSteps(25, 'DDIM, steps'),
  base: drawingSteps(25, '7 × 7, steps'),
  up14: drawingSteps(8, '14 × 14, steps'),
  up28: drawingSteps(4, '28 × 28, steps'),
  wDdpm: guidance(),
  wDdim: guidance(),
  wChain: guidance(),
};

function single({ value, label }: { readonly value: 'recorded' | 'own'; readonly label: string }): {
  readonly value: 'recorded' | 'own';
  readonly label: string;
} {
  return { value, label: value === 'recorded' ? 'the recorded one' : label };
}

export const chainParams = {
  network,
  base,
  upsamplers,
  level,
  digits: digits(everyDigit),
  noise: recordedNoise,
  sampler7: sampler('7 × 7', 'ddim'),
  sampler14: sampler('14 × 14', 'ddim'),
  sampler28: sampler('28 × 28', 'ddim'),
  steps7: drawingSteps(25),
  steps14: drawingSteps(8),
  steps28: drawingSteps(4),
  w7: guidance(),
  w14: guidance(),
};

export const augmentationParams = { base: { ...base, value: '100' as string }, level, noise, w: { ...guidance(), value: 1 } };

export const smallParams = {
  side: choice({
    label: 'Draw on',
    options: [
      { value: '7', label: '7 × 7' },
      { value: '14', label: '14 × 14' },
    ],
    value: '7',
  }),
  told: choice({
    label: 'The network is told',
    options: [{ value: 'nothing', label: 'nothing' }, ...digitOptions((digit) => `it is a ${digit}`)],
    value: 'nothing',
  }),
  upsamplers: { ...upsamplers, value: 'augmented' as const },
  level: { ...level, value: 1 },
  steps: drawingSteps(8),
  w: { ...guidance(), value: 1 },
  noise,
};

/** What ships was trained for so long; the short one is a third of it, spent where it is missed least. */
export const fullSteps = { base: cascadeSteps.base, up14: cascadeSteps.up14, up28: cascadeSteps.up28 } as const;
export const shortSteps = { base: 340, up14: 300, up28: 250 } as const;
export const trainStepChoices: readonly number[] = [1, 10, 50, 100, 150, 200, 250, 300, 340, 500, 750, 1000, 1200, 1500, 3000];

export const trainParams = {
  base: trainingSteps(shortSteps.base, '7 × 7, steps'),
  up14: trainingSteps(shortSteps.up14, '14 × 14, steps'),
  up28: trainingSteps(shortSteps.up28, '28 × 28, steps'),
  upsamplers,
  seed: seedParam(),
};
