/** The conditioning lesson, where it computes for longer: a network of one's own, guidance in stretches, one noise told every class. */
import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { RecordedCaptions } from '../../src/data/recordedCaptions';
import { judgeConfig } from '../../src/evaluation/judgeConfig';
import { judgePath, readJudge } from '../../src/evaluation/judgeFiles';
import { judgePictures } from '../../src/evaluation/judgePictures';
import { judgedClasses } from '../../src/evaluation/metrics';
import { disposeAll, toTensors } from '../../src/model/tensors';
import { useWasmBackend } from '../support/wasmBackend';
import { distanceOf, hasInk, shownPictures } from './pagePictures';

const drawingMs = 120_000;
const trainingMs = 240_000;
/** The page is there before its scripts are, and after a reload the engine has to read what was kept. */
const wakingMs = 60_000;
const address = './conditioning/?backend=wasm';

const publicFile = (path: string): Uint8Array => readFileSync(new URL(`../../public/${path}`, import.meta.url));
const recorded = JSON.parse(new TextDecoder().decode(publicFile('recorded/captions.json'))) as RecordedCaptions;

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const type = (page: Page): Locator => figure(page, 'Type what you want to see');
const own = (page: Page): Locator => figure(page, 'A reader of your own');
const stretches = (page: Page): Locator => figure(page, 'Guidance in a stretch of the schedule');
const telling = (page: Page): Locator => figure(page, 'One noise, told eleven things');

/** What the judge that ships with the page takes them for; this figure of the page asks no judge. */
async function judgedDigits(pictures: readonly Float32Array[]): Promise<readonly number[]> {
  await useWasmBackend();
  const params = toTensors(readJudge(publicFile(judgePath)));
  try {
    const all = Float32Array.from(pictures.flatMap((picture) => [...picture]));
    const { probabilities } = await judgePictures(params, judgeConfig, all);
    return [...judgedClasses(probabilities, judgeConfig.classes)];
  } finally {
    disposeAll(params);
  }
}

test('a reader of one’s own is trained, paused and kept, and draws in the first figure', async ({ page }) => {
  test.setTimeout(trainingMs + 2 * drawingMs);
  await page.goto(address);
  const train = own(page).getByRole('button', { name: 'Train it' });
  await expect(train).toBeEnabled({ timeout: wakingMs });
  const slider = own(page).getByRole('slider', { name: 'Train until step' });
  await slider.fill('0'); // the fewest that are offered
  await expect(slider).toHaveAttribute('aria-valuetext', '50');
  await expect(page).toHaveURL(/train-steps=50/);
  const network = own(page).getByRole('region', { name: 'A network that reads' });
  await train.click();
  await expect(network).toContainText(/\b([4-9]|[1-4]\d) of 50 steps/, { timeout: trainingMs });
  await own(page).getByRole('button', { name: 'Pause' }).click();
  await expect(own(page).getByRole('button', { name: 'Go on' })).toBeVisible({ timeout: wakingMs });
  const held = /\d+ of 50 steps/.exec(await network.innerText())?.[0] ?? '';
  const steps = Number(held.split(' ')[0]);
  expect(steps).toBeGreaterThan(3);

  await type(page).getByRole('radio', { name: 'your own' }).check({ force: true });
  await type(page).getByRole('slider', { name: 'Steps' }).fill('2');
  await type(page).getByRole('button', { name: 'Draw it here' }).click();
  await expect(type(page).getByText(/evaluations of the network in/)).toBeVisible({ timeout: drawingMs });
  await expect(type(page).getByText('live', { exact: true })).toBeVisible();
  await expect(type(page).getByText(`by your network, after ${steps} training steps`)).toBeVisible();
  await expect(network).toContainText(held); // a drawing later it still stands where it was paused

  await page.reload();
  await expect(own(page).getByRole('button', { name: 'Train on' })).toBeEnabled({ timeout: wakingMs });
  await expect(network).toContainText(held);
  await expect(type(page).getByRole('radio', { name: 'your own' })).toBeChecked();
});

test('guidance in stretches: five rows are drawn, none like another, and every stretch that was measured has its line', async ({
  page,
}) => {
  test.setTimeout(3 * drawingMs);
  await page.goto(address);
  await stretches(page).getByRole('button', { name: 'Draw the five rows here' }).click();
  await expect(stretches(page).getByText(/evaluations a column/)).toBeVisible({ timeout: 2 * drawingMs });
  const group = stretches(page).getByRole('group', { name: 'One caption, guided in different stretches' });
  const rows = group.getByRole('group');
  await expect(rows).toHaveCount(5);
  await expect(rows.getByText(/variety \d/)).toHaveCount(5);
  const shown = await Promise.all((await rows.all()).map((row) => shownPictures(row)));
  expect(shown.map((row) => row.filter(hasInk).length)).toEqual([6, 6, 6, 6, 6]);
  expect(new Set(shown.map((row) => row.join())).size).toBe(5);
  const [nowhere, everywhere] = await Promise.all(
    ['nowhere', 'everywhere'].map((name) => shownPictures(group.getByRole('group', { name, exact: true }))),
  );
  for (const [i, picture] of nowhere?.entries() ?? []) {
    expect(distanceOf(picture, everywhere?.[i] ?? picture)).toBeGreaterThan(0);
  }

  // Beside the stretches: nowhere, and everywhere at each guidance that they were measured with.
  const { intervals, sweep } = recorded;
  const scales = new Set(intervals.map(({ guidanceScale }) => guidanceScale));
  const wholes = sweep.filter(({ guidanceScale }) => scales.has(guidanceScale) || (guidanceScale === 1 && scales.size > 0));
  const lines = stretches(page).getByRole('region', { name: 'Guidance in stretches, as a table' }).locator('tbody tr');
  await expect(lines).toHaveCount(intervals.length + wholes.length);
  for (const { from, to, fd } of intervals) {
    const line = lines.filter({ hasText: `t in (${from}, ${to.toLocaleString('en')}]` });
    await expect(line.filter({ hasText: fd.mean.toFixed(1) })).not.toHaveCount(0);
  }
});

test('told a class, a noise becomes that digit; told nothing, it decides on the way', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto(address);
  await telling(page).getByRole('button', { name: 'Draw them here' }).click();
  await expect(telling(page).getByText(/evaluations of the network in/)).toBeVisible({ timeout: drawingMs });
  const moment = telling(page).getByRole('slider', { name: 'Moment of the eleven films' });
  const grid = telling(page).getByRole('region', { name: 'Pictures by what they were told' });
  /** Three rows of eleven: nothing, and then each digit. */
  const columns = 11;
  const isTold = (_: unknown, i: number): boolean => i % columns > 0;
  const apart = (all: readonly Float32Array[]): readonly number[] =>
    all.flatMap((one, i) => all.slice(i + 1).map((other) => distanceOf(one, other)));

  await expect(moment).toHaveAttribute('aria-valuetext', 't = 1000');
  const guesses = await shownPictures(grid);
  await moment.press('End');
  await expect(moment).toHaveAttribute('aria-valuetext', 't = 0');
  const finished = await shownPictures(grid);
  expect(finished).toHaveLength(3 * columns);

  const digits = await judgedDigits(finished);
  const right = digits.filter((digit, i) => isTold(digit, i) && digit === (i % columns) - 1);
  expect(right.length).toBeGreaterThanOrEqual(27); // of 30
  // The first guess is about the mean of all digits, whatever the noise; what becomes of it is the noise's.
  const untold = (all: readonly Float32Array[]): readonly Float32Array[] => all.filter((picture, i) => !isTold(picture, i));
  expect(Math.min(...apart(untold(finished)))).toBeGreaterThan(2 * Math.max(...apart(untold(guesses))));
  const undecided = digits.filter((digit, i) => !isTold(digit, i));
  expect(new Set(undecided).size).toBeGreaterThan(1);
});
