/** The toy's lanes: each sampler's walk from the same points, computed on the page's thread in slices whenever a setting changes. */
import type { TimestepSpacing } from '$lib/diffusion/types';
import type { SamplerValues } from '$lib/diffusion/samplers/define';
import { inSlices } from './slices';
import { toyWalk, type ToyFrame } from './toy';

export const toyPoints = 240;

export interface ToyLaneSettings {
  readonly sampler: string;
  readonly values: SamplerValues;
}

export interface ToySettings {
  readonly lanes: readonly ToyLaneSettings[];
  readonly steps: number;
  readonly spacing: TimestepSpacing;
  readonly seed: number;
}

export class ToyLanes {
  /** Every moment of each lane; an empty list for a lane that has not come to its end yet. */
  films = $state.raw<readonly (readonly ToyFrame[])[]>([]);
  busy = $state(false);
  #stop: AbortController | null = null;

  /** @returns whether all lanes came to their ends */
  async walk({ lanes, ...settings }: ToySettings): Promise<boolean> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.busy = true;
    const films: (readonly ToyFrame[])[] = lanes.map(() => []);
    for (const [lane, { sampler, values }] of lanes.entries()) {
      const frames: ToyFrame[] = [];
      const walk = toyWalk({ ...settings, sampler, values, points: toyPoints });
      if (!(await inSlices(collecting(walk, frames), stop.signal))) return false;
      films[lane] = frames;
    }
    this.films = films;
    this.busy = false;
    return true;
  }

  cancel(): void {
    this.#stop?.abort();
    this.busy = false;
  }
}

function* collecting(walk: Iterable<ToyFrame>, into: ToyFrame[]): Generator<void, void, void> {
  for (const frame of walk) {
    into.push(frame);
    yield;
  }
}
