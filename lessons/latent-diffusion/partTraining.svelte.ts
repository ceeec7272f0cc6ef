/** An autoencoder that is trained in the page: how far it is, and what it makes of ten digits by now. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Session } from '$lib/state/session.svelte';
import type { AutoencoderPart } from '$lib/training/shippedAutoencoders';
import type { PartProgress, PartShown } from '$lib/worker/protocol';
import type { Asks } from './decoding.svelte';

export type PartStatus =
  { readonly kind: 'idle' } | { readonly kind: 'training' } | { readonly kind: 'failed'; readonly failure: Failure };

export type Reconstructions = Extract<PartShown, { readonly kind: 'reconstructions' }>;
export type PartStep = Omit<PartProgress, 'shown'>;

export class PartTraining {
  readonly part: AutoencoderPart;
  status = $state.raw<PartStatus>({ kind: 'idle' });
  stepsDone = $state(0);
  /** Every step so far. */
  history = $state.raw<readonly PartStep[]>([]);
  shown = $state.raw<Reconstructions | null>(null);
  /** The step at which `shown` was. */
  shownAt = $state(0);
  readonly busy: boolean = $derived(this.status.kind === 'training');
  /** Of training, so far. */
  readonly ms: number = $derived(this.history.reduce((sum, step) => sum + step.ms, 0));
  readonly #session: Asks;
  #stop: AbortController | null = null;
  #hasLooked = false;

  constructor(session: Asks, part: AutoencoderPart) {
    this.#session = session;
    this.part = part;
  }

  /** Takes up what an earlier visit has left, once. */
  async look(): Promise<void> {
    if (this.#hasLooked || this.busy) return;
    this.#hasLooked = true;
    try {
      const { stepsDone, history } = await this.#session.ask('part.look', { part: this.part });
      if (this.busy) return;
      this.stepsDone = stepsDone;
      this.history = history;
    } catch {
      this.#hasLooked = false; // nothing depends on it: it is asked again when something is trained
    }
  }

  /** @param fresh from new weights, not from where it stands */
  async train(untilStep: number, seed: number, fresh: boolean): Promise<void> {
    if (this.busy) return;
    if (!fresh) await this.look();
    const stop = new AbortController();
    this.#stop = stop;
    this.#hasLooked = true;
    if (fresh) {
      this.history = [];
      this.shown = null;
      this.stepsDone = 0;
    }
    this.status = { kind: 'training' };
    // Steps may come faster than a screen shows them: published at most once a repaint.
    let arrived: PartStep[] = [];
    let newest: PartProgress | null = null;
    let repaint = 0;
    const publish = (): void => {
      repaint = 0;
      if (arrived.length > 0) this.history = [...this.history, ...arrived];
      arrived = [];
      if (newest) this.#show(newest);
      newest = null;
    };
    const onPart = (progress: PartProgress): void => {
      const { shown, ...step } = progress;
      arrived.push(step);
      this.stepsDone = step.step;
      if (shown) newest = progress;
      if (repaint === 0) repaint = requestAnimationFrame(publish);
    };
    try {
      const { stepsDone } = await this.#session.ask(
        'part.train',
        { part: this.part, untilStep, seed, fresh },
        { signal: stop.signal, onPart },
      );
      this.stepsDone = stepsDone;
      this.status = { kind: 'idle' };
    } catch (thrown) {
      const failure = toFailure(thrown);
      this.status = failure.code === 'request/cancelled' ? { kind: 'idle' } : { kind: 'failed', failure };
    } finally {
      cancelAnimationFrame(repaint);
      publish();
      if (this.#stop === stop) this.#stop = null;
    }
  }

  pause(): void {
    this.#stop?.abort();
  }

  #show({ step, shown }: PartProgress): void {
    if (shown?.kind !== 'reconstructions') return;
    this.shown = shown;
    this.shownAt = step;
  }
}

/** One for as long as the page is open, so that training goes on, and is found again, while other lessons are read. */
export function partTraining(session: Session, part: AutoencoderPart): PartTraining {
  const known = trainings.get(session) ?? {};
  const training = (known[part] ??= new PartTraining(session, part));
  trainings.set(session, known);
  return training;
}
const trainings = new WeakMap<Session, Partial<Record<AutoencoderPart, PartTraining>>>();
