/** What can be asked of networks that are there: to draw, to show their layers, and of the judge, to look at pictures. */
import { AppError } from '../base/errors';
import { flopsPerEvaluation } from '../model/cost';
import type { ShippedName } from '../training/shippedModels';
import type { Autoencoders } from './autoencoders';
import type { Device } from './device';
import { draw } from './drawing';
import { inspect } from './inspect';
import type { Judging } from './judging';
import { expertsIn, parametersIn, type DrawSource, type Model } from './model';
import type { Answer, Ask, ModelSource, RunId, SampleFrame, SampleSummary, Source } from './protocol';
import type { RecordedModels } from './recordedModels';
import { orCancelled, throwIfCancelled, type Request } from './requests';
import type { RunRegistry } from './runRegistry';

export interface DrawCommandParts {
  readonly runs: RunRegistry;
  readonly recorded: RecordedModels;
  readonly judging: Judging;
  readonly autoencoders: Pick<Autoencoders, 'spaceOf'>;
  readonly device: () => Promise<Device>;
}

/** Whoever draws, and the steps that all of them were trained for. */
interface Found<T extends DrawSource> {
  readonly model: T;
  readonly trainedSteps: number;
}

type Fetched = ReadonlyMap<ShippedName | undefined, Found<Model>>;

export class DrawCommands {
  readonly #parts: DrawCommandParts;

  constructor(parts: DrawCommandParts) {
    this.#parts = parts;
  }

  /** @throws range, shape, data/fetch, weights/format, backend/lost, request/cancelled */
  async sample({ source, ...request }: Ask<'sample'>, { signal, part }: Request<'sample'>): Promise<SampleSummary> {
    const device = await this.#parts.device();
    throwIfCancelled(signal);
    const fetched = await this.#fetch(source);
    throwIfCancelled(signal);
    const { model: drawn, trainedSteps } = this.#find(source, fetched);
    const { model: first } = expertsIn(drawn)[0];
    const cost = costMeter();
    const startedAt = performance.now();
    let nfe = 0;
    for await (const frame of draw(drawn, request, { device, signal, onAsked: cost.count })) {
      nfe = frame.nfe;
      part(frame, buffersOf(frame));
    }
    return {
      nfe,
      ms: performance.now() - startedAt,
      backend: device.report.backend,
      predictionType: first.predictionType,
      trainedSteps,
      imageSize: first.config.imageSize,
      flopsPerEvaluation: cost.mean(),
      parameters: parametersIn(drawn),
    };
  }

  /** @throws range, shape, backend/lost */
  async inspect({ runId, ...ask }: Ask<'inspect'>): Promise<Answer<'inspect'>> {
    const device = await this.#parts.device();
    return inspect(this.#parts.runs.get(runId).model('ema'), ask, device);
  }

  /** @throws range, shape, data/fetch, weights/format, backend/lost, request/cancelled */
  async judge({ pixels }: Ask<'judge'>, signal: AbortSignal): Promise<Answer<'judge'>> {
    const device = await this.#parts.device();
    throwIfCancelled(signal);
    return orCancelled(this.#parts.judging.judge(pixels, device), signal);
  }

  /** Every recorded network that is named, by its name; and whatever else drawing needs is fetched too. */
  async #fetch(source: Source): Promise<Fetched> {
    const named = modelsIn(source).flatMap((model) => (model.kind === 'recorded' ? [model.name] : []));
    for (const model of modelsIn(source)) {
      if (model.kind === 'run') await this.#equip(model.runId);
    }
    const loaded = [...new Set(named)].map(async (name) => [name, await this.#parts.recorded.load(name)] as const);
    return new Map(await Promise.all(loaded));
  }

  /** A run of latents draws in its autoencoder's space. */
  async #equip(runId: RunId): Promise<void> {
    const run = this.#parts.runs.get(runId);
    run.latentSpace ??= await this.#parts.autoencoders.spaceOf(run.recipe);
  }

  /** Waits for nothing: a run's weights are good until its next step, so whoever draws must hold them at once. */
  #find(source: Source, fetched: Fetched): Found<DrawSource> {
    const find = (model: ModelSource): Found<Model> => {
      const found = model.kind === 'recorded' ? fetched.get(model.name) : this.#parts.runs.learned(model);
      if (!found) throw new AppError('internal', 'A recorded network was to be drawn with, and had not been fetched.');
      return found;
    };
    if (source.kind !== 'experts') return find(source);
    const found = source.experts.map(({ model, from, to }) => ({ ...find(model), interval: { from, to } }));
    const different = new Map(found.map(({ model, trainedSteps }) => [model.params, trainedSteps]));
    return { model: { experts: found }, trainedSteps: [...different.values()].reduce((sum, steps) => sum + steps, 0) };
  }
}

function modelsIn(source: Source): readonly ModelSource[] {
  return source.kind === 'experts' ? source.experts.map(({ model }) => model) : [source];
}

/** The mean cost of an evaluation, when those of one walk may be different networks'. */
function costMeter(): { readonly count: (model: Model) => void; readonly mean: () => number } {
  const known = new Map<Model, number>();
  let [flops, calls] = [0, 0];
  return {
    count: (model) => {
      const each = known.get(model) ?? flopsPerEvaluation(model.config);
      known.set(model, each);
      flops += each;
      calls += 1;
    },
    mean: () => flops / calls,
  };
}

function buffersOf({ xt, x0, eps, noise, attention, decoded }: SampleFrame): ArrayBufferLike[] {
  const maps = attention?.map(({ values }) => values) ?? [];
  return [xt, x0, eps, noise, ...maps, decoded?.xt, decoded?.x0].flatMap((array) => (array ? [array.buffer] : []));
}
