/** One caption, drawn several times from different noise, with the maps of where the network looked: what the first two figures share. */
import { toFailure, type Failure } from '$lib/base/errors';
import { parseCaption } from '$lib/data/captions/caption';
import { tokenize, type Tokens } from '$lib/data/captions/tokenizer';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import { Drawing } from '../reverse-process/drawing.svelte';
import { FigureSettings } from '../samplers/figureSettings.svelte';
import { CaptionText } from './captionText.svelte';
import { examples } from './captionWords';
import { captionParams } from './figureParams';
import { captionRequest, captionSource, times } from './requests';
import { pictureVerdicts, type PictureVerdict } from './verdicts';

export const studioPictures = 5;
/** How long a film plays. */
const filmSeconds = 4;

export class CaptionStudio {
  readonly session: Session;
  readonly caption = new CaptionText('caption', examples[0] ?? '');
  readonly settings = new FigureSettings('draw', captionParams);
  readonly drawing = new Drawing();
  readonly player = new Player({ count: () => this.drawing.frames.length });
  /** Of the finished pictures; null before they were judged. */
  verdicts = $state.raw<readonly PictureVerdict[] | null>(null);
  /** Why nothing was judged. */
  failure = $state.raw<Failure | null>(null);
  /** The caption that was drawn, whatever has been typed since; null before anything was. */
  readonly drawnText: string | null = $derived.by(() => this.drawing.request?.prompts?.captions[0] ?? null);
  readonly drawnTokens: Tokens | null = $derived(this.drawnText === null ? null : tokenize(this.drawnText));
  #turn = 0;

  constructor(session: Session) {
    this.session = session;
  }

  /** For onMount. @returns for when the page is left */
  open(): () => void {
    const leave = [this.caption.read(), this.settings.read()];
    return () => {
      for (const each of leave) each();
      this.drawing.cancel();
      this.player.dispose();
    };
  }

  async draw(): Promise<void> {
    const turn = (this.#turn += 1);
    const { w, noise, steps, network } = this.settings.values;
    const { text } = this.caption;
    this.verdicts = null;
    this.failure = null;
    this.player.pause();
    this.player.seek(0);
    this.player.fps = Math.max(1, (steps + 1) / filmSeconds);
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
      const description = parseCaption(text);
      const verdicts = pictureVerdicts(end, probabilities, times(text, studioPictures).map(() => description));
      if (turn === this.#turn) this.verdicts = verdicts;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (turn === this.#turn && failure.code !== 'request/cancelled') this.failure = failure;
    }
  }

  drawOther(): void {
    this.settings.set({ noise: this.settings.values.noise + 1 });
    void this.draw();
  }
}
