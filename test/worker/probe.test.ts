import { describe, expect, test, vi } from 'vitest';
import { probe, timeSteps, winner } from '../../src/worker/probe';

/** A clock that stands still but while steps are taken, each as long as the list says (the last one for ever). */
function fakeSteps(...durations: readonly number[]) {
  let now = 0;
  let taken = 0;
  const bursts: number[] = [];
  return {
    bursts,
    now: () => now,
    train: async (steps: number): Promise<void> => {
      bursts.push(steps);
      for (let i = 0; i < steps; i += 1) {
        now += durations[Math.min(taken, durations.length - 1)] ?? 0;
        taken += 1;
      }
    },
  };
}

describe('timing', () => {
  test('goes on in bursts until the budget is spent, and never beyond it', async () => {
    const fake = fakeSteps(50);
    expect(await timeSteps(fake.train, { budgetMs: 1000, now: fake.now })).toBe(50);
    expect(fake.bursts).toEqual([1, 10, 9]);
    expect(fake.now()).toBe(1000);
  });

  test('takes one step if that is all the budget allows, or more', async () => {
    for (const duration of [600, 3000]) {
      const fake = fakeSteps(duration);
      expect(await timeSteps(fake.train, { budgetMs: 1000, now: fake.now })).toBe(duration);
      expect(fake.bursts).toEqual([1]);
    }
  });

  test('believes the best burst: something else may have kept the machine busy', async () => {
    const fake = fakeSteps(200, 20);
    expect(await timeSteps(fake.train, { budgetMs: 1000, now: fake.now })).toBe(20);
  });
});

describe('a backend that cannot be measured counts as absent', () => {
  const webgl = { msPerStep: 5, precision: 'float32' } as const;
  const onlyWebgl = { renderer: 'a card', adapter: null };

  test('when it fails', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const result = await probe(onlyWebgl, (backend) =>
      backend === 'wasm' ? Promise.reject(new Error('no SIMD')) : Promise.resolve(webgl),
    );
    expect(result).toEqual({ ...onlyWebgl, wasm: null, webgl, webgpu: null });
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });

  test('when it never answers', async () => {
    vi.useFakeTimers();
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const result = probe(onlyWebgl, (backend) => (backend === 'wasm' ? Promise.resolve(webgl) : new Promise(() => undefined)));
    await vi.advanceTimersByTimeAsync(120_000);
    expect((await result).webgl).toBeNull();
    warned.mockRestore();
    vi.useRealTimers();
  });
});

test('only the ways that there are get measured', async () => {
  const asked: string[] = [];
  const measure = async (backend: string) => {
    asked.push(backend);
    return { msPerStep: 1, precision: 'float32' } as const;
  };
  await probe({ renderer: null, adapter: 'a card' }, measure);
  expect(asked).toEqual(['wasm', 'webgpu']);
  await probe({ renderer: 'a card', adapter: 'a card' }, measure);
  expect(asked.slice(2)).toEqual(['wasm', 'webgl', 'webgpu']);
});

test.each([
  [20, 10, 5, 'webgpu'],
  [20, 5, 10, 'webgl'],
  [5, 10, 20, 'wasm'],
  [5, 5, 5, 'wasm'],
  [20, null, 10, 'webgpu'],
  [null, null, null, 'wasm'],
] as const)('of %s ms on WASM, %s on WebGL and %s on WebGPU the winner is %4$s', (wasm, webgl, webgpu, expected) => {
  const measured = (msPerStep: number | null) => (msPerStep === null ? null : ({ msPerStep, precision: 'float32' } as const));
  const graphics = { renderer: 'a card', adapter: 'a card' };
  expect(winner({ ...graphics, wasm: measured(wasm), webgl: measured(webgl), webgpu: measured(webgpu) })).toBe(expected);
});
