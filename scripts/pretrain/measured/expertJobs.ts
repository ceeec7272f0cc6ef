/** What is measured of the timestep experts, as jobs for the networks of one training seed. */
import {
  arrangements,
  averagings,
  recordedSetups,
  type Arrangement,
  type Averaging,
  type ExpertRow,
  type LossByTime,
  type RecordedExperts,
  type RecordedSetup,
} from '../../../src/data/recordedExperts';
import type { Interval } from '../../../src/diffusion/experts';
import { flopsPerEvaluation, parameterCount } from '../../../src/model/cost';
import { flopsPerStep } from '../../../src/training/cost';
import { expertsOf, singleSteps } from '../../../src/training/expertRecipes';
import { recipes } from '../../../src/training/recipes';
import { drawDigits, type Parts } from '../../quality/draw';
import type { Measure } from '../../quality/measure';
import { shippedSeed } from '../modelFiles';
import { expertName } from '../modelPlan';
import type { LabelledDigits } from '../realDigits';
import { x0Errors } from './heldOut';
import type { Job } from './jobs';
import type { Network, Networks } from './networks';

export const expertSettings = { guidanceScale: 1.25, sampler: 'ddim', steps: 25 } as const;

/** A row before its held-out error, which does not depend on the noise that is drawn from. */
export type DrawnExpertRow = Omit<ExpertRow, 'heldOut'>;
export type HeldOut = LossByTime & Pick<ExpertRow, 'heldOut'>;
type Arranged = RecordedExperts['arrangements'][number];
type Bordered = RecordedExperts['borders'][number];
type Averaged = RecordedExperts['averages'][number];

export interface ExpertJobs {
  readonly rows: readonly Job<DrawnExpertRow>[];
  readonly heldOut: readonly Job<HeldOut>[];
  readonly arrangements: readonly Job<Arranged>[];
  readonly borders: readonly Job<Bordered>[];
  readonly averages: readonly Job<Averaged>[];
}

export interface ExpertJobOptions {
  readonly networks: Networks;
  readonly measure: Measure;
  /** 1,000 that nobody trained on. */
  readonly heldOut: LabelledDigits;
  readonly n: number;
  readonly trainingSeed: number;
  readonly noiseSeed: number;
}

interface Member {
  readonly network: Network;
  readonly interval: Interval;
}

const { T } = recipes.quick.schedule;
/** Where one of two experts hands over to the other, whatever they were trained for; the middle is what they were. */
const borders = [300, 400, 500, 600, 700] as const;
/** Moments at which the held-out error is told. */
const moments = 20;

/** Who is asked where, the cleanest first. */
function membersOf(setup: RecordedSetup, seed: number): readonly Member[] {
  if (setup === 'one') return [{ network: { name: 'quick', seed }, interval: { from: 0, to: T } }];
  return expertsOf(setup).map(({ interval }, i) => ({ network: { name: expertName(setup, i), seed }, interval }));
}

/** Jobs whose networks are trained by now. */
export function expertJobs(options: ExpertJobOptions): ExpertJobs {
  const { networks, measure, heldOut, n, trainingSeed, noiseSeed } = options;
  const seeds = { trainingSeed, noiseSeed };

  function job<Row>(label: string, members: readonly Member[], row: (kept: Parts) => Promise<Row>): readonly Job<Row>[] {
    const needed = members.map(({ network }) => network);
    if (needed.length === 0 || !networks.areThere(needed)) return [];
    const intervals = members.map(({ interval }) => interval);
    const key = JSON.stringify([label, intervals, expertSettings, n, noiseSeed, networks.fingerprints(needed)]);
    return [{ key, label: `${label}, seed ${trainingSeed}, noise ${noiseSeed}`, measure: row }];
  }

  const qualityOf = async (members: readonly Member[], kept: Parts): ReturnType<Measure> => {
    const { sampler, steps, guidanceScale } = expertSettings;
    const experts = members.map(({ network, interval }) => ({ model: networks.model(network), interval }));
    const walk = { sampler, samplerParams: { eta: 0 }, steps, spacing: 'trailing' } as const;
    return measure(await drawDigits({ experts }, { n, w: guidanceScale, seed: noiseSeed }, walk, kept));
  };

  const rows = recordedSetups.flatMap((setup) => {
    const members = membersOf(setup, trainingSeed);
    return job(`setup ${setup}`, members, async (kept): Promise<DrawnExpertRow> => {
      return { setup, ...seeds, ...costOf(setup), ...(await qualityOf(members, kept)) };
    });
  });

  const isRepeated = noiseSeed > 0; // nothing of the held-out error is drawn
  const held = (isRepeated ? [] : recordedSetups).flatMap((setup) => {
    const members = membersOf(setup, trainingSeed);
    return job(`held out ${setup}`, members, async (): Promise<HeldOut> => {
      const owners = members.map(({ network, interval }) => ({ model: networks.model(network), interval }));
      const all = heldOut.labels.length;
      // Every t once, or as evenly as so many digits allow.
      const spread = await x0Errors(
        owners,
        heldOut,
        Array.from({ length: all }, (_, i) => Math.floor((i * T) / all) + 1),
      );
      const t = Array.from({ length: moments }, (_, i) => Math.round(((i + 0.5) * T) / moments));
      const x0Mse: number[] = [];
      for (const moment of t) x0Mse.push(mean(await x0Errors(owners, heldOut, new Array<number>(all).fill(moment))));
      return { setup, trainingSeed, t, x0Mse, heldOut: mean(spread) };
    });
  });

  // Side questions, asked of what ships alone.
  const two = trainingSeed === shippedSeed ? membersOf('two', trainingSeed) : [];
  const arranged = arrangements.flatMap((arrangement) => {
    const members = rearranged(two, arrangement);
    return job(`arrangement ${arrangement}`, members, async (kept): Promise<Arranged> => {
      return { arrangement, ...seeds, ...(await qualityOf(members, kept)) };
    });
  });

  const bordered = borders.flatMap((border) => {
    const members = two.map(({ network }, i) => ({
      network,
      interval: i === 0 ? { from: 0, to: border } : { from: border, to: T },
    }));
    return job(`border ${border}`, members, async (kept): Promise<Bordered> => {
      return { border, ...seeds, ...(await qualityOf(members, kept)) };
    });
  });

  const averaged = averagings.flatMap((weights) => {
    const members = two.map(({ network, interval }, i): Member => ({
      network: { ...network, weights: kindOf(weights, i) },
      interval,
    }));
    return job(`averages ${weights}`, members, async (kept): Promise<Averaged> => {
      return { weights, ...seeds, ...(await qualityOf(members, kept)) };
    });
  });

  return { rows, heldOut: held, arrangements: arranged, borders: bordered, averages: averaged };
}

/** The intervals stay, and somebody else is asked there. */
function rearranged(members: readonly Member[], arrangement: Arrangement): readonly Member[] {
  const asked: Readonly<Record<Arrangement, readonly number[]>> = {
    ...{ 'as trained': [0, 1], swapped: [1, 0] },
    ...{ 'low alone': [0, 0], 'high alone': [1, 1] },
  };
  return members.map(({ network, interval }, i) => ({
    network: members[asked[arrangement][i] ?? i]?.network ?? network,
    interval,
  }));
}

function kindOf(weights: Averaging, i: number): 'ema' | 'raw' {
  const raw: Readonly<Record<Averaging, readonly boolean[]>> = {
    ...{ 'both averaged': [false, false], 'both raw': [true, true] },
    ...{ 'low raw': [true, false], 'high raw': [false, true] },
  };
  return raw[weights][i] ? 'raw' : 'ema';
}

function costOf(setup: RecordedSetup): Pick<ExpertRow, 'trainingFlops' | 'parameters' | 'flopsPerEvaluation'> {
  const trained = setup === 'one' ? [{ recipe: recipes.quick, steps: singleSteps }] : expertsOf(setup);
  const [first] = trained;
  return {
    trainingFlops: trained.reduce((sum, { recipe, steps }) => sum + steps * flopsPerStep(recipe), 0),
    parameters: trained.reduce((sum, { recipe }) => sum + parameterCount(recipe.model), 0),
    flopsPerEvaluation: first ? flopsPerEvaluation(first.recipe.model) : NaN, // the experts of a setup have one shape
  };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
