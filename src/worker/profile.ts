/**
 * Where the time of a training step goes: kernels by name, what is left outside them, and what an evaluation without gradients costs
 * beside it. Measured on a run of its own, so that the reader's stays as it is.
 */
import * as tf from '@tensorflow/tfjs-core';
import { levelAt, makeSchedule } from '../diffusion/schedule';
import { createRng } from '../base/rng';
import { makeDenoiser } from '../model/denoiser';
import { flopsPerStep } from '../training/cost';
import type { Recipe } from '../training/recipe';
import type { Device } from './device';
import { timeSteps } from './probe';
import type { KernelTime, StepProfile } from './protocol';
import { createTrial, type Trial } from './trial';
import { yieldToMessages } from './yieldToMessages';

export interface ProfileTools {
  readonly device: Pick<Device, 'guard'>;
  /** Throws when there is no point in going on. */
  readonly check: () => void;
  readonly budgetMs?: number;
}

/** Of measuring whole steps, and as much again of measuring them kernel by kernel. */
const stepsBudgetMs = 1000;
/** Of that, for whatever is measured beside steps. */
const shortShare = 0.25;
const evaluatedPictures = [32, 1] as const;
/** Large enough to run at full speed, small enough for a phone. */
const matrixSide = 512;
/** Anywhere in the middle: an evaluation costs the same everywhere. */
const evaluatedT = 500;

/** @throws backend/lost, and whatever `check` throws */
export async function profileStep(
  recipe: Recipe,
  { device, check, budgetMs = stepsBudgetMs }: ProfileTools,
): Promise<Omit<StepProfile, 'backend'>> {
  const { numTensors: tensors, numBytes: bytes } = tf.memory();
  const trial = createTrial(recipe);
  const train = async (steps: number): Promise<void> => {
    await device.guard(trial.train(steps));
    await yieldToMessages();
    check();
  };
  try {
    await train(1);
    const msPerStep = await timeSteps(train, { budgetMs });
    const kernels = await leastOf(budgetMs, async () => {
      const times = await device.guard(kernelsOfOneStep(trial));
      await yieldToMessages();
      check();
      return times;
    });
    const timed = async (work: () => Promise<void>): Promise<number> => {
      const repeat = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i += 1) await device.guard(work());
        await yieldToMessages();
        check();
      };
      await repeat(1);
      return timeSteps(repeat, { budgetMs: shortShare * budgetMs });
    };
    const evaluations: { pictures: number; ms: number }[] = [];
    for (const pictures of evaluatedPictures) {
      evaluations.push({ pictures, ms: await timed(evaluation(recipe, trial, pictures)) });
    }
    const matrixFlops = (2 * matrixSide ** 3 * 1000) / (await timed(matrixProduct));
    const cost = { batchSize: recipe.batchSize, flopsPerStep: flopsPerStep(recipe), matrixFlops };
    return { ...cost, msPerStep, kernels, evaluations, memory: { tensors, bytes } };
  } finally {
    trial.dispose();
  }
}

async function kernelsOfOneStep({ run, batch }: Trial): Promise<readonly KernelTime[]> {
  const isTimed = tf.backend().timerAvailable();
  const { kernels } = await countingOnly(!isTimed, () => tf.profile(() => run.step(batch)));
  const found = new Map<string, { calls: number; ms: number }>();
  for (const { name, kernelTimeMs } of kernels) {
    if (!tf.getKernel(name, tf.getBackend())) continue; // the scope of an own gradient: its kernels are listed themselves
    const { calls, ms } = found.get(name) ?? { calls: 0, ms: 0 };
    found.set(name, { calls: calls + 1, ms: ms + Number(await kernelTimeMs) });
  }
  await run.flush();
  const times = Array.from(found, ([name, { calls, ms }]) => ({ name, calls, ms: isTimed ? ms : null }));
  return times.sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0) || b.calls - a.calls);
}

/** Without a timer tfjs would read back every kernel's result to time it, minutes a step; kernels can be counted without. */
async function countingOnly<T>(isWanted: boolean, work: () => Promise<T>): Promise<T> {
  if (!isWanted) return work();
  const backend = tf.backend();
  const { timerAvailable } = backend;
  backend.timerAvailable = () => true;
  try {
    return await work();
  } finally {
    backend.timerAvailable = timerAvailable;
  }
}

/** The step whose kernels took the least time together, of as many as the budget allows: whole, so that its parts add up. */
async function leastOf(budgetMs: number, measure: () => Promise<readonly KernelTime[]>): Promise<readonly KernelTime[]> {
  const total = (times: readonly KernelTime[]): number => times.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  const startedAt = performance.now();
  let best = await measure();
  while (performance.now() - startedAt < budgetMs) {
    const next = await measure();
    if (total(next) < total(best)) best = next;
  }
  return best;
}

/** One network evaluation with the trial's averaged weights, waited for. */
function evaluation(recipe: Recipe, { run }: Trial, pictures: number): () => Promise<void> {
  const { imageSize, channels, classes } = recipe.model;
  const schedule = makeSchedule(recipe.schedule);
  const shape: [number, number, number, number] = [pictures, imageSize, imageSize, channels];
  const noise = createRng(0, 'evaluation').normals(pictures * imageSize * imageSize * channels);
  return async () => {
    const x0 = tf.tidy(() => {
      const denoise = makeDenoiser({
        params: run.weights('ema'),
        config: recipe.model,
        schedule,
        predictionType: recipe.predictionType,
        labels: Array.from({ length: pictures }, (_, i) => (classes > 0 ? i % classes : null)),
        guidanceScale: 1,
        clip: true,
      });
      return denoise(tf.tensor4d(noise, shape), levelAt(schedule, evaluatedT)).x0;
    });
    await x0.data();
    x0.dispose();
  };
}

async function matrixProduct(): Promise<void> {
  const product = tf.tidy(() => {
    const square = tf.ones<tf.Rank.R2>([matrixSide, matrixSide]);
    return tf.matMul(square, square);
  });
  await product.data();
  product.dispose();
}
