/**
 * The same small pictures through both pairs of upsamplers, told the same level of noise: small pictures that a base has drawn, and
 * real ones. What was drawn once is kept, so that going back on a slider shows it at once.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Augmentation } from '$lib/training/cascadeRecipes';
import { drawChain } from './chain';
import { sourceOf, walkOf, type ChainNetworks } from './chainStages';
import { upsample, type Upsampled, type Upsamples } from './upsample';

export type Input = 'generated' | 'real';
export const inputs: readonly Input[] = ['generated', 'real'];
export const kinds: readonly Augmentation[] = ['plain', 'augmented'];
const side = 7;

export interface LabAsk {
  readonly baseSteps: number;
  readonly level: number;
  readonly seed: number;
  readonly guidanceScale: number;
  readonly labels: readonly number[];
  /** [labels.length, 7, 7] */
  readonly real: Float32Array;
  readonly steps: { readonly 'base-7': number; readonly 'up-14': number; readonly 'up-28': number };
}

type Kept<T> = Readonly<Record<string, T>>;

export class AugmentationLab {
  /** What is drawn now, in words; null when it rests. */
  now = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** What the figure shows, or is about to. */
  ask = $state.raw<LabAsk | null>(null);
  readonly busy: boolean = $derived(this.now !== null);
  #generated = $state.raw<Kept<Float32Array>>({});
  #results = $state.raw<Kept<Upsampled>>({});
  readonly #session: Upsamples;
  #stop: AbortController | null = null;

  constructor(session: Upsamples) {
    this.#session = session;
  }

  /** [n, 7, 7]; null while it is not drawn. */
  small(input: Input): Float32Array | null {
    if (!this.ask) return null;
    return input === 'real' ? this.ask.real : (this.#generated[baseKey(this.ask)] ?? null);
  }

  result(input: Input, kind: Augmentation): Upsampled | null {
    return this.ask ? (this.#results[resultKey(this.ask, input, kind)] ?? null) : null;
  }

  /** Draws what is asked for and not there yet. What was being drawn for something else is given up. */
  async show(ask: LabAsk): Promise<void> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.ask = ask;
    this.failure = null;
    try {
      const generated = this.#generated[baseKey(ask)] ?? (await this.#drawBase(ask, stop));
      for (const input of inputs) {
        for (const kind of kinds) {
          if (this.#results[resultKey(ask, input, kind)]) continue;
          if (this.#stop !== stop) return;
          this.now = `${kind} upsamplers on ${input} pictures`;
          const result = await upsample(
            this.#session,
            {
              small: input === 'real' ? ask.real : generated,
              side,
              networks: networksOf(ask, kind),
              augmentation: ask.level,
              labels: ask.labels,
              seed: ask.seed,
              guidanceScale: ask.guidanceScale,
              steps: ask.steps,
            },
            stop.signal,
          );
          this.#results = { ...this.#results, [resultKey(ask, input, kind)]: result };
        }
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (this.#stop === stop) this.now = null;
    }
  }

  /** Stops within a step; what has been finished stays. */
  cancel(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    this.now = null;
  }

  async #drawBase(ask: LabAsk, stop: AbortController): Promise<Float32Array> {
    this.now = `the base after ${ask.baseSteps.toLocaleString('en')} steps`;
    const { guidanceScale, labels, seed } = ask;
    const walk = walkOf({ steps: ask.steps['base-7'], guidanceScale });
    const stages = [{ ...walk, source: sourceOf('base-7', networksOf(ask, 'plain')) }];
    const [end] = await drawChain(this.#session, { stages, labels, seed, frames: 'last' }, { signal: stop.signal });
    const pixels = end?.pixels ?? new Float32Array();
    this.#generated = { ...this.#generated, [baseKey(ask)]: pixels };
    return pixels;
  }
}

function networksOf({ baseSteps }: LabAsk, upsamplers: Augmentation): ChainNetworks {
  return { own: false, baseSteps, upsamplers };
}

function baseKey({ baseSteps, seed, guidanceScale, steps }: LabAsk): string {
  return [baseSteps, seed, guidanceScale, steps['base-7']].join('/');
}

function resultKey(ask: LabAsk, input: Input, kind: Augmentation): string {
  const walk = [kind, ask.level, ask.seed, ask.guidanceScale, ask.steps['up-14'], ask.steps['up-28']].join('/');
  return `${input === 'real' ? input : baseKey(ask)}/${walk}`;
}
