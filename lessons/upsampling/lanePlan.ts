/** What each of the three lanes asks of the engine, for settings that the reader has chosen. Plain data. */
import type { ParamValues } from '$lib/base/params';
import type { LaneId } from '$lib/data/recordedCascade';
import type { Runs } from '$lib/state/runs';
import type { Recipe } from '$lib/training/recipe';
import { recipes } from '$lib/training/recipes';
import type { ModelSource } from '$lib/worker/protocol';
import type { ChainAsk } from './chain';
import { plannedStage } from './chainPlan';
import type { PlannedStage } from './chainDrawing.svelte';
import { costOf, firstNetworks, hasOwnChain, recipeOf, roles, sourceOf, walkOf, type StageWalk } from './chainStages';
import { everyDigit, pictures, type laneParams } from './liveParams';

export const laneIds: readonly LaneId[] = ['ddpm', 'ddim', 'cascade'];
export const laneNames: Readonly<Record<LaneId, string>> = { ddpm: 'DDPM', ddim: 'DDIM', cascade: 'Upsampling cascade' };

export type LaneValues = ParamValues<typeof laneParams>;

export interface LanePlan {
  readonly ask: ChainAsk;
  readonly stages: readonly PlannedStage[];
  /** Whose networks draw, in words. */
  readonly by: string;
  /** What each stage's network was trained to do. */
  readonly recipes: readonly Recipe[];
}

const single = 28;

export function lanePlan(lane: LaneId, values: LaneValues, runs: Runs): LanePlan {
  return lane === 'cascade' ? cascadePlan(values, runs) : singlePlan(lane, values, runs);
}

/** The digit or the ten digits asked for. */
export function labelsOf(digit: string): readonly number[] {
  return digit === everyDigit ? Array.from({ length: pictures }, (_, i) => i) : [Number(digit)];
}

function singlePlan(lane: 'ddpm' | 'ddim', values: LaneValues, runs: Runs): LanePlan {
  const run = values.single === 'own' ? runs.quick : undefined;
  const isOwn = (run?.stepsDone ?? 0) > 0;
  const source: ModelSource = isOwn ? { kind: 'run', runId: 'quick', weights: 'ema' } : { kind: 'recorded' };
  const recipe = (isOwn ? run?.recipe : undefined) ?? recipes.quick;
  const walk = walkOf({
    sampler: lane,
    steps: values[lane],
    guidanceScale: lane === 'ddpm' ? values.wDdpm : values.wDdim,
  });
  return {
    ask: { stages: [{ ...walk, source }], labels: labelsOf(values.digit), seed: values.noise },
    stages: [{ name: 'quick', side: single, sampler: lane, steps: walk.steps, ...costOf(walk, recipe, true) }],
    by: isOwn ? 'your quick network' : 'the recorded network',
    recipes: [recipe],
  };
}

function cascadePlan(values: LaneValues, runs: Runs): LanePlan {
  const networks = { ...firstNetworks, own: values.chain === 'own' && hasOwnChain(runs) };
  const walks: readonly StageWalk[] = [
    walkOf({ steps: values.base, guidanceScale: values.wChain }),
    walkOf({ steps: values.up14, guidanceScale: values.wChain }),
    walkOf({ steps: values.up28 }),
  ];
  const stages = roles.map((role, i) => ({ role, walk: walks[i] ?? walkOf({ steps: 1 }) }));
  return {
    ask: {
      stages: stages.map(({ role, walk }) => ({ ...walk, source: sourceOf(role, networks) })),
      labels: labelsOf(values.digit),
      seed: values.noise,
    },
    stages: stages.map(({ role, walk }) => plannedStage(role, walk, networks, runs)),
    by: networks.own ? 'your own three networks' : 'the recorded three networks',
    recipes: roles.map((role) => recipeOf(role, networks, runs)),
  };
}
