/** What the figures of this lesson share: whose network draws, what it is told, and from which noise. `session` is the notebook's. */
import { makeSchedule } from '$lib/diffusion/schedule';
import type { Schedule, ScheduleConfig } from '$lib/diffusion/types';
import type { Session } from '$lib/state/session.svelte';
import { recipes } from '$lib/training/recipes';
import type { SampleRequest } from '$lib/worker/protocol';
import { requestSource, sourceInUse, takesDigit, type SourceId } from '../reverse-process/sources';
import type { LaneSettings } from './lanes';

/** As in the recorded race. */
const firstDigit = 5;
export const firstSeed = 1;
/** Best for the recorded network (src/training/guidanceSchedule.ts). */
export const firstGuidance = 1.25;

export class Studio {
  readonly session: Session;
  digit = $state<number | null>(firstDigit);
  seed = $state(firstSeed);
  guidanceScale = $state(firstGuidance);
  chosenSource = $state<SourceId | null>(null);

  readonly source: SourceId = $derived.by(() => sourceInUse(this.chosenSource, this.session.runs));
  readonly takesDigit: boolean = $derived.by(() => takesDigit(this.source, this.session.runs));
  /** The digit that the network is told; null also where it cannot be told any. */
  readonly label: number | null = $derived(this.takesDigit ? this.digit : null);
  /** Evaluations that one look at a picture costs: guidance looks twice. */
  readonly evaluationsPerCall: number = $derived(this.label !== null && this.guidanceScale !== 1 ? 2 : 1);
  /** By itself, so that a run that trains, and is told of ten times a second, does not make the schedule anew each time. */
  readonly #scheduleConfig: ScheduleConfig = $derived.by(() => {
    const run = this.source === 'recorded' ? undefined : this.session.runs[this.source];
    return (run?.recipe ?? recipes.quick).schedule;
  });
  /** The one that the network was trained with. */
  readonly schedule: Schedule = $derived(makeSchedule(this.#scheduleConfig));

  constructor(session: Session) {
    this.session = session;
  }

  /** A request for a lane, from the noise and for the digit that are chosen, but for what is given here. */
  request({ sampler, params, steps, spacing }: LaneSettings, change: Partial<SampleRequest> = {}): SampleRequest {
    return {
      source: requestSource(this.source),
      sampler,
      samplerParams: params,
      steps,
      spacing,
      guidanceScale: this.guidanceScale,
      clip: true,
      seed: this.seed,
      labels: [this.label],
      frames: 'all',
      ...change,
    };
  }
}
