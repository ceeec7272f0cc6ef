/**
 * What a sampler is: its settings, its equation, and a step from one level to another. A sampler sees neither network
 * nor tensors nor the length of the schedule, and combines x, x0, eps and noise linearly, so that one file runs on
 * arrays, on tensors and on coefficients.
 */
import { AppError } from '../../base/errors';
import { checkParams, defaults, type Params, type ParamValues } from '../../base/params';
import type { SamplerStep } from '../types';

/** Settings by name; a setting left out has its default. */
export type SamplerValues = Readonly<Record<string, number | string>>;

interface SamplerInfo<P extends Params> {
  /** Names the sampler in URLs and messages. */
  readonly id: string;
  readonly label: string;
  /**
   * Halving the steps multiplies the error by about 2^order. null: more steps alone do not make it vanish, because something
   * else limits it (`bias`).
   */
  readonly order: number | null;
  /** Without an order: what mean and deviation may stay off, in deviations of the data, however many steps are taken. */
  readonly bias?: number;
  /** How many predictions of earlier steps a step reads; none if left out. */
  readonly history?: number;
  readonly params: P;
  /** The step from t to s, in the macros of scripts/typesetMath.js. */
  readonly tex: string;
  /** Settings that miss the data's distribution, and are offered for a lesson to show that; the tests expect them to. */
  readonly wrongOnPurpose?: readonly SamplerValues[];
}

export interface Sampler extends SamplerInfo<Params> {
  /**
   * Network evaluations that so many steps take.
   * @throws range, for a setting that is unknown or outside its range
   */
  nfe(steps: number, values?: SamplerValues): number;
  /**
   * A step for one run.
   * A step borrows what it is given and returns a new value, never x, x0, eps or noise themselves.
   * @throws range, for a setting that is unknown or outside its range
   */
  start(values: SamplerValues): SamplerStep;
}

export interface SamplerDefinition<P extends Params> extends SamplerInfo<P> {
  readonly nfe: (steps: number, values: ParamValues<P>) => number;
  readonly start: (values: ParamValues<P>) => SamplerStep;
}

/** Puts the check of the settings before what the definition does with them. */
export function defineSampler<const P extends Params>(definition: SamplerDefinition<P>): Sampler {
  const { params, label } = definition;
  const checked = (values: SamplerValues): ParamValues<P> => {
    for (const name of Object.keys(values)) {
      if (!(name in params)) throw new AppError('range', `${label} has no setting named ${name}.`);
    }
    const complete = { ...defaults(params), ...values };
    checkParams(params, complete);
    return complete as ParamValues<P>; // just checked
  };
  return {
    ...definition,
    nfe: (steps, values = {}) => definition.nfe(steps, checked(values)),
    start: (values) => definition.start(checked(values)),
  };
}
