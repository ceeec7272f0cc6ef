/**
 * Every trained network of the notebook in one table: what it cost, and what the ways of drawing that are made of them are worth. Written by
 * `npm run pretrain -- family` from what the lessons' own files say.
 */
import { fieldReader } from './recordedFields';
import { obedienceMeasures, spreadField, type ObedienceMeasure, type SeedSpread } from './recordedObedience';

export interface FamilyNetwork {
  /** As in src/training/shippedModels.ts, or that of a part of lessons 8 and 9. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly does: string;
  /** The lesson's number; 0 for the judge, which all of them use. */
  readonly lesson: number;
  readonly parameters: number;
  readonly steps: number;
  /** All arithmetic of the training, the optimiser's own included. */
  readonly trainingFlops: number;
  /** Of training, on the device. */
  readonly seconds: number;
  readonly device: string;
  /** What is measured of it alone, ready to be read: “judge agrees: 99.8%”. */
  readonly marks: readonly string[];
}

/** One or more networks that together draw digits. */
export interface FamilySystem {
  readonly lesson: number;
  readonly name: string;
  /** Names of FamilyNetworks, in the order in which they are asked. */
  readonly networks: readonly string[];
  /** Of all of its networks together. */
  readonly parameters: number;
  readonly trainingFlops: number;
  readonly seconds: number;
  /** 1 is none. */
  readonly guidanceScale: number;
  /** Evaluations of the network that draws, for each picture; a guided look counts 2. */
  readonly nfe: number;
  /** Seeds of the noise that was drawn from. */
  readonly seeds: number;
  /** What was measured; a network that is told no caption has no slant that was asked for. */
  readonly quality: FamilyQuality;
  /** What the same system reached in PyTorch, where it was tried there (scripts/pretrain/family/rehearsal.ts). */
  readonly rehearsed?: Rehearsed;
}

const rehearsedMeasures = ['class', 'slant', 'thickness', 'width', 'all'] as const;
/** Shares of pictures, 0 … 1. */
export type Rehearsed = Readonly<Record<(typeof rehearsedMeasures)[number], number>>;

export type FamilyQuality = Readonly<Partial<Record<ObedienceMeasure, SeedSpread>>>;

export interface RecordedFamily {
  readonly command: string;
  readonly date: string;
  /** Pictures in each measurement of a seed. */
  readonly n: number;
  /** Real digits: nothing can be expected to do better. */
  readonly real: FamilyQuality;
  readonly networks: readonly FamilyNetwork[];
  readonly systems: readonly FamilySystem[];
}

const read = fieldReader('table of all networks');
const costs = ['parameters', 'trainingFlops', 'seconds'] as const;

/** @throws data/format, naming what is missing or damaged; also for a system of networks that are not in the table */
export function parseRecordedFamily(value: unknown): RecordedFamily {
  const networks = read.list(value, 'networks', (row) => ({
    ...read.texts(row, ['name', 'does', 'device']),
    ...read.numbers(row, ['lesson', 'steps', ...costs]),
    marks: read.list(row, 'marks', textOf),
  }));
  const names = new Set(networks.map(({ name }) => name));
  return {
    ...read.texts(value, ['command', 'date']),
    ...read.numbers(value, ['n']),
    real: qualityField(read.part(value, 'real')),
    networks,
    systems: read.list(value, 'systems', (row) => {
      const system = {
        ...read.texts(row, ['name']),
        ...read.numbers(row, ['lesson', 'guidanceScale', 'nfe', 'seeds', ...costs]),
        networks: read.list(row, 'networks', textOf),
        quality: qualityField(read.part(row, 'quality')),
        ...rehearsedField(read.part(row, 'rehearsed')),
      };
      if (!system.networks.every((name) => names.has(name))) throw read.damaged('networks');
      return system;
    }),
  };
}

/** The measures that are there; what is there must be whole. */
function qualityField(entry: unknown): FamilyQuality {
  const measured = obedienceMeasures.filter((measure) => read.part(entry, measure) !== undefined);
  if (measured.length === 0) throw read.damaged('quality');
  return Object.fromEntries(measured.map((measure) => [measure, spreadField(read, entry, measure)]));
}

function rehearsedField(entry: unknown): Pick<FamilySystem, 'rehearsed'> {
  return entry === undefined ? {} : { rehearsed: read.numbers(entry, rehearsedMeasures) };
}

function textOf(item: unknown): string {
  if (typeof item !== 'string') throw read.damaged('a name');
  return item;
}
