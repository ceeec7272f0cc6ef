/** One update of all parameters in a pass for Adam's and a pass for Muon's, where the backend has kernels for them. */
import type * as tf from '@tensorflow/tfjs-core';
import { adamEmaKernel, adamEmaPass, hasPass, muonEmaKernel, muonEmaPass } from '../model/kernels/optimizerPasses';
import type { Params } from '../model/tensors';
import { parameter } from '../model/tensors';
import { adamNumbers, type AdamSettings } from './adam';
import { fitsMuonKernel, muonMomentum } from './muon';
import type { Weights } from './optimizer';

export interface UpdateSettings {
  readonly adam: AdamSettings;
  readonly muonLearningRate: number;
  /** Of the average of weights. */
  readonly decay: number;
  /** 1 for the first. */
  readonly step: number;
  readonly isMuon: (name: string) => boolean;
}

/** @returns new tensors, the caller's; null where there are no kernels, or they do not fit */
export function wholeUpdate(weights: Weights, gradients: Params, clip: tf.Scalar, settings: UpdateSettings): Weights | null {
  const { adam, muonLearningRate, decay, step, isMuon } = settings;
  const names = Object.keys(weights.param);
  const [muonNames, adamNames] = [names.filter(isMuon), names.filter((name) => !isMuon(name))];
  const fits = muonNames.every((name) => fitsMuonKernel(parameter(weights.param, name)));
  if (!hasPass(adamEmaKernel) || !hasPass(muonEmaKernel) || !fits) return null;

  const shared = (name: string): Record<'value' | 'gradient' | 'average', tf.Tensor> => {
    const value = parameter(weights.param, name);
    return { value, gradient: parameter(gradients, name), average: weights.ema[name] ?? value };
  };
  const byAdam = adamEmaPass(
    adamNames.map((name) => ({ ...shared(name), m: parameter(weights.adamM, name), v: parameter(weights.adamV, name) })),
    clip,
    { ...adamNumbers(step, adam), decay },
  );
  const byMuon = muonEmaPass(
    muonNames.map((name) => ({ ...shared(name), buffer: parameter(weights.muon, name) })),
    clip,
    { rate: muonLearningRate, momentum: muonMomentum, decay },
  );

  type Updated = Readonly<Record<'value' | 'average', tf.Tensor>>;
  const all = inOrderOf<Updated>(names, [...named(adamNames, byAdam), ...named(muonNames, byMuon)]);
  return {
    param: pick(all, ({ value }) => value),
    ema: pick(all, ({ average }) => average),
    adamM: pick(named(adamNames, byAdam), ({ m }) => m),
    adamV: pick(named(adamNames, byAdam), ({ v }) => v),
    muon: pick(named(muonNames, byMuon), ({ buffer }) => buffer),
  };
}

type Named<T> = readonly (readonly [name: string, made: T])[];

function named<T>(names: readonly string[], made: readonly T[]): Named<T> {
  return made.map((each, i) => [names[i] ?? '', each]);
}

function inOrderOf<T>(names: readonly string[], entries: Named<T>): Named<T> {
  const place = new Map(names.map((name, i) => [name, i]));
  return [...entries].sort(([a], [b]) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
}

function pick<T>(entries: Named<T>, part: (made: T) => tf.Tensor): Params {
  return Object.fromEntries(entries.map(([name, made]) => [name, part(made)]));
}
