/** The film in which experts hand over to each other: recorded at first, drawn here when asked; with its playhead. */
import { toFailure, type Failure } from '$lib/base/errors';
import { decodeFilms, type Film } from '$lib/data/recordedFilm';
import { Player } from '$lib/state/player.svelte';
import type { ExpertSetup } from '$lib/training/expertRecipes';
import type { SampleRequest } from '$lib/worker/protocol';
import { Drawing, type Draws } from '../reverse-process/drawing.svelte';
import { filmOf, filmSeconds } from '../reverse-process/films';

export class Who {
  readonly drawing = new Drawing();
  recorded = $state.raw<{ readonly command: string; readonly film: Film } | null>(null);
  /** Why the recorded film is not there. */
  failure = $state.raw<Failure | null>(null);
  /** Whose experts drew here; null as long as the recorded film is shown. */
  live = $state.raw<ExpertSetup | null>(null);
  readonly film: Film | null = $derived.by(() => (this.live ? filmOf(this.drawing) : (this.recorded?.film ?? null)));
  /** The setup whose experts drew what is shown. */
  readonly setup: ExpertSetup = $derived(this.live ?? recordedSetup);
  readonly player = new Player({ count: () => this.film?.frames.length ?? 0 });
  /** Of one evaluation of one picture on this device; null until one was timed. */
  msPerEvaluation = $state<number | null>(null);

  /** @returns whether it was drawn to its end */
  async draw(session: Draws, request: SampleRequest, setup: ExpertSetup): Promise<boolean> {
    this.player.pause();
    this.live = setup;
    this.player.fps = paceOf(request.steps + 1);
    const done = await this.drawing.draw(session, request, (count) => this.player.seek(count - 1));
    const { summary } = this.drawing;
    if (done && summary && summary.nfe > 0) this.msPerEvaluation = summary.ms / summary.nfe;
    return done;
  }

  async load(address: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const { command, films } = decodeFilms(await response.text());
      const [film] = films;
      if (film) this.recorded = { command, film };
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = toFailure(thrown);
      const message = 'The recorded film did not arrive. Everything below can still be drawn on your device.';
      this.failure = failure.code === 'data/format' ? failure : { code: 'data/fetch', message, detail: String(thrown) };
      return;
    }
    if (!this.live) this.playRecorded();
  }

  playRecorded(): void {
    this.drawing.cancel();
    this.live = null;
    this.player.seek(0);
    this.player.fps = paceOf(this.player.count);
    this.player.autoplay();
  }

  dispose(): void {
    this.drawing.cancel();
    this.player.dispose();
  }
}

/** The one that scripts/recordExpertFilm.ts draws with. */
const recordedSetup: ExpertSetup = 'two';

/** Frames a second: any film plays in the same time, however many steps it has. */
function paceOf(frames: number): number {
  return Math.max(1, frames / filmSeconds);
}
