/**
 * Several samplers on one noise and one network, and a clock that all of them obey: so many evaluations of the network, or so
 * many milliseconds. Lanes are drawn one after the other, so that each one's time is its own; then the clock runs over all.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import { decodeFilms, type Film, type RecordedFilms } from '$lib/data/recordedFilm';
import type { NoiseLevel } from '$lib/diffusion/types';
import { Player } from '$lib/state/player.svelte';
import type { SampleSummary } from '$lib/worker/protocol';
import { Drawing } from '../reverse-process/drawing.svelte';
import { filmOf } from '../reverse-process/films';
import { sourceOf, sourceWords } from '../reverse-process/sources';
import {
  evaluationsAfter,
  firstLanes,
  frameAfter,
  isFilmOf,
  laneLevels,
  laneTitle,
  mostLanes,
  msPerEvaluation,
  plannedNfe,
  type LaneSettings,
} from './lanes';
import type { Studio } from './studio.svelte';

/** How long a race plays, by whatever clock. */
const raceSeconds = 6;
/** Ticks of the clock of milliseconds. */
const timeTicks = 240;

export type Clock = 'evaluations' | 'time';

export class Lane {
  readonly key: number;
  settings: LaneSettings;
  readonly drawing = new Drawing();
  recorded = $state.raw<Film | null>(null);
  readonly isLive: boolean = $derived(this.drawing.request !== null);
  readonly film: Film | null = $derived.by(() => (this.isLive ? filmOf(this.drawing) : this.recorded));
  readonly summary: SampleSummary | null = $derived(this.drawing.summary);

  constructor(key: number, settings: LaneSettings) {
    this.key = key;
    this.settings = $state.raw(settings);
  }

  /** Forgets what was drawn: it was made by something else. */
  clear(): void {
    this.drawing.cancel();
    this.drawing.request = null;
    this.drawing.frames = [];
    this.drawing.status = { kind: 'idle' };
  }
}

export class Race {
  readonly studio: Studio;
  lanes = $state.raw<readonly Lane[]>([]);
  clock = $state<Clock>('evaluations');
  /** The recorded films, once they have come. */
  recorded = $state.raw<RecordedFilms | null>(null);
  /** Why they have not. */
  failure = $state.raw<Failure | null>(null);
  /** For whoever does not see the lanes finish. */
  announcement = $state('');
  /** True while lanes are drawn one after the other. */
  busy = $state(false);
  #nextKey = 0;
  #turn = 0;

  readonly isLive: boolean = $derived(this.lanes.some((lane) => lane.isLive));
  readonly hasTimes: boolean = $derived(this.lanes.some((lane) => lane.summary));
  readonly longestMs: number = $derived(Math.max(0, ...this.lanes.map((lane) => lane.summary?.ms ?? 0)));
  readonly mostEvaluations: number = $derived(Math.max(1, ...this.lanes.map((lane) => this.totalOf(lane))));
  readonly inTime: boolean = $derived(this.clock === 'time' && this.hasTimes);
  readonly ticks: number = $derived(this.inTime ? timeTicks : this.mostEvaluations);
  readonly player = new Player({ count: () => (this.lanes.some((lane) => lane.film) ? this.ticks + 1 : 0) });
  readonly plannedEvaluations: number = $derived(
    this.lanes.reduce((sum, lane) => sum + plannedNfe(lane.settings, this.studio.evaluationsPerCall), 0),
  );
  /** What an evaluation took in the last race drawn here; null before there was one. */
  msEach = $state<number | null>(null);
  /** What all lanes will take, judging by it. */
  readonly estimatedMs: number | null = $derived(this.msEach === null ? null : this.msEach * this.plannedEvaluations);

  constructor(studio: Studio, lanes: readonly LaneSettings[] = firstLanes) {
    this.studio = studio;
    this.setLanes(lanes);
  }

  setLanes(lanes: readonly LaneSettings[]): void {
    for (const lane of this.lanes) lane.drawing.cancel();
    this.lanes = lanes.map((settings) => new Lane((this.#nextKey += 1), settings));
    this.#matchRecorded();
  }

  addLane(settings: LaneSettings): void {
    if (this.lanes.length >= mostLanes) return;
    this.lanes = [...this.lanes, new Lane((this.#nextKey += 1), settings)];
    this.#matchRecorded();
  }

  removeLane(lane: Lane): void {
    lane.drawing.cancel();
    this.lanes = this.lanes.filter((each) => each !== lane);
    this.player.seek(this.player.index);
  }

  change(lane: Lane, change: Partial<LaneSettings>): void {
    lane.settings = { ...lane.settings, ...change };
    lane.clear();
    this.#matchRecorded();
  }

  /** Evaluations that a lane has or will have at its end. */
  totalOf(lane: Lane): number {
    const { film } = lane;
    const last = film?.frames.at(-1);
    if (last?.x0 === null) return last.nfe; // a film with its end
    return plannedNfe(lane.settings, this.studio.evaluationsPerCall);
  }

  /** The frame of a lane that the clock has come to; while lanes are drawn, the newest. −1 without any. */
  frameIndex(lane: Lane): number {
    const frames = lane.film?.frames ?? [];
    if (this.busy) return frames.length - 1;
    return frameAfter(frames, this.#evaluationsNow(lane));
  }

  /** Where the clock stands when this frame of a lane is there. */
  tickOf(lane: Lane, frame: number): number {
    const nfe = lane.film?.frames[frame]?.nfe ?? 0;
    if (!this.inTime) return nfe;
    const { summary } = lane;
    return summary && this.longestMs > 0 ? Math.ceil(((nfe / summary.nfe) * summary.ms * timeTicks) / this.longestMs) : 0;
  }

  /** Milliseconds that a lane has taken so far, its time shared out evenly over its evaluations; null if it was not measured here. */
  msOf(lane: Lane): number | null {
    const nfe = lane.film?.frames[this.frameIndex(lane)]?.nfe;
    return lane.summary && nfe !== undefined ? (lane.summary.ms * nfe) / lane.summary.nfe : null;
  }

  /** What the clock shows at a tick. */
  clockWords(tick: number): string {
    if (this.inTime) return `${Math.round((tick / timeTicks) * this.longestMs)} ms`;
    return `${tick.toLocaleString('en')} ${tick === 1 ? 'evaluation' : 'evaluations'}`;
  }

  levelsOf(lane: Lane): readonly NoiseLevel[] {
    return laneLevels(lane.settings, this.studio.schedule);
  }

  /** What made the pictures: "your quick network, after 420 steps". */
  get madeBy(): string {
    const lane = this.lanes.find((each) => each.isLive);
    const request = lane?.drawing.request;
    if (!request) return sourceWords('recorded', this.recorded?.trainedSteps ?? null);
    return sourceWords(sourceOf(request), lane.summary?.trainedSteps ?? null);
  }

  /** All lanes, one after the other; then the race in lock-step. */
  async draw(): Promise<void> {
    this.cancel();
    const mine = (this.#turn += 1);
    const { studio } = this;
    this.busy = true;
    this.announcement = 'Drawing the lanes.';
    for (const lane of this.lanes) lane.clear();
    // Of all lanes before the first: settings that change meanwhile must not give lanes different noises.
    const requests = this.lanes.map((lane) => ({ lane, request: studio.request(lane.settings) }));
    for (const { lane, request } of requests) {
      const isDone = await lane.drawing.draw(studio.session, request);
      if (mine !== this.#turn) return;
      if (!isDone) break;
    }
    this.busy = false;
    this.msEach = msPerEvaluation(this.lanes.flatMap(({ summary }) => (summary ? [summary] : []))) ?? this.msEach;
    const finished = this.lanes.filter((lane) => lane.summary);
    this.announcement = `${finished.length} of ${this.lanes.length} lanes have finished: ${finished
      .map(
        (lane) =>
          `${laneTitle(lane.settings)}, ${lane.summary?.nfe ?? 0} evaluations in ${Math.round(lane.summary?.ms ?? 0)} milliseconds`,
      )
      .join('; ')}.`;
    this.start();
  }

  /** Lets the clock run from the start. */
  start(): void {
    this.player.seek(0);
    this.setPace();
    this.player.autoplay();
  }

  setPace(): void {
    this.player.fps = Math.max(1, (this.ticks + 1) / raceSeconds);
  }

  setClock(clock: Clock): void {
    this.player.pause();
    this.clock = clock;
    this.player.seek(this.ticks);
  }

  /** Stops within a step, and keeps the frames that have come. */
  cancel(): void {
    this.#turn += 1;
    this.player.pause();
    if (!this.busy) return;
    for (const lane of this.lanes) lane.drawing.cancel();
    this.busy = false;
    this.announcement = 'Stopped.';
    this.player.seek(this.ticks);
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
              message: 'The recorded race did not arrive. Everything can still be drawn on your device.',
              detail: String(thrown),
            };
      return;
    }
    this.#matchRecorded();
    if (!this.isLive && this.lanes.some((lane) => lane.recorded)) this.start();
  }

  /** The recorded race again, in the lanes that it has. */
  playRecorded(): void {
    this.cancel();
    this.setLanes(firstLanes);
    this.clock = 'evaluations';
    this.start();
  }

  dispose(): void {
    this.cancel();
    this.player.dispose();
  }

  #evaluationsNow(lane: Lane): number {
    const { index } = this.player;
    if (!this.inTime) return index;
    return lane.summary ? evaluationsAfter((index / timeTicks) * this.longestMs, lane.summary) : 0;
  }

  #matchRecorded(): void {
    const films = this.isLive ? [] : (this.recorded?.films ?? []); // beside lanes from another noise they would mislead
    for (const lane of this.lanes) lane.recorded = films.find((film) => isFilmOf(lane.settings, film.settings)) ?? null;
  }
}
