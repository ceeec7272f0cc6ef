/** Ten digits by the experts that the reader trained, beside those that ship with the page and the single network. */
import { singleSteps, type ExpertSetup } from '$lib/training/expertRecipes';
import { guidanceForSteps } from '$lib/training/guidanceSchedule';
import { DigitRows, type DrawsAndJudges } from './digitRows.svelte';
import { setupSource } from './setups';

export const besideIds = ['own', 'recorded', 'one'] as const;
export type BesideId = (typeof besideIds)[number];

const steps = 25;

export class Beside extends DigitRows<BesideId> {
  /** Whose experts the rows are of. */
  setup = $state.raw<ExpertSetup | null>(null);
  /** Every drawing after the first takes another noise. */
  seed = $state(0);

  /** @param trained steps behind the reader's experts, all together: how much guidance their digits want depends on them */
  async draw(session: DrawsAndJudges, setup: ExpertSetup, trained: number): Promise<void> {
    this.setup = setup;
    this.seed += 1;
    const sources = { own: setupSource(setup, 'own'), recorded: setupSource(setup), one: setupSource('one') };
    const asks = besideIds.map((id) => ({ id, source: sources[id], guidanceScale: guidanceOf(id, trained) }));
    await this.run(session, asks, { steps, guidanceScale: guidanceOf('one', trained), seed: this.seed });
  }
}

export function guidanceOf(id: BesideId, trained: number): number {
  return guidanceForSteps(id === 'own' ? trained : singleSteps);
}
