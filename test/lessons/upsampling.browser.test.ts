/** The live figures of the upsampling lesson on the real engine: they draw, repeat, stop within a step, and leave no tensor behind. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaults } from '../../src/base/params';
import { parameterCount } from '../../src/model/cost';
import { Session } from '../../src/state/session.svelte';
import { baseRecipe, upRecipe } from '../../src/training/cascadeRecipes';
import { recipes } from '../../src/training/recipes';
import { AugmentationLab, type LabAsk } from '../../lessons/upsampling/augmentationLab.svelte';
import { chainPlan, type ChainValues } from '../../lessons/upsampling/chainPlan';
import { firstNetworks } from '../../lessons/upsampling/chainStages';
import { ChainStudio } from '../../lessons/upsampling/chainStudio.svelte';
import { LaneRace, ticks } from '../../lessons/upsampling/laneRace.svelte';
import { endOf, totalOf } from '../../lessons/upsampling/lanes';
import { chainParams, laneParams } from '../../lessons/upsampling/liveParams';
import { realLabels, smallDigits } from '../../lessons/upsampling/realDigits';
import { copies, SuperResolver } from '../../lessons/upsampling/superResolver.svelte';
import { shownDigits } from '../../lessons/forward-process/shippedDigits';

vi.setConfig({ testTimeout: 180_000 });

const patience = { timeout: 60_000, interval: 10 } as const;
/** More steps than anybody waits for: what ends before them was stopped. */
const many = 1000;
const chain: ChainValues = { ...defaults(chainParams), steps7: 4, steps14: 3, steps28: 2 };
const lanes = { ...defaults(laneParams), ddpm: 6, ddim: 4, base: 4, up14: 3, up28: 2 };
const labAsk: LabAsk = {
  baseSteps: 100,
  level: 0,
  seed: 1,
  guidanceScale: 1,
  labels: realLabels,
  real: smallDigits(7),
  steps: { 'base-7': 3, 'up-14': 2, 'up-28': 2 },
};

let session: Session;
beforeEach(() => {
  localStorage.setItem('diffusion.backend', 'wasm');
  session = new Session();
});
afterEach(() => {
  session.close();
  localStorage.clear();
});

async function tensors(): Promise<number> {
  return (await session.memory()).tensors;
}

function studioWith(values: Partial<ChainValues> = {}): { studio: ChainStudio; draw: () => Promise<void> } {
  const studio = new ChainStudio(session);
  const plan = chainPlan({ ...chain, ...values }, session.runs);
  return { studio, draw: () => studio.draw(plan.ask, plan.stages) };
}

describe('a chain', () => {
  test('is drawn stage by stage, each costs what was planned, and the judge has a word on its end', async () => {
    const { studio, draw } = studioWith();
    await draw();
    expect(studio.drawing.status.kind).toBe('done');
    expect(studio.stages.map(({ frames }) => frames.length)).toEqual([5, 4, 3]);
    expect(studio.stages.map(({ frames }) => frames.at(-1)?.nfe)).toEqual(studio.stages.map(({ nfe }) => nfe)); // 8, 6, 2
    expect(studio.stages.map(({ nfe }) => nfe)).toEqual([8, 6, 2]);
    expect(studio.stages.map((stage) => endOf(stage)?.length)).toEqual([490, 1960, 7840]);
    const planned = studio.stages.map(({ flops }) => flops);
    expect(studio.drawing.summaries.map(({ flopsPerEvaluation, nfe }) => flopsPerEvaluation * nfe)).toEqual(planned);
    expect(studio.verdicts).toHaveLength(10);
    expect(studio.failure).toBeNull();
    expect(studio.drawing.msPerFlop).toBeGreaterThan(0);
    studio.dispose();
  });

  test('is the same from the same noise, another from another', async () => {
    const [first, again, other] = [studioWith(), studioWith(), studioWith({ noise: 2 })];
    for (const { draw } of [first, again, other]) await draw();
    const ends = [first, again, other].map(({ studio }) => studio.stages.map((stage) => endOf(stage)));
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]?.[0]).not.toEqual(ends[0]?.[0]);
  });

  test('with one step a stage and guidance 50 comes to an end', async () => {
    const { studio, draw } = studioWith({
      steps7: 1,
      steps14: 1,
      steps28: 1,
      w7: 50,
      w14: 50,
      level: 5,
      upsamplers: 'augmented',
    });
    await draw();
    expect(studio.drawing.status.kind).toBe('done');
    expect(endOf(studio.stages[2])?.every((value) => value >= -1 && value <= 1)).toBe(true);
  });

  test.each([0, 1, 2])('of a thousand steps, stopped in stage %i, stops there and leaves no tensor', async (stage) => {
    const warm = studioWith();
    await warm.draw(); // the networks and the judge are in memory from here on
    const before = await tensors();
    const steps = { steps7: 1, steps14: 1, steps28: 1, [(['steps7', 'steps14', 'steps28'] as const)[stage] ?? '']: many };
    const { studio, draw } = studioWith(steps);
    const drawing = draw();
    await vi.waitFor(() => expect(studio.stages[stage]?.frames.length ?? 0).toBeGreaterThan(1), patience);
    studio.cancel();
    await drawing;
    expect(studio.drawing.status.kind).toBe('cancelled');
    expect(endOf(studio.stages[stage])).toBeNull();
    await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
  });
});

describe('the three lanes', () => {
  test('all finish, and the clock gathers them by whatever it counts', async () => {
    const race = new LaneRace(session, () => null);
    await race.draw(lanes);
    expect(race.lanes.map((lane) => totalOf(lane.stages, 'evaluations'))).toEqual([12, 8, 16]);
    expect(race.announcement).toContain('3 of 3 lanes have finished');
    race.player.pause();
    for (const clock of ['flops', 'evaluations', 'time', 'share'] as const) {
      race.setClock(clock);
      expect(race.lanes.map((lane) => race.isFinished(lane))).toEqual([true, true, true]);
      race.player.seek(0);
      expect(race.lanes.map((lane) => race.placeOf(lane))).toEqual([0, 0, 0].map(() => ({ stage: 0, frame: 0 })));
    }
    race.setClock('evaluations');
    race.player.seek(ticks / 2); // 8 of 16: DDIM is there, DDPM in its fourth step, the chain at its second picture
    expect(race.lanes.map((lane) => race.placeOf(lane))).toEqual([
      { stage: 0, frame: 4 },
      { stage: 0, frame: 4 },
      { stage: 1, frame: 0 },
    ]);
    const quick = parameterCount(recipes.quick.model);
    const whole = [baseRecipe, upRecipe(14, 'plain'), upRecipe(28, 'plain')].reduce(
      (n, { model }) => n + parameterCount(model),
      0,
    );
    expect(race.lanes.map((lane) => race.priceOf(lane)?.parameters)).toEqual([quick, quick, whole]);
    race.dispose();
  });

  test('stopped while the first is drawn, the others are never begun', async () => {
    const race = new LaneRace(session, () => null);
    await race.draw(lanes);
    const before = await tensors();
    const drawing = race.draw({ ...lanes, ddpm: many });
    await vi.waitFor(() => expect(race.lanes[0]?.drawing.stepsDone).toBeGreaterThan(2), patience);
    race.cancel();
    await drawing;
    expect(race.busy).toBe(false);
    expect(race.lanes.map(({ drawing: { status } }) => status.kind)).toEqual(['cancelled', 'idle', 'idle']);
    await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
    race.dispose();
  });
});

describe('noise on the small picture', () => {
  test('goes through both pairs of upsamplers; a level that was drawn once is not drawn again', async () => {
    const lab = new AugmentationLab(session);
    await lab.show(labAsk);
    expect(lab.failure).toBeNull();
    const clean = lab.result('real', 'augmented');
    expect(clean?.verdicts).toHaveLength(10);
    expect(lab.result('generated', 'plain')?.pixels).toHaveLength(7840);
    expect(lab.small('generated')).toHaveLength(490);
    await lab.show({ ...labAsk, level: 5 });
    expect(lab.result('real', 'augmented')?.pixels).not.toEqual(clean?.pixels);
    await lab.show(labAsk);
    expect(lab.result('real', 'augmented')).toBe(clean);
  });

  test('stopped, it rests and leaves no tensor', async () => {
    const lab = new AugmentationLab(session);
    await lab.show(labAsk);
    const before = await tensors();
    const showing = lab.show({ ...labAsk, seed: 2, steps: { 'base-7': many, 'up-14': 1, 'up-28': 1 } });
    await vi.waitFor(async () => expect(await tensors()).toBeGreaterThan(before), patience);
    lab.cancel();
    await showing;
    expect(lab.busy).toBe(false);
    expect(lab.small('generated')).toBeNull();
    await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
  });
});

describe('a digit drawn small', () => {
  const ask = {
    side: 7,
    networks: { ...firstNetworks, upsamplers: 'augmented' },
    augmentation: 1,
    label: null,
    seed: 1,
  } as const;
  const steps = { 'up-14': 3, 'up-28': 2 };

  test('becomes several large ones, from 7 × 7 by way of 14 × 14', async () => {
    const resolver = new SuperResolver(session);
    resolver.draw(shownDigits[1]?.x0 ?? new Float32Array());
    await resolver.enlarge({ ...ask, guidanceScale: 1, steps });
    expect(resolver.failure).toBeNull();
    expect(resolver.result?.pixels).toHaveLength(copies * 784);
    expect(resolver.result?.between).toHaveLength(copies * 196);
    expect(resolver.result?.verdicts.filter(({ digit }) => digit === 1).length).toBeGreaterThan(copies / 2);
    await resolver.enlarge({ ...ask, side: 14, guidanceScale: 1, steps });
    expect(resolver.result?.between).toBeNull();
    expect(resolver.result?.nfe).toBe(2);
  });

  test('stopped, it rests and leaves no tensor; an empty pad draws nothing', async () => {
    const resolver = new SuperResolver(session);
    await resolver.enlarge({ ...ask, guidanceScale: 1, steps });
    expect(resolver.result).toBeNull();
    resolver.draw(shownDigits[1]?.x0 ?? new Float32Array());
    await resolver.enlarge({ ...ask, guidanceScale: 1, steps });
    const before = await tensors();
    const enlarging = resolver.enlarge({ ...ask, guidanceScale: 50, label: 3, steps: { 'up-14': many, 'up-28': 1 } });
    await vi.waitFor(async () => expect(await tensors()).toBeGreaterThan(before), patience);
    resolver.cancel();
    await enlarging;
    expect(resolver.busy).toBe(false);
    await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
  });
});
