/**
 * How well pictures are what their captions said, and how real they look: 500 fixed prompts, each drawn from three seeds of noise. One row
 * is one job (./jobs.ts): what is measured of the same weights is not measured again, and a drawing cut off goes on.
 */
import { fillBatch } from '../../../src/data/batches';
import { promptsOf, type Prompt } from '../../../src/data/captions/prompts';
import type { MnistStore } from '../../../src/data/mnist';
import { obedienceMeasures, type Obedience, type ObedienceMeasure, type SeedSpread } from '../../../src/data/recordedObedience';
import { captionAccuracy } from '../../../src/evaluation/captionAccuracy';
import { limited, type Parts } from '../../quality/draw';
import { createJudging } from '../../quality/measure';
import { hashOf } from '../savePlace';
import type { Job } from './jobs';

/** Prompts in each measurement, one picture each. */
const promptCount = 500;
/** Of the noise that the pictures begin as. */
export const obedienceSeeds = [0, 1, 2] as const;
/** Guidance evaluates twice as many at once. */
const atOnce = 100;

/** Some of the prompts: as many as are drawn at once. */
export interface PromptPart {
  /** Their place among all prompts. */
  readonly first: number;
  readonly prompts: readonly Prompt[];
  readonly captions: readonly string[];
  /** null for each: what a network without classes is given as labels. */
  readonly labels: readonly null[];
  /** Noise depends on the seed and the place within one drawing, so each drawing has a seed of its own. */
  readonly seed: number;
}

/** @returns [prompts, 28, 28], about −1 … 1 */
export type DrawPrompts = (part: PromptPart) => Promise<Float32Array>;

export interface Obedient<Row extends object> {
  /** Says everything that the pictures depend on, fingerprints of the weights included. */
  readonly key: string;
  /** For people. */
  readonly label: string;
  /** What the row says beside what is measured. */
  readonly row: Row;
  readonly draw: DrawPrompts;
}

export interface ObedienceMeter {
  readonly prompts: readonly Prompt[];
  /** The digits that the prompts were measured from, [500, 28, 28]. */
  readonly digits: Float32Array;
  /** A row with min, mean and max over the seeds. */
  readonly job: <Row extends object>(asked: Obedient<Row>) => Job<Row & Obedience>;
  /** Of given pictures of all prompts, without seeds: reconstructions, say. */
  readonly measure: (pixels: Float32Array) => Promise<Readonly<Record<ObedienceMeasure, number>>>;
  /** Of the prompts' own digits: nothing can be expected to do better. */
  readonly real: () => Promise<Obedience>;
  dispose(): void;
}

/** @throws when `npm run pretrain -- judge` has not been run */
export function createObedience(store: Pick<MnistStore, 'counts' | 'image' | 'label'>, n: number = promptCount): ObedienceMeter {
  const prompts = promptsOf(n, store);
  const { x0: digits } = fillBatch(
    store,
    Uint32Array.from(prompts, ({ index }) => index),
  );
  const asked = prompts.map(({ description }) => description);
  const labels = prompts.map(({ digit }) => digit);
  const judging = createJudging();
  const promptsKey = hashOf(JSON.stringify(prompts)); // other prompts are another measurement

  const measure: ObedienceMeter['measure'] = async (pixels) => {
    const shown = limited(pixels);
    const { quality, probabilities } = await judging({ pixels: shown, asked: labels });
    const { class: right, slant, thickness, width, all } = captionAccuracy({ pixels: shown, asked, probabilities });
    return { fd: quality.fd, class: right, slant, thickness, width, all, midInk: quality.midInk, variety: quality.variety };
  };

  return {
    ...{ prompts, digits, measure },
    job: ({ key, label, row, draw }) => ({
      key: JSON.stringify(['obedience', key, promptsKey, obedienceSeeds]),
      label,
      measure: async (kept) => {
        const measured = [];
        for (const seed of obedienceSeeds) measured.push(await measure(await drawAll(prompts, seed, draw, kept)));
        return { ...row, ...spreadOver(measured) };
      },
    }),
    real: async () => spreadOver([await measure(digits)]),
    dispose: () => judging.dispose(),
  };
}

async function drawAll(prompts: readonly Prompt[], seed: number, draw: DrawPrompts, kept: Parts): Promise<Float32Array> {
  const pixels: Float32Array[] = [];
  for (let first = 0; first < prompts.length; first += atOnce) {
    const part = prompts.slice(first, first + atOnce);
    const own = seed * prompts.length + first;
    const found = kept.find(own);
    const captions = part.map(({ caption }) => caption);
    const drawn = found ?? (await draw({ first, prompts: part, captions, labels: part.map(() => null), seed: own }));
    if (!found) kept.keep(own, drawn);
    pixels.push(drawn);
  }
  const all = new Float32Array(pixels.reduce((sum, part) => sum + part.length, 0));
  pixels.reduce((place, part) => (all.set(part, place), place + part.length), 0);
  return all;
}

/** @param measured at least one */
export function spreadOver(measured: readonly Readonly<Record<ObedienceMeasure, number>>[]): Obedience {
  const spread = (measure: ObedienceMeasure): SeedSpread => spreadOf(measured.map((each) => each[measure]));
  return Object.fromEntries(obedienceMeasures.map((name) => [name, spread(name)])) as Record<ObedienceMeasure, SeedSpread>; // all of them
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): SeedSpread {
  return {
    min: Math.min(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    max: Math.max(...values),
  };
}
