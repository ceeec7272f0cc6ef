/** The setups that this lesson compares, in words and as what the engine is asked to draw with. Plain data. */
import type { RecordedSetup } from '$lib/data/recordedExperts';
import { expertSetups, expertsOf, type ExpertSetup } from '$lib/training/expertRecipes';
import { shippedModel } from '$lib/training/shippedModels';
import type { ModelSource, Source } from '$lib/worker/protocol';
import type { Interval } from '$lib/diffusion/experts';

/** Experts of the single network's size; the last setup shares its parameters out instead. */
export const fullSetups: readonly ExpertSetup[] = expertSetups.filter((setup) => setup !== 'two-small');

export const setupNames: Readonly<Record<RecordedSetup, string>> = {
  one: 'one network',
  two: 'two experts',
  three: 'three, even in t',
  'three-logsnr': 'three, even in log-SNR',
  four: 'four experts',
  'two-small': 'two small experts',
};

/** Whose networks: those that ship with the page, or those that the reader has trained here. */
export type Owner = 'recorded' | 'own';

export interface Member {
  readonly model: ModelSource;
  readonly interval: Interval;
}

/** The experts of a setup, from the one that owns the cleanest levels on. */
export function membersOf(setup: ExpertSetup, owner: Owner): readonly Member[] {
  return expertsOf(setup).map(({ recipe, interval }, i) => ({
    model:
      owner === 'recorded'
        ? { kind: 'recorded', name: shippedModel(`${setup}-${i + 1}`).name }
        : { kind: 'run', runId: recipe.id, weights: 'ema' },
    interval,
  }));
}

export function intervalsOf(setup: ExpertSetup): readonly Interval[] {
  return expertsOf(setup).map(({ interval }) => interval);
}

/** As the engine is asked: every expert with the moments that it owns. */
export function sourceOfMembers(members: readonly Member[]): Source {
  return { kind: 'experts', experts: members.map(({ model, interval: { from, to } }) => ({ model, from, to })) };
}

export function setupSource(setup: RecordedSetup, owner: Owner = 'recorded'): Source {
  return setup === 'one' ? { kind: 'recorded' } : sourceOfMembers(membersOf(setup, owner));
}

/** Training steps behind each expert, cleanest first. */
export function stepsOf(setup: ExpertSetup): readonly number[] {
  return expertsOf(setup).map(({ steps }) => steps);
}

/** "t = 501 … 1,000": the moments that an expert owns. */
export function intervalWords({ from, to }: Interval): string {
  return `t = ${(from + 1).toLocaleString('en')} … ${to.toLocaleString('en')}`;
}

/** Which kind of work an expert has, by its place among the others. */
export function taskWords(index: number, count: number): string {
  if (index === 0) return 'little noise';
  return index === count - 1 ? 'much noise' : 'noise in between';
}
