/** Networks that together draw digits, and what those are worth. */
import type { FamilyNetwork, FamilyQuality, FamilySystem } from '../../../src/data/recordedFamily';
import type { RecordedSetup } from '../../../src/data/recordedExperts';
import type { RecordedCaptions, TimeNetwork } from '../../../src/data/recordedCaptions';
import type { RecordedLatent } from '../../../src/data/recordedLatent';
import { obedienceMeasures, type Obedience, type SeedSpread } from '../../../src/data/recordedObedience';
import type { MeasuredQuality } from '../../../src/data/recordedSamplers';
import type { RecordedUnclip } from '../../../src/data/recordedUnclip';
import { cascadeSteps } from '../../../src/training/cascadeRecipes';
import { latentRecipe } from '../../../src/training/latentRecipes';
import { shippedModels } from '../../../src/training/shippedModels';
import { shippedSeed } from '../modelFiles';
import { rehearsed } from './rehearsal';
import type { FamilySources } from './sources';

interface Seeded extends MeasuredQuality {
  readonly trainingSeed: number;
  readonly noiseSeed: number;
}

/** At which unCLIP's decoders are compared. */
const comparedScale = 2;

/** A system before its networks' costs are added up. */
type Measured = Omit<FamilySystem, 'parameters' | 'trainingFlops' | 'seconds' | 'rehearsed'>;

const setupNames: Readonly<Record<RecordedSetup, string>> = {
  one: 'one network, told the class',
  two: 'two experts',
  three: 'three experts',
  'three-logsnr': 'three experts, parted by signal-to-noise',
  four: 'four experts',
  'two-small': 'two small experts',
};

const timeNames: Readonly<Record<TimeNetwork, string>> = {
  ...{ 'time-x0': 'told t, asked for x₀', 'timeless-x0': 'not told t, asked for x₀' },
  ...{ 'time-eps': 'told t, asked for ε', 'timeless-eps': 'not told t, asked for ε' },
};

/** Those whose networks are all in the table, lesson by lesson. */
export function familySystems(sources: FamilySources, networks: readonly FamilyNetwork[]): readonly FamilySystem[] {
  const { captions, latent, unclip } = sources;
  const measured = [
    ...expertSystems(sources),
    ...chainSystems(sources),
    ...(captions ? [...captionSystems(captions), ...timeSystems(captions)] : []),
    ...(latent ? latentSystems(latent) : []),
    ...(unclip ? unclipSystems(unclip) : []),
  ];
  return measured
    .flatMap((system) => {
      const own = system.networks.flatMap((name) => networks.find((network) => network.name === name) ?? []);
      if (own.length < system.networks.length) {
        console.log(`Left out, since the training of ${system.networks.join(', ')} is not recorded whole: ${system.name}`);
        return [];
      }
      const total = (cost: 'parameters' | 'trainingFlops' | 'seconds'): number => own.reduce((sum, each) => sum + each[cost], 0);
      const costs = { parameters: total('parameters'), trainingFlops: total('trainingFlops'), seconds: total('seconds') };
      const inPyTorch = rehearsed(system);
      return [{ ...system, ...costs, ...(inPyTorch && { rehearsed: inPyTorch }) }];
    })
    .sort((a, b) => a.lesson - b.lesson);
}

function expertSystems({ experts }: FamilySources): readonly Measured[] {
  const members = (setup: RecordedSetup): readonly string[] =>
    setup === 'one'
      ? ['quick']
      : experts.models
          .map(({ name }) => name)
          .filter((name) => new RegExp(`^${setup}-\\d$`).test(name))
          .sort();
  const setups = [...new Set(experts.rows.map(({ setup }) => setup))];
  return setups.flatMap((setup) => {
    const rows = shippedRows(experts.rows.filter((row) => row.setup === setup));
    if (rows.length === 0) return [];
    const nfe = evaluations(experts.steps, experts.guidanceScale);
    return [
      {
        ...{ lesson: setup === 'one' ? 2 : 6, name: setupNames[setup], networks: members(setup), nfe },
        ...{ guidanceScale: experts.guidanceScale, seeds: rows.length, quality: classQuality(rows) },
      },
    ];
  });
}

function chainSystems({ cascade }: FamilySources): readonly Measured[] {
  const rows = shippedRows(cascade.lanes.filter(({ lane }) => lane === 'cascade'));
  const [first] = rows;
  if (!first) return [];
  return [
    {
      ...{ lesson: 7, name: 'a chain 7 → 14 → 28', nfe: first.nfe, seeds: rows.length, quality: classQuality(rows) },
      ...{
        networks: [`base-7@${cascadeSteps.base}`, 'up-14-plain', 'up-28-plain'],
        guidanceScale: cascade.settings.guidanceScale,
      },
    },
  ];
}

/** Every checkpoint at one guidance, and the last at others. */
function captionSystems({ checkpoints, sweep, steps, noiseSeeds }: RecordedCaptions): readonly Measured[] {
  const last = checkpoints.at(-1);
  const others = last
    ? sweep.flatMap((row) => (row.guidanceScale === last.guidanceScale ? [] : [{ ...row, steps: last.steps }]))
    : [];
  return [...checkpoints, ...others]
    .sort((a, b) => a.steps - b.steps || a.guidanceScale - b.guidanceScale)
    .map((row) => ({
      ...{ lesson: 5, name: `captions, ${count(row.steps)} steps`, networks: [`caption@${row.steps}`] },
      ...{ guidanceScale: row.guidanceScale, nfe: evaluations(steps, row.guidanceScale), seeds: noiseSeeds },
      quality: obedienceOf(row),
    }));
}

const timeOrder = ({ network }: { readonly network: TimeNetwork }): number => Object.keys(timeNames).indexOf(network);

function timeSystems({ time, steps, noiseSeeds }: RecordedCaptions): readonly Measured[] {
  return [...time]
    .sort((a, b) => timeOrder(a) - timeOrder(b) || a.guidanceScale - b.guidanceScale)
    .filter(({ network }) => network !== 'time-x0') // which is the quick network
    .map(({ network, guidanceScale, fd, class: right }) => ({
      ...{ lesson: 5, name: timeNames[network], networks: [network], guidanceScale },
      ...{ nfe: evaluations(steps, guidanceScale), seeds: noiseSeeds, quality: { fd, class: right } },
    }));
}

function latentSystems({ quality, noiseSeeds }: RecordedLatent): readonly Measured[] {
  return quality
    .filter(({ space }) => space === 'latent') // those in pixels are lesson 5's
    .sort((a, b) => a.trainingSteps - b.trainingSteps || a.guidanceScale - b.guidanceScale)
    .map((row) => ({
      ...{ lesson: 8, name: `captions in latents, ${count(row.trainingSteps)} steps` },
      ...{ networks: [autoencoderOf(row.name), row.name], guidanceScale: row.guidanceScale, nfe: row.nfe },
      ...{ seeds: noiseSeeds, quality: obedienceOf(row) },
    }));
}

/** Whose latents a network draws. */
function autoencoderOf(name: string): string {
  const { latents } = shippedModels.find((model) => model.name === name)?.recipe ?? latentRecipe;
  return latents?.autoencoder ?? '';
}

/** Of decoders but the last, only what they are compared at. */
function unclipSystems({ rows, steps, noiseSeeds }: RecordedUnclip): readonly Measured[] {
  const last = Math.max(...rows.map(({ decoderSteps }) => decoderSteps));
  const isCompared = ({ priorScale, guidanceScale }: RecordedUnclip['rows'][number]): boolean =>
    guidanceScale === comparedScale && priorScale !== 1;
  return rows
    .filter(({ given }) => given !== 'picture') // which nobody can ask for
    .filter((row) => row.decoderSteps === last || isCompared(row))
    .sort(
      (a, b) => a.decoderSteps - b.decoderSteps || (b.priorScale ?? 0) - (a.priorScale ?? 0) || a.guidanceScale - b.guidanceScale,
    )
    .map((row) => ({
      lesson: 9,
      name: `unCLIP, decoder of ${count(row.decoderSteps)} steps, ${row.priorScale === null ? 'no prior' : `prior at ${row.priorScale}`}`,
      networks: ['contrastive', ...(row.given === 'prior' ? ['prior'] : []), `decoder@${row.decoderSteps}`],
      ...{ guidanceScale: row.guidanceScale, nfe: evaluations(steps, row.guidanceScale), seeds: noiseSeeds },
      quality: obedienceOf(row),
    }));
}

function shippedRows<Row extends Seeded>(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ trainingSeed }) => trainingSeed === shippedSeed);
}

/** A guided look is two evaluations. */
function evaluations(steps: number, guidanceScale: number): number {
  return guidanceScale === 1 ? steps : 2 * steps;
}

/** @param rows one of each seed of the noise */
export function classQuality(rows: readonly MeasuredQuality[]): FamilyQuality {
  const spread = (measure: keyof MeasuredQuality): SeedSpread => {
    const values = rows.map((row) => row[measure]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { min: Math.min(...values), mean, max: Math.max(...values) };
  };
  return { fd: spread('fd'), class: spread('accuracy'), midInk: spread('midInk'), variety: spread('variety') };
}

function obedienceOf(row: Obedience): FamilyQuality {
  return Object.fromEntries(obedienceMeasures.map((measure) => [measure, row[measure]]));
}

function count(steps: number): string {
  return steps.toLocaleString('en');
}
