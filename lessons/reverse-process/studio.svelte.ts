/**
 * What the figures of this lesson share: the reader's settings, the recorded films, and the film that is being looked at
 * with its playhead. Made by the page; `session` is the notebook's.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import { decodeFilms, type Film, type RecordedFilms } from '$lib/data/recordedFilm';
import { samplerById } from '$lib/diffusion/samplers';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import type { SampleRequest } from '$lib/worker/protocol';
import { Drawing } from './drawing.svelte';
import { filmOf, filmSeconds } from './films';
import { requestSource, sourceInUse, sourceOf, sourceWords, takesDigit, type SourceId } from './sources';

type Values = Readonly<Record<string, number | string>>;

/** Those that this lesson speaks of; each of their steps is made of what its own frame shows, which filmStep takes apart. */
export const lessonSamplers = ['ddpm', 'ddim'] as const;
export const stepChoices = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000] as const;
export const defaultSteps = 50;
export const defaultGuidance = 1.5;
/** Noise from which the recorded network, told nothing, draws a digit that can be read, by DDPM and by DDIM: it does not from every noise. */
export const firstSeed = 4;

/** Frames a second: any film plays in the same time, however many steps it has. */
function paceOf(frames: number): number {
  return Math.max(1, frames / filmSeconds);
}

export class Studio {
  readonly session: Session;
  sampler = $state('ddpm');
  /** Settings of each sampler, by its id. */
  values = $state.raw<Readonly<Record<string, Values>>>({});
  steps = $state(defaultSteps);
  digit = $state<number | null>(null);
  guidanceScale = $state(defaultGuidance);
  seed = $state(firstSeed);
  clip = $state(true);
  chosenSource = $state<SourceId | null>(null);

  recorded = $state.raw<RecordedFilms | null>(null);
  /** Why the recorded films are not there. */
  failure = $state.raw<Failure | null>(null);
  readonly drawing = new Drawing();
  /** Shows what was drawn here, once something was. */
  live = $state(false);

  readonly source: SourceId = $derived.by(() => sourceInUse(this.chosenSource, this.session.runs));
  readonly takesDigit: boolean = $derived.by(() => takesDigit(this.source, this.session.runs));
  readonly film: Film | null = $derived.by(() => (this.live ? filmOf(this.drawing) : this.recordedFilm(this.sampler)));
  /** Frames that the film has or will have. */
  readonly frameCount: number = $derived.by(() =>
    this.live ? (this.drawing.request?.steps ?? 0) + 1 : (this.film?.frames.length ?? 0),
  );
  /** The step that is under the glass: the one that leaves the moment looked at; of a finished film, one from its middle. */
  readonly stepIndex: number = $derived.by(() => {
    const last = (this.film?.frames.length ?? 0) - 2; // the last frame is the finished picture, and no step leaves it
    return this.player.index > last ? Math.max(0, Math.round(last / 2)) : this.player.index;
  });
  readonly player = new Player({ count: () => this.film?.frames.length ?? 0 });

  constructor(session: Session) {
    this.session = session;
  }

  /** The recorded film by this sampler, or whichever there is. */
  recordedFilm(sampler: string): Film | null {
    const films = this.recorded?.films ?? [];
    return films.find((film) => film.settings.sampler === sampler) ?? films[0] ?? null;
  }

  get label(): number | null {
    return this.takesDigit ? this.digit : null;
  }

  samplerParams(id: string): Values {
    return (
      this.values[id] ?? Object.fromEntries(Object.entries(samplerById(id).params).map(([name, param]) => [name, param.value]))
    );
  }

  setParam(id: string, name: string, value: number | string): void {
    this.values = { ...this.values, [id]: { ...this.samplerParams(id), [name]: value } };
  }

  /** A request with the reader's settings, but for what is given here. */
  request(change: Partial<SampleRequest> = {}): SampleRequest {
    return {
      source: requestSource(this.source),
      sampler: this.sampler,
      samplerParams: this.samplerParams(this.sampler),
      steps: this.steps,
      spacing: 'trailing',
      guidanceScale: this.guidanceScale,
      clip: this.clip,
      seed: this.seed,
      labels: [this.label],
      frames: 'all',
      ...change,
    };
  }

  /** What made the film that is shown: "your quick network, after 420 steps". */
  get madeBy(): string {
    const { request, summary } = this.drawing;
    if (!this.live || !request) return sourceWords('recorded', this.recorded?.trainedSteps ?? null);
    return sourceWords(sourceOf(request), summary?.trainedSteps ?? null);
  }

  /** Training steps that the network which drew the film has taken since. */
  get stepsSince(): number {
    const { request, summary } = this.drawing;
    if (!this.live || !request || !summary) return 0;
    const source = sourceOf(request);
    if (source === 'recorded') return 0;
    return Math.max(0, (this.session.runs[source]?.stepsDone ?? 0) - summary.trainedSteps);
  }

  async draw(): Promise<void> {
    this.player.pause();
    this.player.seek(0);
    this.live = true;
    this.player.fps = paceOf(this.steps + 1);
    await this.drawing.draw(this.session, this.request(), (count) => this.player.seek(count - 1));
  }

  async loadRecorded(address: string, signal: AbortSignal): Promise<void> {
    this.failure = null;
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.recorded = decodeFilms(await response.text());
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = toFailure(thrown);
      this.failure =
        failure.code === 'data/format'
          ? failure
          : {
              code: 'data/fetch',
              message: 'The recorded film did not arrive. Everything below can still be drawn on your device.',
              detail: String(thrown),
            };
      return;
    }
    if (!this.live) this.playRecorded();
  }

  playRecorded(): void {
    this.drawing.cancel();
    this.live = false;
    this.player.seek(0);
    this.player.fps = paceOf(this.frameCount);
    this.player.autoplay();
  }

  dispose(): void {
    this.drawing.cancel();
    this.player.dispose();
  }
}
