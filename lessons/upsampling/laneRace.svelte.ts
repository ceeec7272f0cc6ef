/**
 * DDPM, DDIM and the chain of upsamplers, each in a lane, and one clock over all three. They open with what was recorded; drawn
 * here, the lanes are drawn one after the other, so that each one's time is its own.
 */
import type { Failure } from '$lib/base/errors';
import type { RecordedChain } from '$lib/data/recordedChain';
import type { LaneId, RecordedCascade } from '$lib/data/recordedCascade';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import { flopsPerStep } from '$lib/training/cost';
import type { Recipe } from '$lib/training/recipe';
import { ChainDrawing } from './chainDrawing.svelte';
import { isFinished, placeAfter, spentAt, totalOf, type Clock, type Place, type StageFilm } from './lanes';
import { qualityOfLane, type LaneQuality } from './laneQuality';
import { laneIds, laneNames, lanePlan, type LanePlan, type LaneValues } from './lanePlan';
import { filmsOf, loadRecordedChain } from './recordedLanes';
import { counted, flopsWords, timeWords } from './words';

/** How long the lanes play, by whatever clock. */
const raceSeconds = 8;
/** Places of the clock. */
export const ticks = 400;

/** What was paid before the first picture is drawn. */
export interface Price {
  readonly parameters: number;
  readonly trainingFlops: number;
}

export class Lane {
  readonly id: LaneId;
  readonly drawing = new ChainDrawing();
  /** Films of all ten digits, as recorded. */
  recorded = $state.raw<readonly StageFilm[]>([]);
  /** Who drew it here, in words. */
  drawnBy = $state('');
  #recipes = $state.raw<readonly Recipe[]>([]);
  readonly isLive: boolean = $derived(this.drawing.ask !== null);
  readonly stages: readonly StageFilm[] = $derived(this.isLive ? this.drawing.stages : this.recorded);

  /** Weights, and what their training cost; null before they have drawn. */
  readonly price: Price | null = $derived.by(() => {
    const { summaries } = this.drawing;
    if (summaries.length === 0 || summaries.length < this.#recipes.length) return null;
    return {
      parameters: summaries.reduce((sum, { parameters }) => sum + parameters, 0),
      trainingFlops: summaries.reduce((sum, { trainedSteps }, i) => sum + trainedSteps * flopsOf(this.#recipes[i]), 0),
    };
  });

  constructor(id: LaneId) {
    this.id = id;
  }

  draw(session: Session, plan: LanePlan): Promise<boolean> {
    this.drawnBy = plan.by;
    this.#recipes = plan.recipes;
    return this.drawing.draw(session, plan.ask, plan.stages);
  }
}

export class LaneRace {
  readonly session: Session;
  readonly lanes: readonly Lane[] = laneIds.map((id) => new Lane(id));
  clock = $state<Clock>('share');
  recorded = $state.raw<RecordedChain | null>(null);
  /** Why the recorded lanes are not there. */
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  /** For whoever does not see the lanes finish. */
  announcement = $state('');
  readonly #quality: () => RecordedCascade | null;
  #turn = 0;

  readonly isLive: boolean = $derived(this.lanes.some((lane) => lane.isLive));
  /** The clock in use: the chosen one, if every lane can be read by it. */
  readonly read: Clock = $derived(this.clock === 'time' && !this.hasTimes ? 'share' : this.clock);
  readonly longest: number = $derived(Math.max(0, ...this.lanes.map((lane) => totalOf(this.timed(lane), this.read) ?? 0)));
  readonly player = new Player({ count: () => (this.lanes.some((lane) => lane.stages.length > 0) ? ticks + 1 : 0) });
  /** Slowest of what was measured here. */
  readonly msPerFlop: number | null = $derived.by(() => {
    const known = this.lanes.flatMap(({ drawing }) => (drawing.msPerFlop === null ? [] : [drawing.msPerFlop]));
    return known.length > 0 ? Math.max(...known) : null;
  });

  /** @param quality what was measured of such lanes */
  constructor(session: Session, quality: () => RecordedCascade | null) {
    this.session = session;
    this.#quality = quality;
  }

  get hasTimes(): boolean {
    return this.lanes.every((lane) => lane.stages.length === 0 || totalOf(this.timed(lane), 'time') !== null);
  }

  /** Recorded quality of a walk with about as many evaluations as the lane's. */
  qualityOf(lane: Lane): LaneQuality | null {
    const nfe = totalOf(lane.stages, 'evaluations') ?? 0;
    return qualityOfLane(this.#quality()?.lanes ?? [], lane.id, nfe);
  }

  /** Weights, and FLOPs of training; null as long as they are not known. */
  priceOf(lane: Lane): Price | null {
    return lane.isLive ? lane.price : this.qualityOf(lane);
  }

  /** A lane's stages with their times for one picture: measured here, or by who recorded what is like it, shared out by FLOPs. */
  timed(lane: Lane): readonly StageFilm[] {
    const { stages } = lane;
    const pictures = lane.drawing.ask?.labels.length;
    if (pictures !== undefined) return stages.map((stage) => ({ ...stage, ms: stage.ms === null ? null : stage.ms / pictures }));
    const quality = this.qualityOf(lane);
    const flops = totalOf(stages, 'flops') ?? 0;
    if (!quality?.isSame || flops === 0) return stages;
    return stages.map((stage) => ({ ...stage, ms: (quality.secondsPerImage * 1000 * stage.flops) / flops }));
  }

  /** Where a lane stands now; while it is drawn, its newest moment. */
  placeOf(lane: Lane): Place | null {
    if (this.busy) return newestOf(lane.stages);
    const share = this.player.index / ticks;
    const whole = this.read === 'share' ? (totalOf(lane.stages, 'share') ?? 0) : this.longest;
    return placeAfter(this.timed(lane), this.read, share * whole);
  }

  /** What a lane has spent now, by any clock; null if that is not known. */
  spentBy(lane: Lane, clock: Clock): number | null {
    const place = this.placeOf(lane);
    const stages = this.timed(lane);
    return place && totalOf(stages, clock) !== null ? spentAt(stages, clock, place) : null;
  }

  /** Where the clock stands when this moment of a lane is there. */
  tickOf(lane: Lane, place: Place): number {
    const stages = this.timed(lane);
    const whole = this.read === 'share' ? (totalOf(stages, 'share') ?? 0) : this.longest;
    return whole > 0 ? Math.min(ticks, Math.ceil((spentAt(stages, this.read, place) / whole) * ticks)) : 0;
  }

  isFinished(lane: Lane): boolean {
    return isFinished(lane.stages, this.placeOf(lane));
  }

  clockWords(tick: number): string {
    const shown = (tick / ticks) * this.longest;
    switch (this.read) {
      case 'flops':
        return flopsWords(shown);
      case 'evaluations':
        return counted(Math.round(shown), 'evaluation');
      case 'time':
        return timeWords(shown);
      case 'share':
        return `${Math.round((100 * tick) / ticks)}%`;
    }
  }

  plan(values: LaneValues): readonly LanePlan[] {
    return laneIds.map((id) => lanePlan(id, values, this.session.runs));
  }

  /** All lanes, one after the other; then the clock runs over them. */
  async draw(values: LaneValues): Promise<void> {
    this.cancel();
    const mine = (this.#turn += 1);
    this.busy = true;
    this.announcement = 'Drawing the lanes.';
    for (const lane of this.lanes) lane.drawing.clear();
    // Of all lanes before the first: settings that change meanwhile must not give lanes different noises.
    const plans = this.plan(values);
    for (const [i, lane] of this.lanes.entries()) {
      const plan = plans[i];
      if (!plan) continue;
      const isDone = await lane.draw(this.session, plan);
      if (mine !== this.#turn) return;
      if (!isDone) break;
    }
    this.busy = false;
    const finished = this.lanes.filter(({ drawing }) => drawing.status.kind === 'done');
    this.announcement = `${finished.length} of ${this.lanes.length} lanes have finished: ${finished
      .map((lane) => `${laneNames[lane.id]}, ${counted(totalOf(lane.stages, 'evaluations') ?? 0, 'evaluation')}`)
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
    this.player.fps = ticks / raceSeconds;
  }

  setClock(clock: Clock): void {
    this.player.pause();
    this.clock = clock;
    this.player.seek(ticks);
  }

  /** Stops within a step, and keeps the moments that have come. */
  cancel(): void {
    this.#turn += 1;
    this.player.pause();
    if (!this.busy) return;
    for (const lane of this.lanes) lane.drawing.cancel();
    this.busy = false;
    this.announcement = 'Stopped.';
    this.player.seek(ticks);
  }

  async loadRecorded(address: string, signal: AbortSignal): Promise<void> {
    const loaded = await loadRecordedChain(address, signal);
    if (!loaded) return;
    if ('failure' in loaded) {
      this.failure = loaded.failure;
      return;
    }
    for (const lane of this.lanes) lane.recorded = filmsOf(loaded.chain, lane.id);
    this.recorded = loaded.chain;
    if (!this.isLive) this.start();
  }

  /** The recorded lanes again. */
  playRecorded(): void {
    this.cancel();
    for (const lane of this.lanes) lane.drawing.clear();
    this.start();
  }

  dispose(): void {
    this.cancel();
    this.player.dispose();
  }
}

function newestOf(stages: readonly StageFilm[]): Place | null {
  const stage = stages.findLastIndex(({ frames }) => frames.length > 0);
  return stage < 0 ? null : { stage, frame: (stages[stage]?.frames.length ?? 1) - 1 };
}

function flopsOf(recipe: Recipe | undefined): number {
  return recipe ? flopsPerStep(recipe) : 0;
}
