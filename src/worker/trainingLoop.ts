/**
 * Trains one run until it is told to stop: step, tell, draw a frame of the film, save, and let messages in between. Pausing
 * is aborting the signal; the loop ends after the step it is in, with every result read.
 *
 * A step is dispatched, not waited for. On a graphics card the next batch is drawn and noised while the card computes, until results
 * are read (FlushClock); on WASM one thread does it all, one thing after the other (bench/README.md, "No waiting").
 */
import { AppError, toFailure, type ErrorCode } from '../base/errors';
import { latentBatch, type LatentSpace } from '../training/latentBatches';
import type { Batch } from '../training/noising';
import type { Autoencoders } from './autoencoders';
import type { Digits } from './digits';
import type { Device } from './device';
import { awakeMs } from './awake';
import { FlushClock } from './flushClock';
import { drawPreview, isPreviewDue, warmUpPreview } from './previews';
import type { News, RunStatus } from './protocol';
import { checkQuality, drawingWith, isCheckDue, type AskJudge } from './qualityMark';
import { isCancellation, orCancelled, throwIfCancelled } from './requests';
import { rehearse } from './rehearsal';
import type { RunState } from './runState';
import { canCompileAhead, compileAhead } from './shaders';
import { yieldToMessages } from './yieldToMessages';

export interface LoopTools {
  readonly device: Device;
  readonly digits: Digits;
  readonly signal: AbortSignal;
  readonly tell: (news: News) => void;
  readonly judge: AskJudge;
  /** Where runs of latents find theirs. */
  readonly autoencoders: Pick<Autoencoders, 'spaceOf'>;
  /** Keeps the run as it is now, on the processor's side and, by and by, in storage. */
  readonly save: (run: RunState) => Promise<void>;
  /** True when somebody is waiting for the run to be saved. */
  readonly isSaveAsked: () => boolean;
}

/** Between two saves; longer where reading the weights back is slow, so that saving takes no more than a twentieth of the time. */
const saveIntervalMs = 10_000;
const saveCostFactor = 20;
const troubleWithTheJudge: readonly ErrorCode[] = ['data/fetch', 'weights/format'];
/** However slow saving is, and whatever the clock did meanwhile. */
const longestSaveIntervalMs = 120_000;

/**
 * @param untilStep asked anew before each step; null for open-ended
 * @throws train/diverged, backend/lost, weights/format; not request/cancelled, which is how an open-ended run ends
 */
export async function train(run: RunState, untilStep: () => number | null, tools: LoopTools): Promise<void> {
  const { digits, signal, tell } = tools;
  const loop = new Loop(run, tools);
  const isOver = (): boolean => run.stepsTaken >= (untilStep() ?? Infinity);
  if (isOver()) return;
  try {
    if (!run.isWarm) await prepare(run, loop, tools);
    while (!isOver()) {
      throwIfCancelled(signal);
      const batches = run.batches(digits.counts);
      if (!digits.ready(batches, run.stepsTaken)) await loop.waitForDigits();
      setStatus(run, { kind: 'training' }, tell);
      await loop.step();
      await yieldToMessages();
    }
  } catch (thrown) {
    if (!isCancellation(thrown)) throw thrown;
  }
  await loop.flush();
}

/** What the loop does in one round, and the clocks that decide what is due. */
class Loop {
  readonly #run: RunState;
  readonly #tools: LoopTools;
  readonly #clock = new FlushClock();
  /** Since then time counts as training and has not been added up. */
  #countedAt = performance.now();
  /** What the last round took. */
  #usualMs = 0;
  #nextSaveMs = performance.now() + saveIntervalMs;

  constructor(run: RunState, tools: LoopTools) {
    this.#run = run;
    this.#tools = tools;
  }

  async step(): Promise<void> {
    const [run, { digits, signal }] = [this.#run, this.#tools];
    const batch = await digits.batch(run.batches(digits.counts), run.stepsTaken, signal);
    const prepared = run.latentSpace ? await this.#inLatents(batch, run.latentSpace) : batch; // nothing to wait for otherwise
    run.training.step(prepared);
    this.#clock.stepTaken(performance.now());
    const wantsFrame = isPreviewDue(run.stepsTaken, run.previewInterval);
    const wantsSave = this.#tools.isSaveAsked() || performance.now() >= this.#nextSaveMs;
    const wantsCheck = isCheckDue(run);
    if (wantsFrame || wantsSave || wantsCheck || this.#clock.isDue(performance.now())) await this.flush();
    if (wantsFrame) await this.#preview();
    if (wantsCheck) await this.#check();
    if (wantsSave) await this.#save();
  }

  /** What the run trains on, for a batch of pictures. */
  #inLatents(pictures: Batch, space: LatentSpace): Promise<Batch> {
    const [{ recipe, seed, stepsTaken }, { device }] = [this.#run, this.#tools];
    return device.guard(latentBatch(recipe, space, pictures, seed, stepsTaken + 1));
  }

  /** Reads what has been trained since the last time and tells the page. */
  async flush(): Promise<void> {
    const [run, { device, tell }] = [this.#run, this.#tools];
    const steps = await device.guard(run.training.flush());
    if (steps.length === 0 && !run.isWarm) return this.skipReady(); // paused while getting ready
    const ms = this.#count();
    if (steps.length === 0) return;
    this.#clock.flushed(ms / steps.length);
    run.history = [...run.history, ...steps];
    tell({ type: 'run.steps', runId: run.runId, steps, trainedMs: run.trainedMs });
  }

  async waitForDigits(): Promise<void> {
    const [run, { digits, signal, tell }] = [this.#run, this.#tools];
    await this.flush();
    await this.#save(); // who knows how long it takes
    setStatus(run, { kind: 'waiting', what: 'the next digits are still on their way' }, tell);
    await digits.batch(run.batches(digits.counts), run.stepsTaken, signal);
    this.skipReady();
  }

  /** What came before was not training, but what a reader who pressed Train waited for. */
  skipReady(): void {
    const now = performance.now();
    this.#run.readyMs += now - this.#countedAt;
    this.#countedAt = now;
  }

  #count(): number {
    const now = performance.now();
    const ms = awakeMs(now - this.#countedAt, this.#usualMs);
    this.#usualMs = ms;
    this.#run.trainedMs += ms;
    this.#countedAt = now;
    return ms;
  }

  async #preview(): Promise<void> {
    const [run, { device, digits, signal, tell }] = [this.#run, this.#tools];
    const frame = await drawPreview(run, digits.examples(), { device, signal });
    const isFirst = run.film.length === 0;
    run.film = [...run.film, frame];
    tell({ type: 'run.preview', runId: run.runId, frame });
    if (isFirst) await this.#save();
  }

  /** Whether the digits are good enough yet. Trouble with the judge is told, and ends the judging, not the training. */
  async #check(): Promise<void> {
    const [run, { device, signal, tell, judge }] = [this.#run, this.#tools];
    const startedAt = performance.now();
    try {
      const tellProgress = (done: number, total: number): void => setStatus(run, { kind: 'judging', done, total }, tell);
      const found = await checkQuality({
        draw: drawingWith(run, { device, signal }),
        judge: (pixels) => orCancelled(judge(pixels), signal), // it may have to be fetched first, and nobody pauses for that long
        tellProgress,
      });
      const [trainedMs, readyMs, judgingMs] = [run.trainedMs, run.readyMs, performance.now() - startedAt];
      const check = { step: run.stepsDone, ...found, trainedMs, readyMs, judgingMs };
      run.checks = [...run.checks, check];
      tell({ type: 'run.judged', runId: run.runId, check });
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !troubleWithTheJudge.includes(thrown.code)) throw thrown;
      run.isJudged = false;
      tell({ type: 'notice', failure: toFailure(thrown) });
      tell({ type: 'run.replaced', run: run.snapshot() });
    } finally {
      this.#countedAt += performance.now() - startedAt; // judging is no training, whether it ends or is cancelled
    }
  }

  async #save(): Promise<void> {
    const startedAt = performance.now();
    await this.#tools.save(this.#run);
    const now = performance.now();
    const pause = Math.max(saveIntervalMs, saveCostFactor * (now - startedAt));
    this.#nextSaveMs = now + Math.min(longestSaveIntervalMs, pause);
  }
}

/** The first time on a backend: digits, weights, and on WebGL the shaders, which is what takes long. */
async function prepare(run: RunState, loop: Loop, tools: LoopTools): Promise<void> {
  const { device, digits, signal, tell } = tools;
  const stages: readonly Stage[] = [
    ['fetching the first digits', () => digits.first(signal)],
    ...(run.recipe.latents ? [fetchingAutoencoder(run, tools)] : []),
    ['making the network', () => run.training],
    ...(canCompileAhead() ? [compiling(run, tools)] : []),
    ['drawing once, before any training', () => warmUpPreview(run, digits.examples(), { device, signal })],
    ['taking the first step', () => loop.step()],
  ];
  for (const [done, [what, work]] of stages.entries()) {
    setStatus(run, { kind: 'preparing', what, done, total: stages.length }, tell);
    await yieldToMessages();
    throwIfCancelled(signal);
    if (done === stages.length - 1) loop.skipReady();
    await work();
  }
  await loop.flush();
  run.isWarm = true;
}

/** Statuses that say something new each time. */
const retold: readonly RunStatus['kind'][] = ['preparing', 'judging', 'failed'];

type Stage = readonly [what: string, work: () => unknown];

function fetchingAutoencoder(run: RunState, { autoencoders, signal }: LoopTools): Stage {
  const fetched = async (): Promise<void> => {
    run.latentSpace = await orCancelled(autoencoders.spaceOf(run.recipe), signal);
  };
  return ['fetching the autoencoder', fetched];
}

/** A stage with a bar of its own, since it takes longer than all others. */
function compiling(run: RunState, { signal, tell }: LoopTools): Stage {
  const what = 'compiling small programs for the graphics card';
  const told = (done: number, total: number): void => setStatus(run, { kind: 'preparing', what, done, total }, tell);
  return [what, () => compileAhead(() => rehearse(run.recipe), told, signal)];
}

/** Tells the page, unless it knows. */
export function setStatus(run: RunState, status: RunStatus, tell: (news: News) => void): void {
  if (run.status.kind === status.kind && !retold.includes(status.kind)) return;
  run.status = status;
  tell({ type: 'run.status', runId: run.runId, status, stepsDone: run.stepsDone, trainedMs: run.trainedMs });
}
