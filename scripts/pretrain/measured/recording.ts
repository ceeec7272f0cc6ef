/** What the recordings of lessons 6 and 7 have in common. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MnistStore } from '../../../src/data/mnist';
import type { ModelRecord } from '../../../src/data/recordedModels';
import type { Floor } from '../../../src/data/recordedSamplers';
import { parameterCount } from '../../../src/model/cost';
import { flopsPerStep } from '../../../src/training/cost';
import { singleSteps } from '../../../src/training/expertRecipes';
import { recipes } from '../../../src/training/recipes';
import type { Measure } from '../../quality/measure';
import { realDigits } from '../../quality/realDigits';
import { shippedSeed, weightsFile } from '../modelFiles';
import { planModels, type ModelPart } from '../modelPlan';
import { modelRecords } from '../trainModels';
import { thisDevice } from '../trainRun';
import type { Shard } from './jobs';

export interface RecordingOptions extends Shard {
  readonly store: MnistStore;
  /** Pictures in the store. */
  readonly count: number;
  readonly trainingSeeds: readonly number[];
  readonly command: string;
  /** Otherwise what is measured by now is written, and that is all. */
  readonly isMeasuring: boolean;
  readonly write: (path: string, content: string) => void;
}

/** Pictures in each measurement. */
export const pictures = 500;
/** The second and the third after all else: they tell how much of a difference is the noise's luck. */
export const noiseSeeds = [0, 1, 2] as const;
/** Draws of real digits: one alone moves the floor by several units. */
const realDraws = 4;

export function head(command: string): { readonly command: string; readonly date: string; readonly device: string } {
  return { command, date: new Date().toISOString().slice(0, 10), device: thisDevice() };
}

export async function floorOf(measure: Measure, { store, count }: Pick<RecordingOptions, 'store' | 'count'>): Promise<Floor> {
  const draws = [];
  for (let seed = 0; seed < realDraws; seed += 1) draws.push(await measure(realDigits({ store, count, n: pictures, seed })));
  return { n: pictures, draws };
}

/** What is trained by now, the network that experts are held against included. */
export function recordsOf(part: ModelPart, seeds: readonly number[]): readonly ModelRecord[] {
  const names = new Set(['quick', ...planModels(part, seeds).flatMap(({ kept }) => kept.map(({ name }) => name))]);
  const trained = modelRecords().filter(({ name, seed }) => names.has(name) && seeds.includes(seed));
  return [...shippedQuick(), ...trained];
}

/** The network that `npm run pretrain -- runs` trained, whose time was taken by the clock on the wall. */
function shippedQuick(): readonly ModelRecord[] {
  const file = fileURLToPath(new URL('../../../public/recorded/quick.json', import.meta.url));
  if (!existsSync(file)) return [];
  const { seconds } = JSON.parse(readFileSync(file, 'utf8')) as { readonly seconds: number }; // written by ../trainRun.ts
  const { quick } = recipes;
  return [
    {
      ...{ name: 'quick', seed: shippedSeed, steps: singleSteps, trainingFlops: singleSteps * flopsPerStep(quick), seconds },
      ...{ parameters: parameterCount(quick.model), bytes: statSync(weightsFile('quick', shippedSeed)).size },
    },
  ];
}
