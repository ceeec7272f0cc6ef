/** What a reader may set before a run, each with its explanation and its limits. */
import { choice, num, type Params } from '$lib/base/params';

/** The three that matter first. */
export const runParams = {
  steps: num({
    label: 'Steps',
    help: 'How far “Train” goes. It can always go on from there.',
    min: 1,
    max: 20_000,
    step: 1,
    value: 500,
  }),
  seed: num({
    label: 'Seed',
    help: 'Fixes first weights, order of pictures and noise. Same seed, same device: same run. Another seed tells you how much is luck.',
    min: 0,
    max: 999_999,
    step: 1,
    value: 7,
  }),
  interval: num({
    label: 'Draw every … steps',
    help: 'Ten pictures each time, from the same noise. Drawing takes time from training. 0 is every 20 steps at first, later more rarely.',
    min: 0,
    max: 1000,
    step: 1,
    value: 0,
  }),
} as const satisfies Params;

/** The five lines in which the quick recipe departs from the obvious, each with a way to switch it off. */
export const recipeParams = {
  predictionType: choice({
    label: 'The network answers',
    help: 'What it is asked for: the clean picture, the noise, or v, a mixture of the two.',
    options: [
      { value: 'x0', label: 'x₀, the picture' },
      { value: 'epsilon', label: 'ε, the noise' },
      { value: 'v', label: 'v, a mixture' },
    ],
    value: 'x0',
  }),
  optimizer: choice({
    label: 'Optimiser',
    help: 'How a gradient becomes a step. Muon makes the steps of the inner convolutions equally large in every direction; Adam looks at each weight by itself.',
    options: [
      { value: 'muon', label: 'Muon and Adam' },
      { value: 'adam', label: 'Adam alone' },
    ],
    value: 'muon',
  }),
  norm: choice({
    label: 'Normalisation',
    help: 'Keeps activations at one size inside each block, which allows larger steps.',
    options: [
      { value: 'rms', label: 'RMS, each pixel' },
      { value: 'group', label: 'groups of channels' },
      { value: 'none', label: 'none' },
    ],
    value: 'rms',
  }),
  timestepExponent: num({
    label: 'Lean towards noise',
    help: 'Moments are drawn as T · u to this power: 1 treats all alike, below 1 sees noise more often.',
    min: 0.2,
    max: 2,
    step: 0.1,
    value: 0.6,
  }),
  weighting: choice({
    label: 'Weight of a picture',
    help: 'Nearly clean pictures can count more, up to five times, which sharpens strokes.',
    options: [
      { value: 'capped', label: 'min(1 + SNR, 5)' },
      { value: 'plain', label: 'all the same' },
    ],
    value: 'capped',
  }),
} as const satisfies Params;

export const moreParams = {
  schedule: choice({
    label: 'Noise schedule',
    help: 'How fast the picture drowns (lesson 1). Linear spends much of its time on pure noise.',
    options: [
      { value: 'cosine', label: 'cosine' },
      { value: 'linear', label: 'linear' },
      { value: 'sigmoid', label: 'sigmoid' },
    ],
    value: 'cosine',
  }),
  learningRate: num({
    label: 'Learning rate',
    help: 'The size of Adam’s steps. Too small is slow; too large, and the loss takes off.',
    min: 0.00001,
    max: 1,
    step: 0.0001,
    value: 0.004,
  }),
  muonLearningRate: num({
    label: 'Muon’s rate',
    help: 'The same for Muon. Far from .02 it was clearly worse; at .1 it diverged.',
    min: 0.0001,
    max: 1,
    step: 0.001,
    value: 0.02,
  }),
  batchSize: num({
    label: 'Batch',
    help: 'Pictures a step. More are calmer and slower: time a step grows in proportion.',
    min: 2,
    max: 256,
    step: 1,
    value: 32,
  }),
  average: choice({
    label: 'Average of weights',
    help: 'Which weights draw. An average that starts with the untrained network and forgets slowly is useless for a long time: try it.',
    options: [
      { value: 'power', label: 'grows along' },
      { value: 'warm', label: '.9999, warmed up' },
      { value: 'cold', label: '.9999 from the start' },
    ],
    value: 'power',
  }),
  told: choice({
    label: 'Told the digit',
    help: 'Whether the network learns which digit it looks at, and so can be asked for one.',
    options: [
      { value: 'yes', label: 'yes' },
      { value: 'no', label: 'no' },
    ],
    value: 'yes',
  }),
  stem: choice({
    label: 'Works at',
    help: 'Folding 2 × 2 pixels into channels makes a step about four times as cheap.',
    options: [
      { value: 'unshuffle', label: '14 × 14, folded' },
      { value: 'full', label: '28 × 28' },
    ],
    value: 'unshuffle',
  }),
  attention: choice({
    label: 'Attention',
    help: 'Lets every place of the innermost 7 × 7 picture look at every other. Slower; made no clear difference here.',
    options: [
      { value: 'no', label: 'none' },
      { value: 'yes', label: 'innermost' },
    ],
    value: 'no',
  }),
  clip: choice({
    label: 'Gradient clipping',
    help: 'A gradient longer than 1 is shortened to 1, so that one bad batch cannot throw the weights far.',
    options: [
      { value: 'yes', label: 'to length 1' },
      { value: 'no', label: 'none' },
    ],
    value: 'yes',
  }),
} as const satisfies Params;
