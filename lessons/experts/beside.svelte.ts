/** Ten digits by the experts that the reader trained, beside those that ship with the page and the single network. */
import type { ExpertSetup } from '$lib/training/expertRecipes';
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

  async draw(session: DrawsAndJudges, setup: ExpertSetup, guidanceScale: number): Promise<void> {
    this.setup = setup;
    this.seed += 1;
    const sources = { own: setupSource(setup, 'own'), recorded: setupSource(setup), one: setupSource('one') };
    const asks = besideIds.map((id) => ({ id, source: sources[id] }));
    await this.run(session, asks, { steps, guidanceScale, seed: this.seed });
  }
}
