import { expect, test } from 'vitest';
import { guidanceForSteps } from '../../src/training/guidanceSchedule';
import { FlushClock } from '../../src/worker/flushClock';
import { isPreviewDue } from '../../src/worker/previews';

test('the film has a frame every 20 steps at first, then every 50, then every 100', () => {
  const due = Array.from({ length: 1300 }, (_, i) => i + 1).filter((step) => isPreviewDue(step, 0));
  expect(due.filter((step) => step <= 200)).toEqual([20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
  expect(due.filter((step) => step > 200 && step <= 400)).toEqual([250, 300, 350, 400]);
  expect(due.filter((step) => step > 950)).toEqual([1000, 1100, 1200, 1300]);
  expect([6, 7, 8].map((step) => isPreviewDue(step, 7))).toEqual([false, true, false]);
});

test('guidance goes down as training goes on', () => {
  expect([0, 299, 300, 999, 1000, 5000].map(guidanceForSteps)).toEqual([2.5, 2.5, 1.5, 1.5, 1.25, 1.25]);
});

test('the first result is read at once, slow steps one by one, fast ones together', () => {
  const clock = new FlushClock();
  expect(clock.isDue(0)).toBe(false);
  clock.stepTaken(0);
  expect(clock.isDue(0)).toBe(true);
  clock.flushed(400);
  clock.stepTaken(0);
  expect(clock.isDue(0)).toBe(true);
  clock.flushed(30);
  for (let steps = 1; steps < 5; steps += 1) {
    clock.stepTaken(0);
    expect(clock.isDue(0)).toBe(false);
  }
  clock.stepTaken(0);
  expect(clock.isDue(0)).toBe(true);
});

test('however fast steps are, news never waits for more than a moment nor for more than sixteen of them', () => {
  const clock = new FlushClock();
  clock.flushed(0.1);
  clock.stepTaken(1000);
  expect([1001, 1149, 1150].map((now) => clock.isDue(now))).toEqual([false, false, true]);
  for (let steps = 2; steps <= 16; steps += 1) clock.stepTaken(1000);
  expect(clock.isDue(1000)).toBe(true);
});
