/** The chain that the reader takes apart: recorded at first, then drawn here, with its playhead over all moments of all stages, and the judge's word on its end. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { RecordedChain } from '$lib/data/recordedChain';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import type { ChainAsk } from './chain';
import { ChainDrawing, type PlannedStage } from './chainDrawing.svelte';
import { endOf, placesOf, type Place, type StageFilm } from './lanes';
import { filmsOf, loadRecordedChain } from './recordedLanes';
import { verdictsOf, type Verdict } from './verdicts';

/** How long a chain plays. */
const filmSeconds = 6;

export class ChainStudio {
  readonly session: Session;
  readonly drawing = new ChainDrawing();
  recorded = $state.raw<RecordedChain | null>(null);
  /** Why the recorded chain is not there, or why nothing was judged. */
  failure = $state.raw<Failure | null>(null);
  /** Of the finished pictures; null before they were judged. */
  verdicts = $state.raw<readonly Verdict[] | null>(null);
  /** Which of the pictures is looked at. */
  picture = $state(0);
  readonly isLive: boolean = $derived(this.drawing.ask !== null);
  readonly #recordedFilms: readonly StageFilm[] = $derived(this.recorded ? filmsOf(this.recorded, 'cascade') : []);
  readonly stages: readonly StageFilm[] = $derived(this.isLive ? this.drawing.stages : this.#recordedFilms);
  readonly labels: readonly (number | null)[] = $derived(this.drawing.ask?.labels ?? this.recorded?.labels ?? []);
  readonly places: readonly Place[] = $derived(placesOf(this.stages));
  readonly player = new Player({ count: () => this.places.length });
  /** Where the playhead stands; while a chain is drawn, its newest moment. */
  readonly place: Place | null = $derived(
    (this.drawing.busy ? this.places.at(-1) : this.places[Math.min(this.player.index, this.places.length - 1)]) ?? null,
  );
  #turn = 0;

  constructor(session: Session) {
    this.session = session;
  }

  async draw(ask: ChainAsk, plan: readonly PlannedStage[]): Promise<void> {
    const turn = (this.#turn += 1);
    this.player.pause();
    this.verdicts = null;
    this.failure = null;
    const isDone = await this.drawing.draw(this.session, ask, plan);
    if (turn !== this.#turn) return;
    this.player.seek(this.places.length - 1);
    const end = endOf(this.stages.at(-1));
    if (!isDone || !end) return;
    try {
      const { probabilities } = await this.session.judge(end);
      if (turn === this.#turn) this.verdicts = verdictsOf(probabilities, ask.labels);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (turn === this.#turn && failure.code !== 'request/cancelled') this.failure = failure;
    }
  }

  /** Stops within a step, and keeps the moments that have come. */
  cancel(): void {
    this.#turn += 1;
    this.drawing.cancel();
    this.player.pause();
    this.player.seek(this.places.length - 1);
  }

  seek(place: Place): void {
    this.player.pause();
    this.player.seek(this.places.findIndex(({ stage, frame }) => stage === place.stage && frame === place.frame));
  }

  play(): void {
    this.player.fps = Math.max(1, this.places.length / filmSeconds);
    this.player.play();
  }

  async loadRecorded(address: string, signal: AbortSignal): Promise<void> {
    const loaded = await loadRecordedChain(address, signal);
    if (!loaded) return;
    if ('failure' in loaded) this.failure = loaded.failure;
    else this.recorded = loaded.chain;
    if (!this.isLive) this.player.seek(this.places.length - 1);
  }

  playRecorded(): void {
    this.cancel();
    this.drawing.clear();
    this.verdicts = null;
    this.player.seek(0);
    this.play();
  }

  dispose(): void {
    this.cancel();
    this.player.dispose();
  }
}
