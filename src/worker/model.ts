/** What draws: one network, or several experts that share the noise of one schedule among them. */
import { AppError } from '../base/errors';
import type { Interval } from '../diffusion/experts';
import type { PredictionType, ScheduleConfig } from '../diffusion/types';
import type { UNetConfig } from '../model/config';
import { parameterCount } from '../model/cost';
import type { Params } from '../model/tensors';
import type { LatentSpace } from '../training/latentBatches';
import type { Recipe } from '../training/recipe';

/** A network and what it was trained to do. */
export interface Model {
  /** Borrowed, and held while drawing. */
  readonly params: Params;
  readonly config: UNetConfig;
  readonly schedule: ScheduleConfig;
  readonly predictionType: PredictionType;
  /** Side of the smaller picture that an upsampler was trained with; left out, any side will do. */
  readonly lowResolution?: Recipe['lowResolution'] | undefined;
  /** Where a network of latents draws, and how pictures come of it; undefined for a network of pixels. Borrowed, and held like params. */
  readonly latentSpace?: LatentSpace | undefined;
}

export interface Expert {
  readonly model: Model;
  /** Asked for every t in (from, to]. */
  readonly interval: Interval;
}

export interface Experts {
  readonly experts: readonly Expert[];
}

export type DrawSource = Model | Experts;

/**
 * @param params borrowed for as long as the model is used
 * @param latentSpace the recipe's, likewise
 */
export function modelOf(
  { model, schedule, predictionType, lowResolution }: Recipe,
  params: Params,
  latentSpace: LatentSpace | undefined = undefined,
): Model {
  return { params, config: model, schedule, predictionType, lowResolution, latentSpace };
}

/**
 * Everybody who draws, the cleanest interval first; a single network owns all of them.
 * @throws range, when experts leave a gap, overlap, or draw different things
 */
export function expertsIn(source: DrawSource): readonly [Expert, ...Expert[]] {
  if (!('experts' in source)) return [{ model: source, interval: { from: 0, to: source.schedule.T } }];
  const [first, ...rest] = [...source.experts].sort((a, b) => a.interval.from - b.interval.from);
  if (first === undefined) throw new AppError('range', 'Nobody was named to draw: there are no experts.');
  checkAlike(first.model, rest);
  checkCover([first, ...rest], first.model.schedule.T);
  return [first, ...rest];
}

/** Weights of all the different networks together. */
export function parametersIn(source: DrawSource): number {
  const models = 'experts' in source ? source.experts.map(({ model }) => model) : [source];
  const different = new Map(models.map(({ params, config }) => [params, config]));
  return [...different.values()].reduce((sum, config) => sum + parameterCount(config), 0);
}

/** One picture goes through all of their hands: it must have one size, one noise and one set of classes. */
function checkAlike(first: Model, others: readonly Expert[]): void {
  for (const { model } of others) {
    const wrong = aspects.find(({ of }) => of(model) !== of(first));
    if (!wrong) continue;
    const message = `These experts cannot draw one picture together: they have different ${wrong.name}. Choose networks that were trained alike.`;
    throw new AppError('range', message);
  }
}

const aspects: readonly { readonly name: string; readonly of: (model: Model) => string | number }[] = [
  { name: 'sizes of picture', of: ({ config }) => `${config.imageSize}×${config.channels}` },
  { name: 'latents', of: ({ latentSpace }) => latentSpace?.scale.join() ?? '' },
  { name: 'classes', of: ({ config }) => config.classes },
  { name: 'words', of: ({ config }) => config.text?.words ?? 0 },
  {
    name: 'schedules of noise',
    of: ({ schedule: { kind, T, betaStart, betaEnd, zeroTerminalSnr } }) => [kind, T, betaStart, betaEnd, zeroTerminalSnr].join(),
  },
];

function checkCover(experts: readonly Expert[], T: number): void {
  let reached = 0;
  for (const { from, to } of [...experts.map(({ interval }) => interval), { from: T, to: T + 1 }]) {
    if (from > reached)
      throw new AppError('range', `No expert is there for t = ${reached + 1} to ${from}. Give one of them more.`);
    if (from < reached || to <= from) {
      throw new AppError('range', `Two experts are there for t = ${from + 1}, or one is for no t at all. Each t has one owner.`);
    }
    reached = to;
  }
}
