/** What can be set in the figures of this lesson that draw here: defaults, ranges, and by these names in the address. */
import { choice, num, type ChoiceParam, type NumberParam } from '$lib/base/params';
import { samplers } from '$lib/diffusion/samplers';
import { baseCheckpoints, cascadeSteps } from '$lib/training/cascadeRecipes';
import { mostAugmentation } from './chainStages';

/** As measured: what ships draws best with it (recipe: the Fréchet distance is lowest near 1.25). */
export const usualGuidance = 1.25;
const mostSteps = 1000;
export const stepChoices: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 25, 50, 100, 250, 500, mostSteps];
export const guidanceChoices: readonly number[] = [1, 1.25, 1.5, 2, 3, 5, 10, 50];

/** The ten digits in turn, or ten times the same one. */
export const everyDigit = 'all';
export const pictures = 10;

const steps = (label: string, value: number): NumberParam => num({ label, help: '', min: 1, max: mostSteps, step: 1, value });
const guidance = (label = 'Guidance'): NumberParam => num({ label, help: '', min: 1, max: 50, step: 0.25, value: usualGuidance });
/** Each is a seed. */
const noise = num({ label: 'Noise', help: '', min: 0, max: 1_000_000, step: 1, value: 1 });
/** That of the recorded chain. */
const recordedNoise: NumberParam = { ...noise, value: 0 };
const sampler = (label: string, value: string): ChoiceParam =>
  choice({ label, help: '', options: samplers.map((each) => ({ value: each.id, label: each.label })), value });
const level = num({
  label: 'Noise, level k',
  help: '',
  min: 0,
  max: mostAugmentation,
  step: 1,
  value: 0,
});
const base = choice({
  label: 'Base after',
  help: '',
  options: baseCheckpoints.map((count) => ({ value: String(count), label: `${count.toLocaleString('en')} steps` })),
  value: String(cascadeSteps.base),
});
const upsamplers = choice({
  label: 'Upsamplers',
  help: '',
  options: [
    { value: 'plain', label: 'trained plainly' },
    { value: 'augmented', label: 'trained with noise' },
  ],
  value: 'plain',
});
const network = choice({
  label: 'Networks',
  help: '',
  options: [
    { value: 'recorded', label: 'the recorded ones' },
    { value: 'own', label: 'your own' },
  ],
  value: 'recorded',
});
const digits = (value: string): ChoiceParam =>
  choice({
    label: 'Digits',
    help: '',
    options: [
      { value: everyDigit, label: 'one of each, 0 to 9' },
      ...Array.from({ length: 10 }, (_, digit) => ({ value: String(digit), label: `ten times a ${digit}` })),
    ],
    value,
  });

export const laneParams = {
  digit: choice({
    label: 'Digit asked for',
    help: '',
    options: [
      { value: everyDigit, label: 'all ten at once' },
      ...Array.from({ length: 10 }, (_, digit) => ({ value: String(digit), label: `a ${digit}` })),
    ],
    value: '3',
  }),
  noise: recordedNoise,
  clock: choice({
    label: 'All lanes keep step by',
    help: '',
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
  ddpm: steps('DDPM, steps', 250),
  ddim: steps('DDIM, steps', 25),
  base: steps('7 × 7, steps', 25),
  up14: steps('14 × 14, steps', 8),
  up28: steps('28 × 28, steps', 4),
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
  steps7: steps('Steps', 25),
  steps14: steps('Steps', 8),
  steps28: steps('Steps', 4),
  w7: guidance(),
  w14: guidance(),
};

export const augmentationParams = { base: { ...base, value: '100' as string }, level, noise, w: { ...guidance(), value: 1 } };

export const smallParams = {
  side: choice({
    label: 'Draw on',
    help: '',
    options: [
      { value: '7', label: '7 × 7' },
      { value: '14', label: '14 × 14' },
    ],
    value: '7',
  }),
  told: choice({
    label: 'The network is told',
    help: '',
    options: [
      { value: 'nothing', label: 'nothing' },
      ...Array.from({ length: 10 }, (_, digit) => ({ value: String(digit), label: `it is a ${digit}` })),
    ],
    value: 'nothing',
  }),
  upsamplers: { ...upsamplers, value: 'augmented' as const },
  level: { ...level, value: 1 },
  steps: steps('Steps', 8),
  w: { ...guidance(), value: 1 },
  noise,
};

/** What ships was trained for so long; the short one is a third of it, spent where it is missed least. */
export const fullSteps = { base: cascadeSteps.base, up14: cascadeSteps.up14, up28: cascadeSteps.up28 } as const;
export const shortSteps = { base: 340, up14: 300, up28: 250 } as const;
export const trainStepChoices: readonly number[] = [1, 10, 50, 100, 150, 200, 250, 300, 340, 500, 750, 1000, 1200, 1500, 3000];
const trainSteps = (label: string, value: number): NumberParam => num({ label, help: '', min: 1, max: 10_000, step: 1, value });

export const trainParams = {
  base: trainSteps('7 × 7, steps', shortSteps.base),
  up14: trainSteps('14 × 14, steps', shortSteps.up14),
  up28: trainSteps('28 × 28, steps', shortSteps.up28),
  upsamplers,
  seed: num({ label: 'Seed', help: '', min: 0, max: 1_000_000, step: 1, value: 1 }),
};
