/** The schedule that the reader bends by hand: a preset, and how far each handle was moved. Two figures of the lesson use it. */
import { bendSchedule, type Knot } from '$lib/diffusion/bentSchedule';
import { defaultSchedules, makeSchedule } from '$lib/diffusion/schedule';
import type { ScheduleKind } from '$lib/diffusion/types';

const knotT = [1, 200, 400, 600, 800, 1000];
const straight: readonly Knot[] = knotT.map((t) => ({ t, bend: 0 }));

export class OwnSchedule {
  kind: ScheduleKind = $state('linear');
  knots = $state.raw(straight);
  readonly base = $derived(makeSchedule(defaultSchedules[this.kind]));
  readonly schedule = $derived(bendSchedule(this.base, this.knots));
  readonly isBent = $derived(this.knots.some((knot) => knot.bend !== 0));

  choose(kind: ScheduleKind): void {
    this.kind = kind;
    this.straighten();
  }

  straighten(): void {
    this.knots = straight;
  }

  bend(index: number, bend: number): void {
    this.knots = this.knots.map((knot, i) => (i === index ? { ...knot, bend } : knot));
  }
}
