/** What can be set in the figures of this lesson: defaults, ranges, and by these names in the address. Captions are captionText.svelte.ts. */
import { choice, num } from '$lib/base/params';
import { contrastiveSteps } from '$lib/training/contrastiveSettings';
import { bestDecoder, decoderSteps, type DecoderSteps } from './requests';
import { wordPairs } from './wordPairs';

/** Each is a seed. */
const noise = num({ label: 'Noise', help: '', min: 1, max: 1_000_000, step: 1, value: 1 });
/** What a figure offers; a link may ask for whatever lies in the range. */
export const guidanceChoices: readonly number[] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8];
const guidance = num({ label: 'Guidance w', help: '', min: 0, max: 8, step: 0.25, value: 1.5 });
const digit = num({ label: 'Digit', help: '', min: 0, max: 9, step: 1, value: 7 });

const trained = choice({
  label: 'Decoder',
  help: '',
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
    help: '',
    options: [
      { value: 'on', label: 'on' },
      { value: 'off', label: 'skipped' },
    ],
    value: 'on',
  }),
  larger: choice({
    label: 'Upsamplers behind it',
    help: '',
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
    help: '',
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
    help: '',
    options: wordPairs.map(({ id, from, to }) => ({ value: id, label: `“${from}” → “${to}”` })),
    value: 'thick',
  }),
  w: guidance,
  noise,
};
export const twoGuidancesParams = { decoder: trained, noise };

export const trainParams = {
  steps: num({ label: 'Train until step', help: '', min: 1, max: contrastiveSteps, step: 1, value: contrastiveSteps }),
  seed: num({ label: 'Seed', help: '', min: 0, max: 1_000_000, step: 1, value: 1 }),
};
