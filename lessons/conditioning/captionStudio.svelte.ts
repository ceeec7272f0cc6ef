/** One caption, drawn several times from different noise, with the maps of where the network looked: what the first two figures share. */
import { toFailure, type Failure } from '$lib/base/errors';
import { parseCaption } from '$lib/data/captions/caption';
import { tokenize, type Tokens } from '$lib/data/captions/tokenizer';
import { decodeCaptionFilm, type RecordedCaptionFilm } from '$lib/data/recordedCaptionFilm';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import type { SampleFrame } from '$lib/worker/protocol';
import { Drawing } from '../reverse-process/drawing.svelte';
import { FigureSettings } from '../samplers/figureSettings.svelte';
import { CaptionText } from './captionText.svelte';
import { askedTimes, examples } from './captionWords';
import { captionParams } from './figureParams';
import { captionRequest, captionSource, times } from './requests';
import { pictureVerdicts, type PictureVerdict } from './verdicts';

export const studioPictures = 5;
/** How long a film plays. */
const filmSeconds = 4;

/** What the figures show of a frame, whether it was recorded or drawn. */
export type Moment = Pick<SampleFrame, 't' | 'xt' | 'x0' | 'attention'>;

export class CaptionStudio {
  readonly session: Session;
  readonly caption = new CaptionText('caption', examples[0] ?? '');
  readonly settings = new FigureSettings('draw', captionParams);
  readonly drawing = new Drawing();
  recorded = $state.raw<RecordedCaptionFilm | null>(null);
  /** Why the recorded film is not there, or why nothing was judged. */
  failure = $state.raw<Failure | null>(null);
  /** Of what was drawn here; null before it was judged. */
  #judged = $state.raw<readonly PictureVerdict[] | null>(null);
  readonly isLive: boolean = $derived(this.drawing.request !== null);
  readonly #recordedMoments: readonly Moment[] = $derived(this.recorded ? momentsOf(this.recorded) : []);
  readonly moments: readonly Moment[] = $derived(this.isLive ? this.drawing.frames : this.#recordedMoments);
  readonly player = new Player({ count: () => this.moments.length });
  /** The caption that is shown, whatever has been typed since; null before there is one. */
  readonly shownText: string | null = $derived.by(
    () => (this.isLive ? this.drawing.request?.prompts?.captions[0] : this.recorded?.caption) ?? null,
  );
  readonly shownTokens: Tokens | null = $derived(this.shownText === null ? null : tokenize(this.shownText));
  /** Of the finished pictures. */
  readonly verdicts: readonly PictureVerdict[] | null = $derived.by(() => {
    if (this.isLive) return this.#judged;
    const end = this.moments.at(-1)?.xt;
    if (!this.recorded || !end) return null;
    return pictureVerdicts(end, this.recorded.probabilities, askedTimes(this.recorded.caption, studioPictures));
  });
  #turn = 0;

  constructor(session: Session) {
    this.session = session;
  }

  /** For onMount. @param address of the recorded film @returns for when the page is left */
  open(address: string): () => void {
    const leave = [this.caption.read(), this.settings.read()];
    const stop = new AbortController();
    void this.#load(address, stop.signal);
    return () => {
      stop.abort();
      for (const each of leave) each();
      this.drawing.cancel();
      this.player.dispose();
    };
  }

  async draw(): Promise<void> {
    const turn = (this.#turn += 1);
    const { w, noise, steps, network } = this.settings.values;
    const { text } = this.caption;
    this.#judged = null;
    this.failure = null;
    this.player.pause();
    this.player.seek(0);
    this.player.fps = paceOf(steps + 1);
    const request = captionRequest(
      {
        source: captionSource(network, this.session.runs),
        captions: times(text, studioPictures),
        guidanceScale: w,
        seed: noise,
        steps,
      },
      { frames: 'all', attention: true },
    );
    const isDone = await this.drawing.draw(this.session, request, (count) => this.player.seek(count - 1));
    const end = this.drawing.frames.at(-1)?.xt;
    if (!isDone || !end || turn !== this.#turn) return;
    try {
      const { probabilities } = await this.session.judge(end.slice());
      const verdicts = pictureVerdicts(end, probabilities, askedTimes(text, studioPictures));
      if (turn === this.#turn) this.#judged = verdicts;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (turn === this.#turn && failure.code !== 'request/cancelled') this.failure = failure;
    }
  }

  drawOther(): void {
    this.settings.set({ noise: this.settings.values.noise + 1 });
    void this.draw();
  }

  /** What is asked of the pictures that are shown. */
  get asked(): ReturnType<typeof parseCaption> {
    return parseCaption(this.shownText ?? '');
  }

  async #load(address: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.recorded = decodeCaptionFilm(await response.text());
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = toFailure(thrown);
      const message = 'The recorded film did not arrive. Everything here can still be drawn on your device.';
      this.failure = failure.code === 'data/format' ? failure : { code: 'data/fetch', message, detail: String(thrown) };
      return;
    }
    if (this.isLive) return;
    this.player.fps = paceOf(this.moments.length);
    this.player.autoplay();
  }
}

/** Frames a second: any film plays in the same time. */
function paceOf(frames: number): number {
  return Math.max(1, frames / filmSeconds);
}

function momentsOf({ film, maps }: RecordedCaptionFilm): readonly Moment[] {
  return film.frames.map(({ t, xt, x0 }, i) => ({ t, xt, x0, attention: maps[i] ?? null }));
}
