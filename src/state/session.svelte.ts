/**
 * The page's view of the engine: which backend computes, what has been trained, what went wrong; and what a reader can ask
 * for. Made once in the root layout (`setSession(new Session(base))`); a lesson reads it with `getSession()`. Nothing here
 * touches a worker until `start()` or an action is called, so that pages can be prerendered and paint first.
 *
 *     const session = getSession();                        // while a component is initialised
 *     onMount(() => void session.start());                 // a lesson that shows a run; safe to call often
 *     const run = $derived(session.runs.quick);            // RunSnapshot | undefined: recipe, status, history, film …
 *     session.train('quick', { untilStep: 500 });          // trains on from wherever the run is
 *     await session.trainTo('quick', 500);                 // the same, and waits for its end
 *     session.queue('experts').begin(jobs);                // several runs, one after the other; see trainingQueue.svelte.ts
 *     session.pause('quick'); session.step('quick'); session.reset('quick'); session.setLearningRate('quick', 0.5);
 *
 *     const stop = new AbortController();
 *     const stream = session.sample(request, { signal: stop.signal });
 *     for await (const frame of stream) frames = [...frames, frame];   // breaking out of the loop cancels the rest
 *     const { nfe, ms } = await stream.summary;
 *
 * Actions never reject: they answer whether it worked, and what went wrong becomes a notice (`session.notices`,
 * `session.dismiss(id)`). `trainTo`, `sample`, `inspect`, `judge`, `ask`, `memory` and `profile` reject with an AppError, whose code 'request/cancelled' is not
 * worth showing. Arrays are replaced, never changed in place, so that `$derived` sees each change.
 */
import { checkRunFileSize } from '../base/runFile';
import type { Recipe } from '../training/recipe';
import type { CallOptions, Client, Connection, SampleStream } from '../worker/client';
import type {
  Answer,
  Ask,
  BackendChoice,
  BackendReport,
  CallName,
  DataReport,
  Memory,
  News,
  RunId,
  RunSnapshot,
  SampleRequest,
  WeightsChoice,
} from '../worker/protocol';
import { Announcer } from './announcer.svelte';
import { deferredStream } from './deferredStream';
import { EngineLink, type EnginePhase } from './engineLink.svelte';
import { isActive, sentenceOf } from './liveSentence';
import { Notices, type Notice } from './notices.svelte';
import { nextPace, type Pace } from './pace';
import { runNames } from './runNames';
import { withNews, withRun, type Runs } from './runs';
import { leftSomething, markSaved } from './savedFlag';
import { TrainingQueue } from './trainingQueue.svelte';

type RunCall = { [C in CallName]: Answer<C> extends RunSnapshot ? C : never }[CallName];
/** Calls that change nothing the session keeps: what they answer belongs to the figure that asked. */
type FigureCall =
  'autoencoder.encode' | 'autoencoder.decode' | 'embed.pictures' | 'embed.captions' | 'prior.sample' | 'part.train' | 'part.look';
interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

export class Session {
  /** Fetched digits; `failure` has a retry in `loadData()`. */
  data = $state.raw<DataReport>({ imagesLoaded: 0, imagesTotal: 0, loading: false, failure: null });
  /** One run of each recipe, trained or not, once the engine has started. */
  runs = $state.raw<Runs>({});
  /** The run that trains, prepares or waits for data now. */
  readonly active: RunSnapshot | null = $derived(Object.values(this.runs).find((run) => isActive(run.status)) ?? null);
  /** Per run: what a screen reader is told. */
  readonly #announcer = new Announcer();
  readonly #notices = new Notices();
  readonly #link: EngineLink;
  #paces = $state.raw<Readonly<Partial<Record<RunId, Pace>>>>({});
  /** How far each run was asked to train; null is open-ended. */
  #targets = $state.raw<Readonly<Partial<Record<RunId, number | null>>>>({});
  readonly #queues: Record<string, TrainingQueue> = {};

  /** @param base the site's root without a slash at its end, as SvelteKit's `base` */
  constructor(base = '') {
    this.#link = new EngineLink(base, {
      opened: (connection) => this.#opened(connection),
      failed: (thrown) => this.#failed(thrown),
    });
  }

  get phase(): EnginePhase {
    return this.#link.phase;
  }

  /** Who computes, where and why; null until the engine has started. */
  get backend(): BackendReport | null {
    return this.#link.backend;
  }

  /** Whether runs are asked to repeat to the last bit; `backend.reproducible` says whether they do. */
  get isReproducibleWanted(): boolean {
    return this.#link.isReproducibleWanted;
  }

  get notices(): readonly Notice[] {
    return this.#notices.list;
  }

  dismiss(id: number): void {
    this.#notices.dismiss(id);
  }

  /** For an `aria-live` region: changes with the status, and every quarter of a minute while training. */
  get announcement(): string {
    return this.#announcer.text;
  }

  /** One sentence on what a run does, always up to date. */
  sentence(runId: RunId): string {
    const run = this.runs[runId];
    return run ? sentenceOf(run, this.msPerStep(runId)) : '';
  }

  /** Wall-clock milliseconds a training step, null until known. */
  msPerStep(runId: RunId): number | null {
    return this.#paces[runId]?.msPerStep ?? null;
  }

  /** The step that `train` was asked to reach; null if training is open-ended. */
  target(runId: RunId): number | null {
    return this.#targets[runId] ?? null;
  }

  /** Seconds until the step that `train` was asked for; null if training is open-ended or the pace is not known yet. */
  secondsLeft(runId: RunId): number | null {
    const [target, run, ms] = [this.#targets[runId] ?? null, this.runs[runId], this.msPerStep(runId)];
    return target === null || !run || ms === null ? null : (Math.max(0, target - run.stepsDone) * ms) / 1000;
  }

  // --- the engine

  /** Loads the engine and restores what was saved; does nothing if it is there already. */
  async start(): Promise<boolean> {
    return (await this.#attempt(() => Promise.resolve(true))) ?? false;
  }

  /** Starts the engine if an earlier visit left something trained, so that every page can show its status. */
  async startIfSaved(): Promise<void> {
    if (leftSomething()) await this.start();
  }

  /** Another backend from now on: saves, closes the engine and opens it again, with the runs as they were saved. */
  async chooseBackend(choice: BackendChoice): Promise<boolean> {
    await this.save();
    this.#link.remember(choice);
    return this.restart();
  }

  /** Whether runs are to repeat to the last bit from now on; reopens the engine as `chooseBackend` does. */
  async chooseReproducible(isWanted: boolean): Promise<boolean> {
    await this.save();
    this.#link.rememberReproducible(isWanted);
    return this.restart();
  }

  /** Closes the engine and opens it again: the way on after a crash. */
  restart(): Promise<boolean> {
    this.#link.close();
    return this.start();
  }

  /** After a crash: opens the engine again, and trains on what was training, from where it was last saved. */
  async recover(): Promise<boolean> {
    const { active } = this;
    if (!(await this.restart())) return false;
    const queue = Object.values(this.#queues).find(({ failure, current }) => failure && current?.runId === active?.runId);
    if (queue) {
      void queue.resume();
      return true;
    }
    return active === null || this.train(active.runId, { untilStep: this.target(active.runId) });
  }

  close(): void {
    this.#link.close();
  }

  // --- training

  /** Trains until `untilStep` (open-ended if left out) from wherever the run is. */
  train(runId: RunId, { untilStep = null }: { readonly untilStep?: number | null } = {}): Promise<boolean> {
    this.#targets = { ...this.#targets, [runId]: untilStep };
    return this.#act('run.start', { runId, untilStep });
  }

  /**
   * Trains until a step and waits until training has ended: there, or where somebody stopped it. Aborting pauses it, and is waited for.
   * @throws whatever ended it: train/diverged, tab/busy, request/cancelled …
   */
  async trainTo(runId: RunId, untilStep: number, options: Abortable = {}): Promise<RunSnapshot> {
    this.#targets = { ...this.#targets, [runId]: untilStep };
    try {
      const run = await this.#call('run.trainTo', { runId, untilStep }, options);
      this.#setRuns(withRun(this.runs, run));
      return run;
    } catch (thrown) {
      if (options.signal?.aborted) await this.pause(runId); // the call ends at once, the run after its step
      throw thrown;
    }
  }

  /** Trains several runs one after the other. One for each name, kept for as long as the page is open. */
  queue(name: string): TrainingQueue {
    const known = this.#queues[name];
    if (known) return known;
    const runs = (): Runs => this.runs;
    const queue = new TrainingQueue({
      get runs() {
        return runs();
      },
      msPerStep: (runId) => this.msPerStep(runId),
      start: () => this.start(),
      create: (recipe, seed) => this.create(recipe, seed),
      trainTo: (runId, untilStep, options) => this.trainTo(runId, untilStep, options),
      tell: (thrown) => this.#notices.add(thrown),
    });
    this.#queues[name] = queue;
    return queue;
  }

  pause(runId: RunId): Promise<boolean> {
    return this.#act('run.pause', { runId });
  }

  /** One training step. */
  step(runId: RunId): Promise<boolean> {
    return this.#act('run.step', { runId });
  }

  /** Forgets what was learned; the same seed gives the same first weights again. */
  reset(runId: RunId): Promise<boolean> {
    return this.#act('run.reset', { runId });
  }

  /** A fresh run with settings of the reader's own, in place of the one with the same id. */
  create(recipe: Recipe, seed: number): Promise<boolean> {
    return this.#act('run.create', { recipe: $state.snapshot(recipe), seed });
  }

  /** @param factor multiplies the recipe's rates, from the next step on; 1 is the recipe's own */
  setLearningRate(runId: RunId, factor: number): Promise<boolean> {
    return this.#act('run.setLearningRate', { runId, factor });
  }

  /** @param steps between two frames of the film; 0 goes back to the default, often at first and more rarely later */
  setPreviewInterval(runId: RunId, steps: number): Promise<boolean> {
    return this.#act('run.setPreviewInterval', { runId, steps });
  }

  /** Whether the judge says, while training, when the digits are good enough. */
  setJudging(runId: RunId, isWanted: boolean): Promise<boolean> {
    return this.#act('run.setJudging', { runId, isWanted });
  }

  /** Fetches the digits, or tries again after a failure. Training does this by itself. */
  async loadData(): Promise<boolean> {
    const report = await this.#attempt((client) => client.call('data.load', {}));
    if (report) this.data = report;
    return report !== null && report.failure === null;
  }

  /** Writes the runs to storage now; the engine does so by itself every few seconds. */
  async save(): Promise<void> {
    if (this.#link.client) await this.#attempt((client) => client.call('save', {}));
  }

  /** Breaks something on purpose, to show what happens then. */
  async sabotage(what: Ask<'sabotage'>['what']): Promise<boolean> {
    return (await this.#attempt((client) => client.call('sabotage', { what }))) !== null;
  }

  /** The run as a safetensors file; null when there is nothing to write yet, which a notice then says. */
  exportWeights(runId: RunId, weights: WeightsChoice): Promise<Answer<'weights.export'> | null> {
    return this.#attempt((client) => client.call('weights.export', { runId, weights }));
  }

  /**
   * A run from a file, in place of the one that is there. Unlike the other actions it rejects, since a refusal belongs beside the file.
   * @throws weights/format and weights/version, with the present run as it was
   */
  async importWeights(runId: RunId, file: Blob): Promise<RunSnapshot> {
    checkRunFileSize(file.size);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const run = await this.#call('weights.import', { runId, bytes });
    this.#setRuns(withRun(this.runs, run));
    return run;
  }

  // --- looking

  /** Starts drawing at once; see the top of this file. */
  sample(request: SampleRequest, options: Abortable = {}): SampleStream {
    const plain = plainCopy(request);
    return deferredStream(this.#link.ready().then((client) => client.sample(plain, options)));
  }

  /** What each block of a run's network makes of one noised picture. */
  inspect(ask: Ask<'inspect'>, options: Abortable = {}): Promise<Answer<'inspect'>> {
    return this.#call('inspect', plainCopy(ask), options);
  }

  /** Which digits finished pictures show: probabilities [n, 10] and features [n, 64]. @param pixels [n, 28, 28], about −1 … 1 */
  judge(pixels: Float32Array, options: Abortable = {}): Promise<Answer<'judge'>> {
    return this.#call('judge', { pixels }, options);
  }

  /** Whatever else the engine can be asked by a figure, such as to decode latents or to train a part; see protocol.ts. */
  ask<C extends FigureCall>(name: C, ask: Ask<C>, options: CallOptions<C> = {}): Promise<Answer<C>> {
    return this.#call(name, plainCopy(ask), options);
  }

  memory(): Promise<Memory> {
    return this.#call('memory', {});
  }

  /** Where the time of a step goes, with a run of its own. @throws range, while anything trains */
  profile(runId: RunId, options: Abortable = {}): Promise<Answer<'profile'>> {
    return this.#call('profile', { runId }, options);
  }

  // --- inside

  async #call<C extends CallName>(name: C, ask: Ask<C>, options?: CallOptions<C>): Promise<Answer<C>> {
    return (await this.#link.ready()).call(name, ask, options);
  }

  async #act<C extends RunCall>(name: C, ask: Ask<C>): Promise<boolean> {
    const answer = await this.#attempt((client) => client.call(name, ask));
    if (answer === null) return false;
    this.#setRuns(withRun(this.runs, answer as RunSnapshot)); // RunCall names the calls that answer with a snapshot
    return true;
  }

  /** @returns null when it failed; the reader is told by a notice */
  async #attempt<T>(work: (client: Client) => Promise<T>): Promise<T | null> {
    let client: Client;
    try {
      client = await this.#link.ready();
    } catch {
      return null; // the link has told already
    }
    try {
      return await work(client);
    } catch (thrown) {
      if (this.#link.client === client) this.#notices.add(thrown); // a crash is told once, not by every call it broke
      return null;
    }
  }

  #opened({ client, runs }: Connection): void {
    this.#setRuns(Object.fromEntries(runs.map((run) => [run.runId, run])));
    client.subscribe((news) => this.#hear(news));
    const saveIfHidden = (): void => {
      if (document.visibilityState === 'hidden') void this.save();
    };
    document.addEventListener('visibilitychange', saveIfHidden);
    void client.ended.then(() => document.removeEventListener('visibilitychange', saveIfHidden));
  }

  #failed(thrown: unknown): void {
    this.#notices.add(thrown);
  }

  #hear(news: News): void {
    if (news.type === 'notice') this.#notices.add(news.failure);
    else if (news.type === 'data') this.data = news.data;
    else if (news.type !== 'backend') {
      if (news.type === 'run.saved') markSaved();
      this.#setRuns(withNews(this.runs, news));
    }
  }

  /** Whoever only listens has to be told which of them it is. */
  #namedSentence(runId: RunId): string {
    const { name } = runNames[runId];
    const sentence = this.sentence(runId);
    return name === null ? sentence : `${name.charAt(0).toUpperCase()}${name.slice(1)}. ${sentence}`;
  }

  #setRuns(runs: Runs): void {
    this.runs = runs;
    const known = Object.values(runs);
    this.#paces = Object.fromEntries(known.map((run) => [run.runId, nextPace(this.#paces[run.runId], run)]));
    for (const run of known) this.#announcer.tell(run, this.#namedSentence(run.runId));
  }
}

/** Without Svelte's proxies, which can't be posted. Typed arrays pass through as they are, whatever the type says. */
function plainCopy<T>(value: T): T {
  return $state.snapshot(value) as T;
}
