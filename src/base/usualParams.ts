/** Settings that the figures of several lessons have. */
import { choice, num, type ChoiceParam, type NumberParam } from './params';

const mostSeed = 1_000_000;
const mostTrainingSteps = 10_000;

export function seedParam(label = 'Seed', value = 1): NumberParam {
  return num({ label, min: 0, max: mostSeed, step: 1, value });
}

/** Which noise is drawn from: a seed as well. */
export function noiseParam(value = 1): NumberParam {
  return seedParam('Noise', value);
}

/** Steps from the noise to a picture: at most as many as the schedules have moments. */
export function drawingSteps(value: number, label = 'Steps'): NumberParam {
  return num({ label, min: 1, max: 1000, step: 1, value });
}

export function trainingSteps(value: number, label = 'Train until step', max = mostTrainingSteps): NumberParam {
  return num({ label, min: 1, max, step: 1, value });
}

export function guidanceParam(value: number, max: number, label = 'Guidance w'): NumberParam {
  return num({ label, min: 0, max, step: 0.25, value });
}

/** One of a list, whose labels are the names or the numbers themselves. */
export function oneOf(label: string, values: readonly (string | number)[], value: string | number): ChoiceParam {
  const options = values.map((each) => ({ value: String(each), label: each.toLocaleString('en') }));
  return choice({ label, options, value: String(value) });
}

/** The ten digits to choose from. */
export function digitOptions(wordsOf = (digit: number): string => `a ${digit}`): ChoiceParam['options'] {
  return Array.from({ length: 10 }, (_, digit) => ({ value: String(digit), label: wordsOf(digit) }));
}
