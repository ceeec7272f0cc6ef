/** What can be set in this lesson's smaller figures: defaults, ranges, and by these names in the address. The race has raceAddress.ts. */
import { AppError } from '$lib/base/errors';
import { choice, type ChoiceParam, type NumberParam } from '$lib/base/params';
import { digitOptions, noiseParam, oneOf } from '$lib/base/usualParams';
import { samplerById, samplers } from '$lib/diffusion/samplers';
import { budgets } from './langevin';
import { measureViews, type ShownMeasure } from './quality';

const eta = ownNumber('ddim', 'eta');
const noise = noiseParam();

/** A setting of a sampler, as its definition declares it. */
function ownNumber(samplerId: string, setting: string): NumberParam {
  const param = samplerById(samplerId).params[setting];
  if (param?.kind !== 'number') throw new AppError('internal', `${samplerId} has no number named ${setting}.`);
  return param;
}

function sampler(label: string, value: string, all = samplers): ChoiceParam {
  return choice({ label, options: all.map((each) => ({ value: each.id, label: each.label })), value });
}

export const etaParams = { dial: eta };

export const toySteps = [1, 2, 3, 5, 6, 10, 20, 50, 100, 200] as const;
export const toyParams = {
  lane1: sampler('Lane 1', 'ddpm'),
  lane2: sampler('Lane 2', 'ddim'),
  lane3: sampler('Lane 3', 'langevin'),
  steps: oneOf('Steps', toySteps, 50),
  eta,
  noise,
};

export const errorParams = {
  by: choice({
    label: 'Counted in',
    options: [
      { value: 'steps', label: 'steps' },
      { value: 'nfe', label: 'evaluations' },
    ],
    value: 'steps',
  }),
};

export const widthSteps = [2, 3, 5, 7, 10, 15, 20, 30, 50, 100, 200] as const;
export const widthParams = {
  schedule: choice({
    label: 'Schedule',
    options: [
      { value: 'linear', label: 'linear β' },
      { value: 'cosine', label: 'cosine' },
    ],
    value: 'linear',
  }),
  steps: oneOf('Steps', widthSteps, 10),
  eta,
  beside: sampler(
    'Beside it',
    'heun',
    samplers.filter(({ id }) => id !== 'ddim'),
  ),
};

export const langevinParams = {
  looks: oneOf('Looks that each may spend', budgets, 51),
  step: ownNumber('langevin', 'stepSize'),
  noise,
};

export const toldGuidance = 1.5;
export const tripParams = {
  told: choice({
    label: 'The network is told',
    options: [
      { value: 'digit', label: 'the digit' },
      { value: 'nothing', label: 'nothing' },
      { value: 'guided', label: `the digit, guidance ${toldGuidance}` },
    ],
    value: 'digit',
  }),
};

export const betweenParams = {
  digit: choice({
    label: 'Digit asked for',
    options: [...digitOptions(), { value: 'none', label: 'nothing' }],
    value: '3',
  }),
  noise,
};

/** No sampler chosen yet: the one that does best is shown. */
const noSampler = 'none';
const measures: readonly ShownMeasure[] = ['fd', 'c90', 'accuracy', 'balance', 'midInk'];
const evaluationsInTurn = [4, 8, 16, 32] as const;
export const qualityParams = {
  measure: choice({
    label: 'What is measured',
    options: measures.map((value) => ({ value, label: measureViews[value].label })),
    value: 'fd',
  }),
  sampler: oneOf('In colour', [noSampler, ...samplers.map(({ id }) => id)], noSampler),
  evaluations: choice({
    label: 'Evaluations',
    options: [
      { value: evaluationsInTurn.join('-'), label: `${evaluationsInTurn.join(', ')} in turn` },
      ...[1, 4, 8, 16, 32, 64, 250, 1000].map((count) => ({ value: String(count), label: count.toLocaleString('en') })),
    ],
    value: evaluationsInTurn.join('-'),
  }),
  digits: choice({
    label: 'With',
    options: [50, 100, 200].map((count) => ({ value: String(count), label: `${count} digits` })),
    value: '100',
  }),
};
