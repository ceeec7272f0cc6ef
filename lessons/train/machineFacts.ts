/** Figures of a training step in words: this device's, and beside them what was recorded on another. */
import type { RecordedProfile } from '$lib/data/recordedProfile';
import type { Measured, Memory, ProbeResult, StepProfile } from '$lib/worker/protocol';
import { timeOf } from './stepGroups';

export interface Fact {
  readonly name: string;
  readonly here: string;
  /** The same on the recording machine; empty where nothing comparable was recorded. */
  readonly recorded: string;
}

/** What both a measurement and a recording tell. */
export type ProfileFigures = Pick<StepProfile, 'msPerStep' | 'flopsPerStep' | 'matrixFlops' | 'kernels' | 'evaluations'>;

const recentSteps = 20;

/** The median of the last steps' milliseconds; null before the first. */
export function recentMs(history: readonly { readonly ms: number }[]): number | null {
  const recent = history
    .slice(-recentSteps)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return recent[Math.floor(recent.length / 2)] ?? null;
}

export function time(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** Operations a second, of so many operations in so many milliseconds. */
export function rate(flops: number, ms: number): string {
  return speed((flops * 1000) / ms);
}

function speed(flopsPerSecond: number): string {
  const giga = flopsPerSecond / 1e9;
  return giga >= 1000 ? `${(giga / 1000).toPrecision(2)} TFLOP/s` : `${giga.toPrecision(2)} GFLOP/s`;
}

export function memoryWords({ tensors, bytes }: Memory): string {
  return `${tensors.toLocaleString('en')}, ${(bytes / 1e6).toFixed(0)} MB`;
}

/** What the choice of the backend rests on; or that nothing had to be measured. */
export function probeWords(probe: ProbeResult | null): string {
  if (probe === null) return 'nothing was compared';
  const each = (name: string, measured: Measured | null): string =>
    `${name} ${measured ? time(measured.msPerStep) : 'would not run'}`;
  // Where only the processor stands in for a card, nobody measures it.
  const cards = [
    ...(probe.renderer === null ? [] : [each('WebGL', probe.webgl)]),
    ...(probe.adapter === null ? [] : [each('WebGPU', probe.webgpu)]),
  ];
  return [each('WASM', probe.wasm), ...cards].join(', ');
}

/** What only a measurement tells. */
export function measuredFacts(profile: ProfileFigures | null, recorded: RecordedProfile | null): readonly Fact[] {
  const both = (words: (figures: ProfileFigures) => string): Pick<Fact, 'here' | 'recorded'> => ({
    here: profile ? words(profile) : '–',
    recorded: recorded ? words(recorded) : '',
  });
  return [
    { name: 'A step, at its fastest', ...both(({ msPerStep }) => time(msPerStep)) },
    { name: 'Arithmetic in it', ...both(({ flopsPerStep }) => `${(flopsPerStep / 1e9).toFixed(2)} GFLOP`) },
    { name: 'Reached', ...both(({ flopsPerStep, msPerStep }) => rate(flopsPerStep, msPerStep)) },
    { name: 'A large matrix product reaches', ...both(({ matrixFlops }) => speed(matrixFlops)) },
    { name: 'Kernels called', ...both(({ kernels }) => kernels.reduce((sum, { calls }) => sum + calls, 0).toLocaleString('en')) },
    { name: 'Outside the kernels', ...both(outsideWords) },
    ...[32, 1].map((pictures) => ({
      name: pictures === 1 ? 'One evaluation, 1 picture' : `One evaluation, ${pictures} pictures`,
      ...both((figures) => evaluationWords(figures, pictures)),
    })),
  ];
}

function outsideWords({ kernels, msPerStep }: ProfileFigures): string {
  if (kernels.some(({ ms }) => ms === null)) return 'cannot be told';
  return share(Math.max(0, msPerStep - timeOf(kernels)), msPerStep);
}

/** With the share of a training step that it takes. */
function evaluationWords({ evaluations, msPerStep }: ProfileFigures, pictures: number): string {
  const found = evaluations.find((each) => each.pictures === pictures);
  return found ? `${time(found.ms)}, ${(found.ms / msPerStep).toFixed(2)} of a step` : '–';
}

export function share(ms: number, of: number): string {
  const percent = (100 * ms) / of;
  return percent > 0 && percent < 0.5 ? '<1%' : `${percent.toFixed(0)}%`;
}
