/** Small pictures made large by the upsamplers, and what the judge makes of them: a chain without its base. */
import type { Session } from '$lib/state/session.svelte';
import { drawChain } from './chain';
import { roles, inputSides, sourceOf, walkOf, type ChainNetworks, type Role } from './chainStages';
import { verdictsOf, type Verdict } from './verdicts';

/** The part of the session that draws and judges. */
export type Upsamples = Pick<Session, 'sample' | 'judge'>;

export interface UpAsk {
  /** [labels.length, side, side] in −1..1 */
  readonly small: Float32Array;
  readonly side: 7 | 14;
  readonly networks: ChainNetworks;
  /** Level of the noise laid over what each upsampler is given. */
  readonly augmentation: number;
  readonly labels: readonly (number | null)[];
  readonly seed: number;
  /** Of the network that is told the digit. */
  readonly guidanceScale: number;
  readonly steps: { readonly 'up-14': number; readonly 'up-28': number };
}

export interface Upsampled {
  /** [n, 28, 28] in −1..1 */
  readonly pixels: Float32Array;
  /** [n, 14, 14]: on the way; null where it began there. */
  readonly between: Float32Array | null;
  readonly verdicts: readonly Verdict[];
  readonly nfe: number;
  readonly ms: number;
  /** Steps that each network in turn had been trained for. */
  readonly trainedSteps: readonly number[];
}

type UpRole = Exclude<Role, 'base-7'>;

/** The upsamplers that it takes from this side on. */
export function upsamplersFrom(side: 7 | 14): readonly UpRole[] {
  return roles.filter((role): role is UpRole => (inputSides[role] ?? 0) >= side);
}

/** @throws what drawing and judging reject with; request/cancelled, once the signal says so */
export async function upsample(session: Upsamples, ask: UpAsk, signal: AbortSignal): Promise<Upsampled> {
  const { small, side, networks, augmentation, labels, seed, guidanceScale, steps } = ask;
  const needed = upsamplersFrom(side);
  const stages = needed.map((role) => ({
    ...walkOf({ steps: steps[role], guidanceScale, augmentation }),
    source: sourceOf(role, networks),
  }));
  const firstStage = roles.length - needed.length;
  const ends = await drawChain(session, { stages, labels, seed, start: small, firstStage, frames: 'last' }, { signal });
  const pixels = ends.at(-1)?.pixels ?? new Float32Array();
  const { probabilities } = await session.judge(pixels, { signal });
  return {
    pixels,
    between: ends.length > 1 ? (ends[0]?.pixels ?? null) : null,
    verdicts: verdictsOf(probabilities, labels),
    nfe: ends.reduce((sum, { summary }) => sum + summary.nfe, 0),
    ms: ends.reduce((sum, { summary }) => sum + summary.ms, 0),
    trainedSteps: ends.map(({ summary }) => summary.trainedSteps),
  };
}
