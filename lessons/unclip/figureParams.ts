/** What can be set in the figures of this lesson: defaults, ranges, and by these names in the address. Captions are captionText.svelte.ts. */
import { choice, num } from '$lib/base/params';
import { guidanceParam, noiseParam, seedParam, trainingSteps } from '$lib/base/usualParams';
import { contrastiveSteps } from '$lib/training/contrastiveSettings';
import { bestDecoder, decoderSteps, type DecoderSteps } from './requests';
import { wordPairs } from './wordPairs';

const noise = noiseParam();
/** What a figure offers; a link may ask for whatever lies in the range. */
export const guidanceChoices: readonly number[] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8];
const guidance = guidanceParam(1.5, 8);
const digit = num({ label: 'Digit', min: 0, max: 9, step: 1, value: 7 });

const trained = choice({
  label: 'Decoder',
  options: decoderSteps.map((steps) => ({ value: String(steps), label: `${steps.toLocaleString('en')} steps` })),
  value: String(bestDecoder),
});

/** The decoder that a setting names. */
export function decoderOf(value: string): DecoderSteps {
  return decoderSteps.find((steps) => String(steps) === value) ?? bestDecoder;
}

export const chainParams = {
  priorW: { ...guidance, label: 'Prior’s guidance', value: 2 },
  w: { ...guidance, label: 'Decoder’s guidance' },
  decoder: trained,
  prior: choice({
    label: 'Prior',
    options: [
      { value: 'on', label: 'on' },
      { value: 'off', label: 'skipped' },
    ],
    value: 'on',
  }),
  larger: choice({
    label: 'Upsamplers behind it',
    options: [
      { value: 'none', label: 'none' },
      { value: '14', label: '14 → 28' },
      { value: '7', label: '7 → 14 → 28' },
    ],
    value: 'none',
  }),
  noise,
};

export const skipParams = {
  w: choice({
    label: 'Decoder’s w',
    options: [1, 1.5, 2].map((scale) => ({ value: String(scale), label: String(scale) })),
    value: '2',
  }),
  decoder: trained,
  noise,
};

export const manyParams = { digit, w: guidance, noise };
export const betweenParams = { from: { ...digit, value: 3 }, to: { ...digit, value: 8 }, w: guidance, noise };
export const wordsParams = {
  digit,
  pair: choice({
    label: 'From one caption to another',
    options: wordPairs.map(({ id, from, to }) => ({ value: id, label: `“${from}” → “${to}”` })),
    value: 'thick',
  }),
  w: guidance,
  noise,
};
export const twoGuidancesParams = { decoder: trained, noise };

export const trainParams = {
  steps: trainingSteps(contrastiveSteps, 'Train until step', contrastiveSteps),
  seed: seedParam(),
};
