/** What is asked of the engine in this lesson: always DDIM without dice, so that one noise drawn in two ways can be compared. */
import type { RunId, SampleRequest } from '$lib/worker/protocol';
import type { Runs } from '$lib/state/runs';
import { captionCheckpoints } from '$lib/training/captionRecipes';
import type { ShippedName } from '$lib/training/shippedModels';

const usualSteps = 25;
const captionRun: RunId = 'caption';
/** The longest trained of those that ship. */
const bestCaptionSteps = captionCheckpoints.at(-1) ?? 0;

export type NetworkChoice = 'recorded' | 'own';

export function hasOwnNetwork(runs: Runs): boolean {
  return (runs[captionRun]?.stepsDone ?? 0) > 0;
}

/** The best of those that ship. */
export const recordedSource: SampleRequest['source'] = { kind: 'recorded', name: checkpointName(bestCaptionSteps) };

/** The reader's own, if they chose it and it has learned anything; otherwise the recorded one. */
export function captionSource(choice: NetworkChoice, runs: Runs): SampleRequest['source'] {
  return choice === 'own' && hasOwnNetwork(runs) ? { kind: 'run', runId: captionRun, weights: 'ema' } : recordedSource;
}

export function checkpointName(steps: number): ShippedName {
  const found = captionCheckpoints.find((each) => each === steps) ?? captionCheckpoints[0];
  return `caption@${found}`;
}

export interface CaptionAsk {
  readonly source: SampleRequest['source'];
  /** One for each picture. */
  readonly captions: readonly string[];
  readonly guidanceScale: number;
  readonly seed: number;
  readonly steps?: number;
}

/** @param change what differs from that */
export function captionRequest(
  { source, captions, guidanceScale, seed, steps = usualSteps }: CaptionAsk,
  change: Partial<SampleRequest> = {},
): SampleRequest {
  return {
    ...base,
    source,
    steps,
    guidanceScale,
    seed,
    labels: captions.map(() => null),
    prompts: { captions },
    ...change,
  };
}

/** For networks that are told a class. */
export function classRequest(
  name: ShippedName,
  labels: readonly (number | null)[],
  { guidanceScale, seed }: Pick<CaptionAsk, 'guidanceScale' | 'seed'>,
): SampleRequest {
  return { ...base, source: { kind: 'recorded', name }, steps: usualSteps, guidanceScale, seed, labels };
}

const base = {
  sampler: 'ddim',
  samplerParams: { eta: 0 },
  spacing: 'trailing',
  clip: true,
  frames: 'last',
} as const;

/** The same caption for each of several noises. */
export function times(caption: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => caption);
}
