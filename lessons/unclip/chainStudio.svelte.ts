/** The chain that the reader runs: recorded at first, then on this device, with one playhead over all its parts, and the judge's word on its end. */
import { toFailure, type Failure } from '$lib/base/errors';
import { parseCaption } from '$lib/data/captions/caption';
import type { RecordedUnclipFilm } from '$lib/data/recordedUnclipFilm';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import { pictureVerdicts, type PictureVerdict } from '../conditioning/verdicts';
import { upsamplersFrom } from '../upsampling/upsample';
import { sides } from '../upsampling/chainStages';
import { endOf, momentsOf, recordedFilm, shownAt, type ChainFilm, type Moment, type Shown } from './chainFilm';
import { runChain, type ChainAsk } from './chainParts';
import type { RecordedPictures } from './film.svelte';

/** How long the film plays. */
const filmSeconds = 5;

export class ChainStudio {
  readonly session: Session;
  readonly #pictures: RecordedPictures;
  /** As it is drawn; null as long as nothing was. */
  live = $state.raw<ChainFilm | null>(null);
  /** Which of the recorded captions is shown. */
  example = $state(0);
  /** Which of the pictures is looked at. */
  picture = $state(0);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** What is being done now, in words. */
  doing = $state('');
  #verdicts = $state.raw<readonly PictureVerdict[] | null>(null);

  readonly recorded: RecordedUnclipFilm | null = $derived.by(() => this.#pictures.film);
  readonly isLive: boolean = $derived(this.live !== null);
  readonly #recordedFilm: ChainFilm | null = $derived.by(() => {
    const found = this.recorded?.examples[this.example];
    return this.recorded && found ? recordedFilm(found, this.recorded.count) : null;
  });
  readonly film: ChainFilm | null = $derived(this.live ?? this.#recordedFilm);
  readonly moments: readonly Moment[] = $derived(this.film ? momentsOf(this.film) : []);
  readonly player = new Player({ count: () => this.moments.length });
  /** While the chain is running, its newest moment. */
  readonly moment: Moment | null = $derived(
    (this.busy ? this.moments.at(-1) : this.moments[Math.min(this.player.index, this.moments.length - 1)]) ?? null,
  );
  readonly shown: Shown | null = $derived(this.film && shownAt(this.film, this.moment));
  /** Of the finished pictures. */
  readonly verdicts: readonly PictureVerdict[] | null = $derived.by(() => {
    if (this.isLive) return this.#verdicts;
    const found = this.recorded?.examples[this.example];
    const end = this.#recordedFilm && endOf(this.#recordedFilm);
    return found && end ? verdictsOf(end, found.probabilities, found.caption) : null;
  });
  #stop: AbortController | null = null;

  constructor(session: Session, recorded: RecordedPictures) {
    this.session = session;
    this.#pictures = recorded;
  }

  async run(ask: ChainAsk): Promise<void> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.player.pause();
    this.failure = null;
    this.#verdicts = null;
    this.busy = true;
    this.picture = Math.min(this.picture, ask.count - 1);
    const film = new GrowingFilm(ask);
    // Moments may come faster than a screen shows them: published at most once a repaint.
    let repaint = 0;
    const publish = (): void => {
      repaint = 0;
      if (this.#stop === stop) this.live = film.copy();
    };
    const later = (what: string): void => {
      if (this.#stop !== stop) return;
      this.doing = what;
      if (repaint === 0) repaint = requestAnimationFrame(publish);
    };
    this.doing = 'starting the engine';
    publish();
    try {
      await runChain(this.session, ask, {
        signal: stop.signal,
        ontext: (embedding) => (film.text(embedding), later(ask.hasPrior ? 'the prior walks' : 'the decoder draws')),
        onprior: (moment) => (film.prior(moment), later('the prior walks')),
        ondecoder: (moment) => (film.decoder(moment), later('the decoder draws')),
        onup: (stage, moment) => (film.up(stage, moment), later('the upsamplers draw')),
      });
      if (this.#stop !== stop) return;
      publish();
      const end = this.live && endOf(this.live);
      if (end) {
        const { probabilities } = await this.session.judge(end.slice(), { signal: stop.signal });
        if (this.#stop === stop) this.#verdicts = verdictsOf(end, probabilities, ask.caption);
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      cancelAnimationFrame(repaint);
      if (this.#stop === stop) this.#end();
    }
  }

  /** Stops within a step, and keeps the moments that have come. */
  cancel(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#end();
  }

  play(): void {
    this.player.fps = Math.max(1, this.moments.length / filmSeconds);
    this.player.play();
  }

  /** Plays what was recorded once, unasked, as soon as it is there. */
  opening(): void {
    if (this.isLive) return;
    this.player.fps = Math.max(1, this.moments.length / filmSeconds);
    this.player.autoplay();
  }

  showRecorded(example: number): void {
    this.cancel();
    this.live = null;
    this.example = example;
    this.failure = null;
    this.player.seek(0);
    this.play();
  }

  dispose(): void {
    this.cancel();
    this.player.dispose();
  }

  #end(): void {
    if (this.busy) this.player.seek(this.moments.length - 1);
    this.busy = false;
    this.doing = '';
  }
}

function verdictsOf(pixels: Float32Array, probabilities: Float32Array, caption: string): readonly PictureVerdict[] {
  const asked = parseCaption(caption);
  return pictureVerdicts(
    pixels,
    probabilities,
    Array.from({ length: pixels.length / sides['up-28'] ** 2 }, () => asked),
  );
}

/** Collects the moments of a chain; what it shows is a copy. */
class GrowingFilm {
  #film: ChainFilm;

  constructor({ caption, count, hasPrior, upFrom }: ChainAsk) {
    const up = upFrom === null ? [] : upsamplersFrom(upFrom).map((role) => ({ side: sides[role], frames: [] }));
    this.#film = { caption, count, text: null, prior: hasPrior ? [] : null, decoder: [], up };
  }

  text(embedding: Float32Array): void {
    this.#film = { ...this.#film, text: embedding };
  }
  prior(moment: NonNullable<ChainFilm['prior']>[number]): void {
    this.#film = { ...this.#film, prior: [...(this.#film.prior ?? []), moment] };
  }
  decoder(moment: ChainFilm['decoder'][number]): void {
    this.#film = { ...this.#film, decoder: [...this.#film.decoder, moment] };
  }
  up(stage: number, moment: ChainFilm['decoder'][number]): void {
    const up = this.#film.up.map((each, i) => (i === stage ? { ...each, frames: [...each.frames, moment] } : each));
    this.#film = { ...this.#film, up };
  }
  copy(): ChainFilm {
    return this.#film;
  }
}
