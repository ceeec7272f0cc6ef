/** How long a drawing will take, said before it starts. Plain data. */
import { samplerById } from '$lib/diffusion/samplers';
import { waitWords } from '../samplers/network';

/** What takes longer than this is said beforehand. */
const patienceMs = 4_000;
/** And as long as nothing was measured, what asks more often. */
const patienceEvaluations = 500;

export interface Walk {
  readonly sampler: string;
  readonly steps: number;
  /** Guidance looks twice. */
  readonly isGuided: boolean;
  /** Pictures; they share an evaluation, which then takes so much longer. */
  readonly pictures?: number;
}

/** Evaluations of the network, each counted for every picture. */
export function evaluationsOf({ sampler, steps, isGuided, pictures = 1 }: Walk): number {
  return samplerById(sampler).nfe(steps) * (isGuided ? 2 : 1) * pictures;
}

/** A sentence where one will wait; null where one hardly does. @param msPerEvaluation null until one was timed here */
export function waitWarning(evaluations: number, msPerEvaluation: number | null): string | null {
  const planned = evaluations.toLocaleString('en');
  const wait = waitWords(evaluations, msPerEvaluation);
  if (msPerEvaluation === null || wait === null) {
    return evaluations > patienceEvaluations
      ? `This asks the networks ${planned} times. How long that takes here is not known before the first drawing; Stop lands within one step.`
      : null;
  }
  return evaluations * msPerEvaluation > patienceMs
    ? `This asks the networks ${planned} times: ${wait} on this device. Stop lands within one step.`
    : null;
}
