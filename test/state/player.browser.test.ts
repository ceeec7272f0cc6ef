import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Player, type PlayerOptions } from '../../src/state/player.svelte';

/** Animation frames that come when the test says so. */
let frame: ((nowMs: number) => void) | null = null;
let nowMs = 0;
let reducedMotion = false;
const pass = (ms: number): void => {
  nowMs += ms;
  const due = frame;
  frame = null;
  due?.(nowMs);
};

beforeEach(() => {
  nowMs = 0;
  frame = null;
  reducedMotion = false;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  vi.stubGlobal('requestAnimationFrame', (tick: (ms: number) => void) => {
    frame = tick;
    return 1;
  });
  vi.stubGlobal('cancelAnimationFrame', () => (frame = null));
  vi.stubGlobal('matchMedia', () => ({ matches: reducedMotion }));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const player = (options: Partial<PlayerOptions> = {}): Player => new Player({ count: () => 4, fps: 10, ...options });

test('plays at its rate, and stops on the last frame', () => {
  const p = player();
  p.play();
  pass(50);
  expect(p.index).toBe(0);
  pass(60);
  expect(p.index).toBe(1);
  pass(100);
  pass(100);
  expect([p.index, p.playing, p.atEnd]).toEqual([3, false, true]);
});

test('a late animation frame skips as many frames as were missed', () => {
  const p = player();
  p.play();
  pass(250);
  expect(p.index).toBe(2);
});

test('play at the end begins anew; a loop never ends', () => {
  const p = player();
  p.seek(3);
  p.play();
  expect(p.index).toBe(0);
  const loop = player({ loop: true });
  loop.seek(3);
  loop.playing = false;
  loop.play();
  pass(100);
  pass(300);
  expect(loop.playing).toBe(true);
});

test('pause stops at once; stepping stops and moves; seeking stays within', () => {
  const p = player();
  p.play();
  p.pause();
  pass(1000);
  expect(p.index).toBe(0);
  p.play();
  p.step(2);
  expect([p.index, p.playing]).toEqual([2, false]);
  p.seek(99);
  expect(p.index).toBe(3);
  p.seek(-5);
  expect(p.index).toBe(0);
});

test('nothing plays unasked for a reader who prefers less motion; asked, it does', () => {
  reducedMotion = true;
  const p = player();
  p.autoplay();
  expect([p.index, p.playing]).toEqual([3, false]);
  p.play();
  expect(p.playing).toBe(true);
});

test('follows a film that grows', () => {
  let frames = 1;
  const p = player({ count: () => frames });
  p.play();
  expect(p.playing).toBe(false);
  frames = 3;
  p.seek(2);
  expect(p.index).toBe(2);
});

test('a player that is disposed of asks for no more frames', () => {
  const p = player();
  p.play();
  p.dispose();
  expect(frame).toBeNull();
});
