/** The bench's figures in words, for the terminal. */
import { flopsPerStep } from '../src/training/cost';
import { recipes } from '../src/training/recipes';
import type { Aim, KernelFigure, PytorchFigure, ReplicaFigure, SampleFigure, Times, TrainFigure } from './figures';
import type { TurnFigures } from './inBrowser';
import type { SiteFigures } from './site';

const shownKernels = 8;

export function printTurns({ train, sample }: TurnFigures): void {
  for (const row of train) {
    const launches = row.launches === null ? '' : `${row.launches} launches, `;
    const tensors = `${launches}tensors ${row.tensorsBefore} → ${row.tensorsAfter}`;
    const result = row.msPerStep
      ? `${stepText(row.recipe, row.msPerStep)}, first ${ms(row.firstStepMs)}, ${tensors}`
      : whyNot(row);
    console.log(`train  ${nameOf(row)}: ${result}`);
  }
  for (const row of sample) {
    const result = row.msPerEvaluation ? `${timesText(row.msPerEvaluation)} ms a network evaluation` : whyNot(row);
    console.log(`sample ${nameOf(row)}: ${result}`);
  }
}

export function printPytorch({ version, threads, layout, batch, msPerStep }: PytorchFigure): void {
  const threadCount = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  console.log(`train  PyTorch ${version}, ${threadCount}, ${layout} · quick · batch ${batch}: ${stepText('quick', msPerStep)}`);
}

export function printKernels(engine: string, figures: readonly KernelFigure[]): void {
  const list = figures.slice(0, shownKernels).map(({ kernel, calls, ms: time }) => `${kernel} ${ms(time)} (${calls})`);
  console.log(`where  wasm · ${engine}: ${list.join(', ')} ms (calls)`);
}

export function printReplicas({ batch, theirs, phases, processorMs, ...figure }: ReplicaFigure): void {
  const ratio = (one: Times, two: Times): string =>
    `one worker ${timesText(one)}, two ${timesText(two)} ms a step, ${(one.min / two.min).toFixed(2)} times as fast at best, ${(one.median / two.median).toFixed(2)} in the median`;
  console.log(`share  ${batch - theirs} + ${theirs} pictures: ${ratio(figure.one, figure.two)}`);
  console.log(`share  with a core kept busy: ${ratio(figure.busyOne, figure.busyTwo)}`);
  const parts = Object.entries(phases).map(([phase, time]) => `${phase} ${ms(time)}`);
  console.log(`share  the first worker's time: ${parts.join(', ')} ms at best`);
  if (processorMs) {
    const { one, leader, helper } = processorMs;
    // The helper waits for the weights, and the update for the helper.
    const inTurn = Math.max(leader, (phases['sending'] ?? NaN) + helper + (phases['update'] ?? NaN));
    console.log(
      `share  processor time: one ${ms(one)}, of two ${ms(leader)} and ${ms(helper)} ms a step at best; with both cores free, about ${(one / inTurn).toFixed(2)} times as fast`,
    );
  }
  const { lossDifference, tensorsBefore, tensorsAfter } = figure;
  console.log(`share  losses differ by ${lossDifference.toExponential(0)}, tensors ${tensorsBefore} → ${tensorsAfter}`);
}

export function printSite({ longestTaskMs, bytes: { firstFigureJsGz, totalJsGz } }: SiteFigures): void {
  console.log(`page   longest task during 50 training steps: ${ms(longestTaskMs)} ms`);
  const kilobytes = (count: number): string => (count / 1000).toFixed(0);
  console.log(
    `bytes  JavaScript before the first figure moves ${kilobytes(firstFigureJsGz)} kB gzipped, in all ${kilobytes(totalJsGz)} kB`,
  );
}

export function printAims(aims: readonly Aim[]): void {
  for (const { name, value, aim, isMet } of aims) {
    console.log(`${isMet ? 'met   ' : 'missed'} ${name}: ${Number(value.toPrecision(3))} (aim ${aim})`);
  }
}

function nameOf({ backend, renderer, engine, relaxedSimd, recipe, batch }: TrainFigure | SampleFigure): string {
  const where = renderer === null ? '' : ` (${renderer})`;
  const build = relaxedSimd === null ? '' : relaxedSimd ? ' (relaxed SIMD)' : ' (SIMD)';
  return `${backend}${where} · ${engine}${build} · ${recipe} · batch ${batch}`;
}

/** With the arithmetic of the best step, counted as direct convolutions. */
function stepText(recipe: string, times: Times): string {
  const gflops = flopsPerStep(recipes[recipe === 'textbook' ? 'textbook' : 'quick']) / times.min / 1e6;
  return `${timesText(times)} ms a step, ${gflops.toFixed(1)} GFLOP/s`;
}

function timesText({ median, min }: Times): string {
  return `${ms(median)} (best ${ms(min)})`;
}

function whyNot({ why }: TrainFigure | SampleFigure): string {
  return `cannot: ${why ?? 'unknown'}`;
}

function ms(time: number | null): string {
  return time === null ? '–' : time.toFixed(time < 100 ? 1 : 0);
}
