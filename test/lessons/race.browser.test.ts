/** The race on the real engine: lanes finish, repeat, stop when told, and leave no tensor behind. */
import { afterEach, expect, test, vi } from 'vitest';
import { Race } from '../../lessons/samplers/race.svelte';
import { SameDigit } from '../../lessons/samplers/sameDigit.svelte';
import { Studio } from '../../lessons/samplers/studio.svelte';
import { Session } from '../../src/state/session.svelte';

vi.setConfig({ testTimeout: 120_000 });

const lanes = [
  { sampler: 'ddim', params: { eta: 0 }, steps: 4, spacing: 'trailing' },
  { sampler: 'heun', params: { along: 'both' }, steps: 3, spacing: 'trailing' },
] as const;

let open: { readonly session: Session; readonly race: Race } | null = null;
function start(): { readonly session: Session; readonly race: Race } {
  localStorage.setItem('diffusion.backend', 'wasm');
  const session = new Session();
  const studio = new Studio(session);
  studio.chosenSource = 'recorded'; // other tests leave runs in the browser's storage, and one's own run comes first
  open = { session, race: new Race(studio, lanes) };
  return open;
}
afterEach(() => {
  open?.race.dispose();
  open?.session.close();
  localStorage.clear();
});

test('all lanes finish, from one noise, and the clock gathers them', async () => {
  const { race } = start();
  await race.draw();
  expect(race.lanes.map((lane) => lane.summary?.nfe)).toEqual([8, 10]); // guided: 2 × 4 and 2 × 5
  expect(race.lanes[0]?.film?.frames[0]?.xt).toEqual(race.lanes[1]?.film?.frames[0]?.xt);
  expect(race.announcement).toContain('2 of 2 lanes have finished');
  expect(race.msEach).toBeGreaterThan(0);

  const shown = (tick: number): readonly number[] => (race.player.seek(tick), race.lanes.map((lane) => race.frameIndex(lane)));
  race.player.pause();
  expect(shown(0)).toEqual([0, 0]);
  expect(shown(2)).toEqual([1, 0]); // Heun's first step takes two looks
  expect(shown(4)).toEqual([2, 1]);
  expect(shown(10)).toEqual([4, 3]);
  expect(race.lanes.map((lane) => race.tickOf(lane, 1))).toEqual([2, 4]);
});

test('by time, a lane stands where its own time has brought it, and all have finished at the end', async () => {
  const { race } = start();
  await race.draw();
  race.setClock('time');
  expect(race.lanes.map((lane) => race.frameIndex(lane))).toEqual([4, 3]);
  race.player.seek(0);
  expect(race.lanes.map((lane) => race.frameIndex(lane))).toEqual([0, 0]);
  const [lane] = race.lanes;
  if (!lane) throw new Error('no lane');
  race.player.seek(race.tickOf(lane, 2));
  expect(race.frameIndex(lane)).toBe(2);
});

test('the same noise gives the same pictures, another gives others', async () => {
  const { race } = start();
  const last = (): readonly (Float32Array | undefined)[] => race.lanes.map((lane) => lane.film?.frames.at(-1)?.xt);
  await race.draw();
  const first = last();
  await race.draw();
  expect(last()).toEqual(first);
  race.studio.seed += 1;
  await race.draw();
  expect(last()[0]).not.toEqual(first[0]);
});

test('a changed lane forgets its film, the others keep theirs', async () => {
  const { race } = start();
  await race.draw();
  const [lane] = race.lanes;
  if (!lane) throw new Error('no lane');
  race.change(lane, { steps: 7 });
  expect(race.lanes.map((each) => each.film?.frames.length)).toEqual([undefined, 4]);
  expect(race.plannedEvaluations).toBe(14 + 10);
});

test('stopped in the middle of a thousand steps, it stops there and leaves no tensor', async () => {
  const { race, session } = start();
  await race.draw();
  const before = (await session.memory()).tensors;
  race.setLanes([{ ...lanes[0], steps: 1000 }, lanes[1]]);
  const drawing = race.draw();
  await vi.waitFor(() => expect(race.lanes[0]?.drawing.stepsDone).toBeGreaterThan(3), { timeout: 60_000, interval: 20 });
  race.cancel();
  await drawing;
  expect(race.busy).toBe(false);
  expect(race.lanes[0]?.drawing.status.kind).toBe('cancelled');
  expect(race.lanes[0]?.drawing.stepsDone).toBeLessThan(1000);
  expect(race.lanes[1]?.drawing.status.kind).toBe('idle');
  await vi.waitFor(async () => expect((await session.memory()).tensors).toBe(before), { timeout: 20_000, interval: 50 });
});

test('ten noises in four ways: two pairs are compared', async () => {
  const { race } = start();
  const same = new SameDigit(race.studio);
  expect(same.words).toBeNull();
  await same.run();
  expect(same.failure).toBeNull();
  expect(same.words).toMatch(/^DDPM and DDIM: \d+ of 10; DDIM with 10 and with 100 steps: \d+ of 10$/);
  expect(same.acrossSteps).toBeGreaterThan(same.acrossSamplers ?? NaN);
  expect(same.tally).toMatchObject({ noises: 10, acrossSteps: same.acrossSteps });
});
