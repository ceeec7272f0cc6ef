/** What can be set in the figures of this lesson: defaults, ranges, and by these names in the address. */
import { choice, num } from '$lib/base/params';
import { digitOptions, drawingSteps, guidanceParam, noiseParam, seedParam, trainingSteps } from '$lib/base/usualParams';
import { deviationOf } from './misscaled';
import { usualSteps } from './requests';

const noise = noiseParam();
/** What a figure offers; a link may ask for whatever lies in the range. */
export const guidanceChoices: readonly number[] = [1, 1.25, 1.5, 2, 3, 5, 8];
export const stepChoices: readonly number[] = [4, 8, 12, 25, 50, 100, 250];
/** Captions want more than classes: 2 obeys, 1.5 looks best. */
const guidance = guidanceParam(2, 20);

export const filmParams = {
  w: guidance,
  noise,
  steps: drawingSteps(usualSteps),
};

export const rateParams = {
  size: choice({
    label: 'Numbers',
    options: [
      { value: '2', label: '2' },
      { value: '49', label: '49' },
      { value: '98', label: '98' },
      { value: '196', label: '196' },
    ],
    value: '98',
  }),
};

export const badParams = {
  fault: choice({
    label: 'What is wrong with it',
    options: [
      { value: 'steps', label: 'trained too short' },
      { value: 'beta', label: 'held near to noise' },
    ],
    value: 'steps',
  }),
  /** Counted from the worst. */
  place: num({ label: 'How bad', min: 0, max: 9, step: 1, value: 0 }),
};

export const channelParams = {
  autoencoder: choice({
    label: 'Autoencoder',
    options: [
      { value: 'ae-2', label: '7 × 7 × 2' },
      { value: 'ae-4', label: '7 × 7 × 4' },
      { value: 'own:autoencoder', label: 'your own' },
    ],
    value: 'ae-2',
  }),
  digit: choice({ label: 'Digit', options: digitOptions(), value: '3' }),
};

export const planeParams = {
  x: num({ label: 'First number', min: -10, max: 10, step: 0.01, value: 0 }),
  y: num({ label: 'Second number', min: -10, max: 10, step: 0.01, value: 0 }),
  digit: choice({
    label: 'In colour',
    options: [{ value: 'all', label: 'all digits alike' }, ...digitOptions((digit) => `the ${digit}s`)],
    value: 'all',
  }),
  autoencoder: choice({
    label: 'Autoencoder',
    options: [
      { value: 'ae-point', label: 'the recorded one' },
      { value: 'own:autoencoder-point', label: 'your own' },
    ],
    value: 'ae-point',
  }),
};

export const scaleParams = {
  latents: choice({
    label: 'Latents',
    options: [
      { value: 'divided', label: 'deviation 1' },
      { value: 'large', label: `deviation ${deviationOf('large')}` },
      { value: 'small', label: `deviation ${deviationOf('small')}` },
    ],
    value: 'large',
  }),
  clip: choice({
    label: 'Guesses',
    options: [
      { value: 'limited', label: 'limited' },
      { value: 'free', label: 'not limited' },
    ],
    value: 'limited',
  }),
  noise,
};

export const trainStepChoices: readonly number[] = [50, 100, 150, 250, 500, 750, 1000, 1500];
export const trainParams = {
  part: choice({
    label: 'Latent',
    options: [
      { value: 'autoencoder', label: '7 × 7 × 2' },
      { value: 'autoencoder-point', label: '2 numbers' },
    ],
    value: 'autoencoder',
  }),
  steps: trainingSteps(250),
  seed: seedParam(),
};

export const costParams = {
  billing: choice({
    label: 'Training counts',
    options: [
      { value: 'all', label: 'autoencoder and denoiser' },
      { value: 'denoiser', label: 'the denoiser alone' },
    ],
    value: 'all',
  }),
  guidance: choice({
    label: 'Guidance',
    options: [
      { value: '1.5', label: 'w = 1.5' },
      { value: '2', label: 'w = 2' },
    ],
    value: '2',
  }),
};
