/** The film of captions drawn in latent space: recorded at first, then drawn here, with its playhead and the judge's word on its end. */
import { toFailure, type Failure } from '$lib/base/errors';
import { parseCaption } from '$lib/data/captions/caption';
import { parseRecordedLatentFilm, type LatentFrame, type RecordedLatentFilm } from '$lib/data/recordedLatentFilm';
import { latentShape } from '$lib/model/autoencoderConfig';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import { shippedAutoencoder } from '$lib/training/shippedAutoencoders';
import type { SampleFrame, SampleRequest } from '$lib/worker/protocol';
import { pictureVerdicts, type PictureVerdict } from '../conditioning/verdicts';
import { Drawing } from '../reverse-process/drawing.svelte';
import { goodAutoencoder } from './bad';
import type { Grid } from './latents';

/** How long a film plays. */
const filmSeconds = 5;

export class LatentStudio {
  readonly session: Session;
  readonly drawing = new Drawing();
  recorded = $state.raw<RecordedLatentFilm | null>(null);
  /** Why the recorded film is not there, or why nothing was judged. */
  failure = $state.raw<Failure | null>(null);
  /** Of the finished pictures; null before they were judged. */
  verdicts = $state.raw<readonly PictureVerdict[] | null>(null);
  /** Which of the pictures is looked at. */
  picture = $state(0);
  readonly isLive: boolean = $derived(this.drawing.request !== null);
  readonly #live: readonly LatentFrame[] = $derived(this.drawing.frames.flatMap(momentOf));
  readonly frames: readonly LatentFrame[] = $derived(this.isLive ? this.#live : (this.recorded?.frames ?? []));
  readonly captions: readonly string[] = $derived(
    this.isLive
      ? (this.drawing.request?.prompts?.captions ?? []).map((caption) => caption ?? '')
      : (this.recorded?.captions ?? []),
  );
  readonly grid: Grid = $derived(
    this.isLive || !this.recorded
      ? latentShape(shippedAutoencoder(goodAutoencoder).recipe.config)
      : { side: this.recorded.side, channels: this.recorded.channels },
  );
  readonly player = new Player({ count: () => this.frames.length });
  /** Where the playhead stands; while it is drawn, the newest moment. */
  readonly frame: LatentFrame | null = $derived(
    (this.drawing.busy ? this.frames.at(-1) : this.frames[Math.min(this.player.index, this.frames.length - 1)]) ?? null,
  );
  /** The finished film's last moment; null as long as there is none. */
  readonly end: LatentFrame | null = $derived.by(() => {
    const last = this.frames.at(-1);
    return last?.t === 0 ? last : null;
  });
  #turn = 0;

  constructor(session: Session) {
    this.session = session;
  }

  async draw(request: SampleRequest): Promise<void> {
    const turn = (this.#turn += 1);
    this.player.pause();
    this.player.seek(0); // a range that has become shorter would not show where it stood
    this.verdicts = null;
    this.failure = null;
    this.picture = Math.min(this.picture, request.labels.length - 1);
    const isDone = await this.drawing.draw(this.session, request);
    if (turn !== this.#turn) return;
    this.player.seek(this.frames.length - 1);
    const pixels = this.end?.decoded.xt;
    if (!isDone || !pixels) return;
    try {
      const { probabilities } = await this.session.judge(pixels);
      if (turn === this.#turn) this.verdicts = pictureVerdicts(pixels, probabilities, this.captions.map(parseCaption));
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
    this.player.seek(this.frames.length - 1);
  }

  play(): void {
    this.player.fps = Math.max(1, this.frames.length / filmSeconds);
    this.player.play();
  }

  /** Back from what was drawn here. */
  playRecorded(): void {
    this.cancel();
    this.drawing.request = null;
    this.drawing.frames = [];
    this.drawing.status = { kind: 'idle' };
    this.verdicts = null;
    this.picture = 0;
    this.player.seek(0);
    this.play();
  }

  /** Plays it once unasked, if motion is welcome. */
  open(): void {
    this.player.fps = Math.max(1, this.frames.length / filmSeconds);
    this.player.autoplay();
  }

  async loadRecorded(address: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.recorded = parseRecordedLatentFilm(await response.json());
      if (!this.isLive) this.open();
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = toFailure(thrown);
      const message = 'The recorded film did not arrive. Everything can still be drawn on your device.';
      this.failure = failure.code === 'data/format' ? failure : { code: 'data/fetch', message, detail: String(thrown) };
    }
  }

  dispose(): void {
    this.cancel();
    this.player.dispose();
  }
}

/** None of a frame that was not decoded: a network of pixels has nothing to show here. */
function momentOf({ t, nfe, xt, x0, decoded }: SampleFrame): readonly LatentFrame[] {
  return decoded ? [{ t, nfe, xt, x0, decoded }] : [];
}
