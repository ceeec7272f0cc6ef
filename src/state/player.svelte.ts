/**
 * A playhead over frames that exist already: a film, a trajectory, a chain of noised pictures. Whoever makes one disposes of
 * it (`$effect(() => () => player.dispose())`); without an animation frame to wait for, as in prerendering, it never plays.
 *
 *     const player = new Player({ count: () => frames.length, fps: 12 });
 *     frames[player.index];  player.toggle();  player.seek(3);  player.step(1);
 */
export interface PlayerOptions {
  /** How many frames there are now; a function, because films grow. */
  readonly count: () => number;
  readonly fps?: number;
  /** Starts again from the first frame after the last. */
  readonly loop?: boolean;
}

const defaultFps = 12;

export class Player {
  index = $state(0);
  playing = $state(false);
  fps = $state(defaultFps);
  readonly loop: boolean;
  readonly #count: () => number;
  #request = 0;
  #shownAt = 0;

  constructor({ count, fps = defaultFps, loop = false }: PlayerOptions) {
    this.#count = count;
    this.fps = fps;
    this.loop = loop;
  }

  get count(): number {
    return this.#count();
  }

  get atEnd(): boolean {
    return this.index >= this.count - 1;
  }

  /** Plays on, from the start if it stands at the end. Pressing play is asking for motion, whatever the system prefers. */
  play(): void {
    if (this.playing || this.count < 2 || typeof requestAnimationFrame === 'undefined') return;
    if (this.atEnd) this.index = 0;
    this.playing = true;
    this.#shownAt = performance.now();
    this.#request = requestAnimationFrame(this.#tick);
  }

  /** Plays unasked, when a figure comes into view: not for a reader who prefers less motion, who sees the last frame instead. */
  autoplay(): void {
    if (typeof matchMedia !== 'undefined' && matchMedia('(prefers-reduced-motion: reduce)').matches) this.seek(this.count - 1);
    else this.play();
  }

  pause(): void {
    this.playing = false;
    if (typeof cancelAnimationFrame !== 'undefined') cancelAnimationFrame(this.#request);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Goes to a frame, or to the nearest there is. */
  seek(index: number): void {
    this.index = Math.max(0, Math.min(Math.round(index), this.count - 1));
  }

  /** Moves by whole frames, and stops playing: who steps wants to look. */
  step(by: number): void {
    this.pause();
    this.seek(this.index + by);
  }

  dispose(): void {
    this.pause();
  }

  readonly #tick = (nowMs: number): void => {
    if (!this.playing) return;
    const frameMs = 1000 / this.fps;
    const due = Math.floor((nowMs - this.#shownAt) / frameMs);
    if (due > 0) {
      this.#shownAt += due * frameMs;
      this.#advance(due);
    }
    if (this.playing) this.#request = requestAnimationFrame(this.#tick);
  };

  #advance(frames: number): void {
    const next = this.index + frames;
    if (this.loop) this.index = next % this.count;
    else this.seek(next);
    if (!this.loop && this.atEnd) this.pause();
  }
}
