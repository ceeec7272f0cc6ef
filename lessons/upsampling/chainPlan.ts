/** What a chain asks of the engine, for settings that the reader has chosen. Plain data. */
import type { ParamValues } from '$lib/base/params';
import type { Runs } from '$lib/state/runs';
import type { ChainAsk } from './chain';
import type { PlannedStage } from './chainDrawing.svelte';
import {
  costOf,
  hasOwnChain,
  isToldLevel,
  recipeOf,
  roles,
  shippedNameOf,
  sides,
  sourceOf,
  walkOf,
  type ChainNetworks,
  type Role,
  type StageWalk,
} from './chainStages';
import { everyDigit, pictures, type chainParams } from './liveParams';

export type ChainValues = ParamValues<typeof chainParams>;

export interface ChainPlan {
  readonly ask: ChainAsk;
  readonly stages: readonly PlannedStage[];
}

/** The reader's own networks are used only once there are all three. */
export function networksOf(
  { network, base, upsamplers }: Pick<ChainValues, 'network' | 'base' | 'upsamplers'>,
  runs: Runs,
): ChainNetworks {
  return { own: network === 'own' && hasOwnChain(runs), baseSteps: Number(base), upsamplers };
}

/** Ten digits in turn, or ten times the same. */
function tenLabels(digits: string): readonly number[] {
  return Array.from({ length: pictures }, (_, i) => (digits === everyDigit ? i : Number(digits)));
}

function walksOf(values: ChainValues): Readonly<Record<Role, StageWalk>> {
  const augmentation = values.level;
  return {
    'base-7': walkOf({ sampler: values.sampler7, steps: values.steps7, guidanceScale: values.w7 }),
    'up-14': walkOf({ sampler: values.sampler14, steps: values.steps14, guidanceScale: values.w14, augmentation }),
    'up-28': walkOf({ sampler: values.sampler28, steps: values.steps28, augmentation }),
  };
}

export function chainPlan(values: ChainValues, runs: Runs): ChainPlan {
  const networks = networksOf(values, runs);
  const walks = walksOf(values);
  return {
    ask: {
      stages: roles.map((role) => ({ ...walks[role], source: sourceOf(role, networks) })),
      labels: tenLabels(values.digits),
      seed: values.noise,
    },
    stages: roles.map((role) => plannedStage(role, walks[role], networks, runs)),
  };
}

/** What is known of a stage before it is drawn. @param isTold whether the pictures have classes */
export function plannedStage(role: Role, walk: StageWalk, networks: ChainNetworks, runs: Runs, isTold = true): PlannedStage {
  return {
    name: networks.own ? role : shippedNameOf(role, networks),
    side: sides[role],
    sampler: walk.sampler,
    steps: walk.steps,
    ...costOf(walk, recipeOf(role, networks, runs), isTold),
  };
}

/** Whether the upsamplers in use know how to be told a level of noise. */
export function knowsLevels(networks: ChainNetworks, runs: Runs): boolean {
  return isToldLevel(recipeOf('up-14', networks, runs)) && isToldLevel(recipeOf('up-28', networks, runs));
}
