/**
 * The whole path, as a reader goes it: bytes → batch → noise → U-Net → loss → weights → sampler → picture. The real network
 * learns real MNIST on the processor until it knows clearly more than any predictor that ignores the picture, goes on learning
 * while another lesson draws with it, and is still there after the page has been closed.
 */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';

/** Mean squared error of x̂₀ for a network that answers the class's mean picture; `npm run pretrain`'s baselines. */
const { aboutClassMeans: classMeans } = JSON.parse(
  readFileSync(new URL('../../public/recorded/baselines.json', import.meta.url), 'utf8'),
) as {
  aboutClassMeans: number;
};
/** "Clearly below". */
const share = 0.75;
const firstSteps = 80;

test.describe.configure({ timeout: 300_000 });

function status(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('complementary', { name: 'Contents and status' });
}

async function smoothedError(page: Page): Promise<number> {
  const words = await page.getByRole('img', { name: /^Loss by training step/ }).getAttribute('aria-label');
  return Number(/this run: ([\d.]+) at step/.exec(words ?? '')?.[1] ?? NaN);
}

test('train, draw with what was learned, close the page, come back, go on', async ({ page }) => {
  await page.goto('./train/?backend=wasm');
  const trainer = page.getByRole('figure', { name: /^(A|The) quick run$/ });
  await expect(page.getByLabel('Steps', { exact: true })).toBeEnabled({ timeout: 20_000 });
  await page.getByLabel('Steps', { exact: true }).fill('400');
  await trainer.getByRole('button', { name: '▶ Train' }).click();

  // It learns: the error falls below what can be known without looking at the picture.
  await expect(status(page)).toContainText('Training');
  await expect.poll(() => smoothedError(page), { timeout: 200_000, intervals: [2000] }).toBeLessThan(share * classMeans);
  await expect.poll(() => stepOf(page), { timeout: 100_000 }).toBeGreaterThan(firstSteps);

  // Another lesson, by its link: training goes on, and its network draws there.
  await page.getByRole('navigation', { name: 'Lessons' }).getByRole('link', { name: 'Reverse process' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const before = await stepOf(page);
  const film = page.getByRole('figure', { name: 'From noise to a digit' });
  await film.getByRole('button', { name: 'Draw it here' }).click();
  await expect(film.getByText(/evaluations of the network in [\d,]+ ms, on WASM/)).toBeVisible({ timeout: 60_000 });
  await expect(film.getByText('live', { exact: true })).toBeVisible();
  await expect(film).toContainText('your quick network');
  await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(before);

  // The film can be scrubbed to its noise and back.
  const bar = film.getByRole('slider', { name: 'Moment of the film' });
  await bar.press('Home');
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 1000');
  await bar.press('End');
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 0');

  // Back in lesson 2: pause, close, open again, go on from there.
  await page.getByRole('navigation', { name: 'Lessons' }).getByRole('link', { name: 'Train a DDPM' }).click();
  await trainer.getByRole('button', { name: '❚❚ Pause' }).click();
  await expect(status(page)).toContainText('Paused');
  const paused = await stepOf(page);
  await expect(trainer.locator('.facts')).toContainText(`saved at step ${paused}`, { timeout: 20_000 });
  await page.reload();
  await expect(trainer.getByText(`Restored: step ${paused}`)).toBeVisible({ timeout: 30_000 });
  expect(await smoothedError(page)).toBeLessThan(share * classMeans);
  await trainer.getByRole('button', { name: '▶ Resume' }).click();
  await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(paused);
});

async function stepOf(page: Page): Promise<number> {
  const text = (await status(page).textContent()) ?? '';
  return Number(/step ([\d,]+)/.exec(text)?.[1]?.replace(',', '') ?? 0);
}
