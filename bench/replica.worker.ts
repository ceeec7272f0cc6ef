/** A worker of the bench of replicas. The first trains, alone or sharing each batch with the second; a third only keeps a core busy. */
import * as tf from '@tensorflow/tfjs-core';
import { recipes } from '../src/training/recipes';
import { createRun } from '../src/training/run';
import { answer, sharedRun, type Answer, type Phases, type Question } from './sharedStep';
import { batchesOf, loadKernels, seed, start } from './startEngine';

export type ReplicaCommand =
  | { readonly kind: 'lead' | 'help'; readonly port: MessagePort }
  /** Of the one who leads: so many steps, with so many pictures of each batch for the helper. */
  | { readonly kind: 'steps'; readonly count: number; readonly theirs: number }
  | { readonly kind: 'burn' };

export interface StepsDone {
  readonly ms: readonly number[];
  readonly losses: readonly number[];
  /** None of steps taken alone. */
  readonly phases: readonly Phases[];
  readonly tensors: number;
}

const nothing: StepsDone = { ms: [], losses: [], phases: [], tensors: 0 };
/** The first digits to arrive, again and again. */
const batches = 64;

const scope = self as unknown as DedicatedWorkerGlobalScope; // the project is typed for pages; this file runs in a worker
let steps: ((count: number, theirs: number) => Promise<StepsDone>) | null = null;

scope.onmessage = ({ data }: MessageEvent<ReplicaCommand>) => {
  void done(data).then((result) => scope.postMessage(result));
};
// So that the page hears of it.
scope.onunhandledrejection = (event) => {
  throw event.reason;
};

async function done(command: ReplicaCommand): Promise<StepsDone> {
  switch (command.kind) {
    case 'lead':
      await open();
      steps = await leading(command.port);
      return nothing;
    case 'help':
      await open();
      help(command.port);
      return nothing;
    case 'steps':
      if (steps === null) throw new Error('This worker was not asked to lead.');
      return steps(command.count, command.theirs);
    case 'burn':
      for (;;); // until the page ends the worker
  }
}

async function open(): Promise<void> {
  await start('wasm');
  if ((await loadKernels()) === null) throw new Error('Our kernels do not run here.');
}

function help(port: MessagePort): void {
  port.onmessage = ({ data }: MessageEvent<Question>) => {
    const found = answer(data);
    port.postMessage(found, [found.gradients.buffer, found.errors.buffer]);
  };
}

async function leading(port: MessagePort): Promise<(count: number, theirs: number) => Promise<StepsDone>> {
  const batchOf = await batchesOf(recipes.quick.batchSize);
  const batch = (step: number): ReturnType<typeof batchOf> => batchOf(step % batches);
  const alone = createRun(recipes.quick, seed);
  const shared = sharedRun(seed, { ask: asker(port) }, batch);
  return async (count, theirs) => {
    const [ms, losses, phases]: [number[], number[], Phases[]] = [[], [], []];
    for (let i = 0; i < count; i += 1) {
      const startMs = performance.now();
      if (theirs === 0) {
        alone.step(batch(alone.stepsDone));
        losses.push(...(await alone.flush()).map(({ loss }) => loss));
      } else {
        const step = await shared(theirs);
        losses.push(step.loss);
        phases.push(step.phases);
      }
      ms.push(performance.now() - startMs);
    }
    return { ms, losses, phases, tensors: tf.memory().numTensors };
  };
}

function asker(port: MessagePort): (question: Question) => Promise<Answer> {
  const waiting: ((found: Answer) => void)[] = [];
  port.onmessage = ({ data }: MessageEvent<Answer>) => waiting.shift()?.(data);
  return (question) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port.postMessage(question, [question.weights.buffer]);
    });
}
