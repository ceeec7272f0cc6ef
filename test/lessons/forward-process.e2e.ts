/** Lesson 1 as a reader works through it: the built site, real digits, pointer and keyboard. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';

const path = '/forward-process/';

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, title: string): Locator => page.getByRole('figure', { name: title });

/** A canvas's bytes, to tell one picture from another. */
async function pixelsOf(canvas: Locator): Promise<string> {
  return canvas.evaluate((element) => (element instanceof HTMLCanvasElement ? element.toDataURL() : ''));
}

async function setRange(slider: Locator, value: number): Promise<void> {
  await slider.fill(String(value));
}

test('the film runs by itself soon after opening, before any data has arrived; it pauses, steps and scrubs', async ({ page }) => {
  await page.route('**/mnist/**', () => undefined); // never answered
  await page.goto(path);
  const film = figure(page, 'One digit, a thousand small steps');
  const time = film.locator('input[type="range"]');
  await expect.poll(async () => Number(await time.inputValue())).toBeGreaterThan(5);

  await film.getByRole('button', { name: 'Pause' }).click();
  const stopped = Number(await time.inputValue());
  await film.getByRole('button', { name: 'One step on' }).click();
  await expect(time).toHaveValue(String(stopped + 1));
  await film.getByRole('button', { name: 'One step back' }).click();
  await expect(time).toHaveValue(String(stopped));

  await setRange(time, 0);
  const xt = film.getByRole('img', { name: /The picture at step/ });
  const x0 = film.getByRole('img', { name: /What is left of the picture/ });
  expect(await pixelsOf(xt)).toBe(await pixelsOf(x0)); // at t = 0 nothing has been added
  await setRange(time, 300);
  await expect(film.getByRole('img', { name: 'The picture at step 300' })).toBeVisible();
  expect(await pixelsOf(xt)).not.toBe(await pixelsOf(x0));
});

test('a moment of the strip is glided to, and another digit takes its place in every figure', async ({ page }) => {
  await page.goto(path);
  const film = figure(page, 'One digit, a thousand small steps');
  await film.getByRole('button', { name: 'Go to t = 200' }).click();
  await expect(film.locator('input[type="range"]')).toHaveValue('200');
  const clean = figure(page, 'Walk there, or jump').getByRole('img', { name: 'the clean picture' });
  const three = await pixelsOf(clean);
  await film.getByRole('button', { name: 'the 7', exact: true }).click();
  await expect(film.getByText(/^x₀ is a 7/)).toBeVisible();
  await expect.poll(async () => await pixelsOf(clean)).not.toBe(three);

  await film.getByRole('button', { name: 'Another 7' }).click();
  await expect(film.getByText(/^x₀ is a 7, MNIST’s training picture (?!15\.)/)).toBeVisible();
});

test('a drawn digit goes through the chain, and the way back to MNIST is open', async ({ page }) => {
  await page.goto(path);
  const film = figure(page, 'One digit, a thousand small steps');
  await film.getByRole('button', { name: 'Draw one' }).click();
  const pad = film.getByRole('img', { name: 'Your drawing' });
  const empty = await pixelsOf(pad);
  const box = await pad.boundingBox();
  if (!box) throw new Error('the pad is not there');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.7, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => await pixelsOf(pad)).not.toBe(empty);
  await setRange(film.locator('input[type="range"]').last(), 0);
  await expect
    .poll(async () => (await pixelsOf(film.getByRole('img', { name: /The picture at step/ }))) === (await pixelsOf(pad)))
    .toBe(true);
  await film.getByRole('button', { name: 'Back to MNIST’s digits' }).click();
  await expect(film.getByText(/^x₀ is a 3/)).toBeVisible();
});

test('without scaling down the numbers grow, with it they stay', async ({ page }) => {
  await page.goto(path);
  const lanes = figure(page, 'With and without scaling down');
  await setRange(lanes.getByRole('slider', { name: 't', exact: true }), 1000);
  const [right, wrong] = await lanes.locator('output').allInnerTexts();
  expect(Number(right)).toBeGreaterThan(0.85);
  expect(Number(right)).toBeLessThan(1.15);
  expect(Number(wrong)).toBeGreaterThan(9);
});

test('walks, strides and jumps end with the mean and deviation of the formula', async ({ page }) => {
  await page.goto(path);
  const ways = figure(page, 'Walk there, or jump');
  for (const gait of ['in 10 strides', 'every step']) {
    await ways.getByRole('radio', { name: gait }).check({ force: true });
    await setRange(ways.getByRole('slider', { name: 't', exact: true }), 500);
    const rows = await ways
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))));
    const formula = rows[2] ?? [];
    expect(formula).toHaveLength(2);
    for (const row of rows.slice(0, 2)) {
      // a thousand travellers: five standard errors of the mean are 0.16, of the deviation 0.11
      expect(Math.abs((row[0] ?? 9) - (formula[0] ?? 0))).toBeLessThan(0.16);
      expect(Math.abs((row[1] ?? 9) - (formula[1] ?? 0))).toBeLessThan(0.11);
    }
  }
  await expect(ways.getByText('500 steps, 392,000 random numbers')).toBeVisible();
  await expect(ways.getByText('1 step, 784 random numbers')).toBeVisible();
});

test('the guess is kept beside the truth, also after coming back', async ({ page }) => {
  await page.goto(path);
  const predict = page.getByRole('region', { name: 'Predict, then reveal' });
  await expect(predict.getByText('It was a')).toHaveCount(0);
  await setRange(predict.getByRole('slider'), 400);
  await predict.getByRole('button', { name: 'Reveal' }).click();
  await expect(predict.getByText('the best possible reader is right in 85% of cases')).toBeVisible();
  await expect(predict.getByText('It was a 6')).toBeVisible();
  await page.reload();
  await expect(predict.getByText('you: t = 400')).toBeVisible();
  await expect(predict.getByText('It was a 6')).toBeVisible();
});

test('pictures, ᾱ and readability follow a handle, by pointer while it is dragged and by keyboard; reset undoes it', async ({
  page,
}) => {
  await page.goto(path);
  const bench = figure(page, 'Your own schedule');
  await expect(bench.getByText('ᾱ = ½ at t = 260')).toBeVisible();
  const picture = bench.getByRole('img', { name: /^t = 200/ });
  const before = await pixelsOf(picture);

  const handle = bench.getByRole('slider', { name: 'β at t = 200' });
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  if (!box) throw new Error('the handle is not there');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 40, { steps: 4 });
  await expect.poll(async () => await pixelsOf(picture)).not.toBe(before); // while the button is still down
  await page.mouse.up();
  await expect(bench.getByText('ᾱ = ½ at t = 260')).toHaveCount(0);
  await bench.getByRole('button', { name: 'Reset' }).click();
  await expect(bench.getByText('ᾱ = ½ at t = 260')).toBeVisible();
  expect(await pixelsOf(picture)).toBe(before);

  const last = bench.getByRole('slider', { name: 'β at t = 1000' });
  const value = await last.getAttribute('aria-valuetext');
  await last.press('ArrowDown');
  await expect(last).not.toHaveAttribute('aria-valuetext', value ?? '');
  await last.press('Home');
  await expect(last).toHaveAttribute('aria-valuetext', value ?? '');

  await bench.getByRole('radio', { name: 'cosine', exact: true }).check({ force: true });
  await expect(bench.getByText('ᾱ = ½ at t = 497')).toBeVisible();
});

test('the histogram of a pixel becomes the bell, unless the schedule ends too early', async ({ page }) => {
  await page.goto(path);
  const pixel = figure(page, 'What one pixel remembers');
  await expect(pixel.getByText('over 3,000 training digits')).toBeVisible();
  const time = pixel.locator('input[type="range"]');
  const moments = async (): Promise<{ mean: number; std: number }> => {
    const label = (await pixel.getByRole('img', { name: /^The pixel in/ }).getAttribute('aria-label')) ?? '';
    const [, mean, std] = /mean (-?[\d.]+), deviation ([\d.]+)/.exec(label) ?? [];
    return { mean: Number(mean), std: Number(std) };
  };
  await setRange(time, 200);
  await expect.poll(async () => Math.abs((await moments()).mean)).toBeLessThan(0.08);
  expect(Math.abs((await moments()).std - 1)).toBeLessThan(0.06);

  const picker = pixel.getByRole('slider', { name: /Pixel of/ });
  await picker.focus();
  for (let i = 0; i < 14; i += 1) await picker.press('ArrowUp'); // to the edge, which is black in every digit
  await expect(picker).toHaveAttribute('aria-valuetext', 'row 1, column 15');
  await pixel.getByRole('radio', { name: 'a fiftieth of the noise' }).check({ force: true });
  await expect.poll(async () => (await moments()).mean).toBeLessThan(-0.5);
});

test('at the same moment the small picture is harder to read', async ({ page }) => {
  await page.goto(path);
  const sizes = figure(page, 'The same schedule on 784 pixels and on 49');
  await setRange(sizes.getByRole('slider', { name: 't', exact: true }), 400);
  const [large, small] = (await sizes.locator('.one output').allInnerTexts()).map((text) => Number.parseInt(text, 10));
  expect(large).toBeGreaterThan(80);
  expect(small).toBeLessThan(40);
});

test('without MNIST the page says so and tries again; what ships with it still works', async ({ page }) => {
  await page.route('**/mnist/**', (route) => route.abort());
  await page.goto(path);
  const pixel = figure(page, 'What one pixel remembers');
  await expect(pixel.getByRole('alert')).toBeVisible({ timeout: 30_000 });
  await figure(page, 'One digit, a thousand small steps').getByRole('button', { name: 'the 4', exact: true }).click();
  await expect(page.getByText(/^x₀ is a 4/)).toBeVisible();
  await page.unroute('**/mnist/**');
  await pixel.getByRole('button', { name: 'Try again' }).click();
  await expect(pixel.getByText('over 3,000 training digits')).toBeVisible();
});

test('a reader who prefers less motion sees a film that stands still, and can still step it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(path);
  const film = figure(page, 'One digit, a thousand small steps');
  const time = film.locator('input[type="range"]');
  await expect(time).toHaveValue('250');
  await film.getByRole('button', { name: 'Go to t = 700' }).click();
  await expect(time).toHaveValue('700');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`with everything opened, drawn and revealed, the lesson is accessible in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(path);
    await page.getByRole('button', { name: 'Draw one' }).click();
    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.locator('main details').evaluateAll((all) => {
      for (const details of all) details.setAttribute('open', '');
    });
    await expect(page.getByText('over 3,000 training digits')).toBeVisible();
    await page.addScriptTag({ content: axe.source });
    const { violations } = await page.evaluate(() => window.axe.run('main'));
    expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))).toEqual([]);
  });
}
