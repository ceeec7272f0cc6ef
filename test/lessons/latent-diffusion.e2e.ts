/** Latent diffusion, on the built page: answers wait for guesses, captions are drawn in latents, the plane is walked, an autoencoder is trained. */
import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { parseRecordedLatent } from '../../src/data/recordedLatent';
import { faultRows, faultWords } from '../../lessons/latent-diffusion/bad';
import { costLines } from '../../lessons/latent-diffusion/costs';
import { answerWords, sizesOf, sizeWords } from '../../lessons/latent-diffusion/rate';
import { pixels } from './pagePictures';
import { accessibilityProblems, sidewaysOverflow, unfold } from './pageProblems';

const phone = { width: 360, height: 740 };
const drawingMs = 60_000;
const trainingMs = 150_000;
const checkingMs = 240_000;

const recorded = parseRecordedLatent(
  JSON.parse(readFileSync(new URL('../../public/recorded/latent.json', import.meta.url), 'utf8')),
);

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const film = (page: Page): Locator => figure(page, 'Drawn in 98 numbers');
const rate = (page: Page): Locator => figure(page, 'How few numbers?');
const plane = (page: Page): Locator => figure(page, 'All digits in a plane');
const channels = (page: Page): Locator => figure(page, 'A digit’s latent, number by number');
const training = (page: Page): Locator => figure(page, 'Train an autoencoder');
const scale = (page: Page): Locator => figure(page, 'Ten times too large, ten times too small');
const bad = (page: Page): Locator => figure(page, 'A bad autoencoder');
const costs = (page: Page): Locator => figure(page, 'Latent and pixels, measured');
const numbersQuestion = (page: Page): Locator => page.getByRole('region', { name: /How many numbers must the latent have/ });
const costQuestion = (page: Page): Locator => page.getByRole('region', { name: /Whose digits are better\?/ });
const moment = (page: Page): Locator => film(page).getByRole('slider', { name: 'Moment of the drawing' });

test('a caption is drawn in the latent, decoded at every step, and is what was asked for', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto('./latent-diffusion/?backend=wasm&film-steps=12');
  await expect(film(page).getByText('recorded', { exact: true })).toBeVisible();
  const caption = film(page).getByRole('textbox', { name: 'Caption' });
  await caption.fill('a thin upright zero, please');
  await expect(film(page).getByText(/left out: “please”/)).toBeVisible();
  await caption.press('Enter');
  const tally = film(page).getByText(/\d of 5 are all that was asked for/);
  await expect(tally).toBeVisible({ timeout: drawingMs });
  await expect(film(page).getByText('live', { exact: true })).toBeVisible();
  const zeros = /zero (\d)/.exec(await tally.innerText())?.[1];
  expect(Number(zeros)).toBeGreaterThanOrEqual(4);
  await expect(page).toHaveURL(/film-caption=a\+thin\+upright\+zero/);

  const latent = film(page).getByRole('img', { name: 'What the network has: the latent, channel 1' });
  const decoded = film(page).getByRole('img', { name: 'What the network has: decoded' });
  const end = [await pixels(latent), await pixels(decoded)];
  await moment(page).fill('0');
  await expect(moment(page)).toHaveAttribute('aria-valuetext', 't = 1000');
  expect(await pixels(latent)).not.toBe(end[0]);
  expect(await pixels(decoded)).not.toBe(end[1]);
  await moment(page).fill('12');
  await expect(moment(page)).toHaveAttribute('aria-valuetext', 't = 0');
  expect([await pixels(latent), await pixels(decoded)]).toEqual(end);

  await bad(page).getByRole('button', { name: 'Decode the drawing with it' }).click();
  await expect(bad(page).getByText('live', { exact: true })).toBeVisible({ timeout: drawingMs });
  const back = bad(page).getByRole('img', { name: /^the finished picture through this autoencoder, picture 1/ });
  expect(await pixels(back)).not.toBe(end[1]);
});

test('a drawing is stopped at once, and an empty caption draws something', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto('./latent-diffusion/?backend=wasm&film-steps=250');
  await film(page).getByRole('textbox', { name: 'Caption' }).fill('<script>alert(1)</script>');
  await film(page).getByRole('button', { name: 'Draw it here' }).click();
  await expect(film(page).getByText(/step [1-9]\d* of 250/)).toBeVisible({ timeout: drawingMs });
  await film(page).getByRole('button', { name: 'Stop' }).click();
  await expect(film(page).getByRole('button', { name: 'Draw it here' })).toBeEnabled();
  await expect(film(page).getByRole('alert')).toHaveCount(0);
});

test('how many numbers are enough waits for a guess, and is what was recorded', async ({ page }) => {
  const sizes = sizesOf(recorded);
  await page.goto('./latent-diffusion/');
  await expect(rate(page).getByRole('img')).toHaveCount(0);
  await expect(rate(page)).toHaveAccessibleDescription('The curves wait for the answer to the question above.');
  await numbersQuestion(page).getByRole('slider').fill('3');
  await numbersQuestion(page).getByRole('button', { name: 'Reveal' }).click();
  await expect(numbersQuestion(page)).toContainText('you: 10 of 784');
  await expect(numbersQuestion(page)).toContainText(`so it is: ${answerWords(recorded) ?? ''}`);
  for (const [i, row] of sizes.entries()) {
    await rate(page).getByRole('slider', { name: 'Numbers in the latent' }).fill(String(i));
    await expect(rate(page).locator('.here')).toHaveText(sizeWords(row));
  }
  await expect(page).toHaveURL(new RegExp(`rate-size=${sizes.at(-1)?.numbers ?? ''}`));
  await page.reload();
  await expect(rate(page).locator('.here')).toHaveText(sizes.slice(-1).map(sizeWords));
});

test('a bad autoencoder is a slider away', async ({ page }) => {
  await page.goto('./latent-diffusion/');
  const slider = bad(page).getByRole('slider');
  for (const fault of ['steps', 'beta'] as const) {
    const rows = faultRows(recorded, fault);
    if (fault === 'beta') await bad(page).getByRole('radio', { name: 'held near to noise' }).check({ force: true });
    for (const [i, row] of rows.entries()) {
      await slider.fill(String(i));
      await expect(bad(page).locator('.here')).toHaveText(faultWords(row, fault));
    }
  }
  await expect(page).toHaveURL(/bad-fault=beta/);
});

test('the plane is walked by keys and by pointer, and the decoder draws where one stands', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto('./latent-diffusion/?backend=wasm');
  const map = plane(page).getByRole('application');
  await map.focus();
  await map.press('Shift+ArrowRight');
  const picture = plane(page).getByRole('img', { name: /^What the decoder draws at/ });
  await expect(plane(page).getByText('decoded here')).toBeVisible({ timeout: drawingMs });
  await expect(page).toHaveURL(/plane-x=\d/);
  const first = await pixels(picture);
  for (let i = 0; i < 4; i += 1) await map.press('Shift+ArrowDown');
  await expect.poll(() => pixels(picture)).not.toBe(first);
  await expect(map).toHaveAccessibleName(/At \d\.\d\d, −\d/);
  await map.press('Home');
  await expect(map).toHaveAccessibleName(/At 0\.00, 0\.00\./);
  await map.click({ position: { x: 40, y: 40 } });
  await expect(map).toHaveAccessibleName(/At −\d\.\d\d, \d\.\d\d\./);
  await expect(plane(page)).toContainText(/Of the 12 test digits nearest to here/);
  await plane(page).getByRole('button', { name: 'Decode the whole plane' }).click();
  await expect(plane(page).getByRole('img', { name: 'What the decoder draws all over the plane' })).toBeVisible({
    timeout: drawingMs,
  });
});

test('a digit comes back from its latent, and one number of it changes the picture near its place', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto('./latent-diffusion/?backend=wasm');
  await channels(page).getByRole('button', { name: 'Encode it' }).click();
  const said = channels(page).locator('.here');
  await expect(said).toContainText('A 3 in 98 numbers', { timeout: drawingMs });
  const error = Number(/differs by ([\d.]+) a pixel/.exec(await said.innerText())?.[1]);
  expect(error).toBeLessThan(0.05);
  const grid = channels(page).getByRole('application', { name: /^Channel 1/ });
  await grid.focus();
  await grid.press('ArrowUp');
  await channels(page)
    .getByRole('slider', { name: /Number \d+, channel 1/ })
    .fill('5');
  await expect(said).toContainText(/turned from .* to 5\.00, changes \d+% of the pixels/);
  await channels(page).getByRole('button', { name: 'As it was' }).click();
  await expect(said).not.toContainText('turned from');
});

test('an autoencoder is trained here, comes back better, is paused and kept, and serves the figures', async ({ page }) => {
  test.setTimeout(2 * trainingMs);
  await page.goto('./latent-diffusion/?backend=wasm&train-steps=50');
  await training(page).getByRole('button', { name: 'Train it here' }).click();
  await expect(training(page).getByText('what comes back, step 50', { exact: true })).toBeVisible({ timeout: trainingMs });
  await expect(training(page).locator('p[role=status]')).toContainText('Step 50 of 50');
  await expect(training(page).getByRole('button', { name: 'Train on' })).toBeDisabled();
  await channels(page).getByRole('radio', { name: 'your own' }).check({ force: true });
  await channels(page).getByRole('button', { name: 'Encode it' }).click();
  await expect(channels(page).locator('.here')).toContainText('A 3 in 98 numbers', { timeout: drawingMs });
  await page.reload();
  await channels(page).getByRole('button', { name: 'Encode it' }).click(); // wakes the engine
  await expect(training(page).locator('p[role=status]')).toContainText('Step 50', { timeout: drawingMs });
});

test('what is better waits for a guess; the table is what was recorded', async ({ page }) => {
  await page.goto('./latent-diffusion/');
  await expect(costs(page).getByRole('table')).toHaveCount(0);
  const again = figure(page, 'The same, trained again');
  await expect(again.getByRole('table')).toHaveCount(0);
  await expect(page.getByText('Say above what you expect, and what was measured will stand here.')).toBeVisible();
  await costQuestion(page).getByRole('radio', { name: 'the latent one’s' }).check();
  await costQuestion(page).getByRole('button', { name: 'Reveal' }).click();
  const columns = costs(page).locator('thead th[data-role]');
  for (const billing of ['all', 'denoiser'] as const) {
    if (billing === 'denoiser') await costs(page).getByRole('radio', { name: 'the denoiser alone' }).check({ force: true });
    const lines = costLines(recorded, 2, billing);
    await expect(columns).toHaveCount(lines.length);
    for (const { role, row } of lines) {
      const column = costs(page).locator(`tbody td[data-role=${role}]`);
      await expect(column.first()).toHaveText(row.trainingSteps.toLocaleString('en'));
      await expect(column.filter({ hasText: row.fd.mean.toFixed(1) })).not.toHaveCount(0);
    }
  }
  await expect(page).toHaveURL(/cost-billing=denoiser/);
  await expect(again.locator('tbody tr')).toHaveCount(3); // a training each
});

test.describe('with everything revealed', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible in the ${colorScheme} theme, and does not scroll sideways on a phone`, async ({ page }) => {
      test.setTimeout(checkingMs);
      await page.emulateMedia({ colorScheme });
      await page.goto('./latent-diffusion/?backend=wasm', { waitUntil: 'networkidle' });
      await numbersQuestion(page).getByRole('button', { name: 'Reveal' }).click();
      await costQuestion(page).getByRole('radio', { name: 'neither’s, for sure' }).check();
      await costQuestion(page).getByRole('button', { name: 'Reveal' }).click();
      await expect(page.getByRole('button', { name: 'Show it now' })).toHaveCount(0);
      await channels(page).getByRole('button', { name: 'Encode it' }).click();
      await expect(channels(page).locator('.here')).toContainText('numbers;', { timeout: drawingMs });
      await plane(page).getByRole('application').press('ArrowRight');
      await expect(plane(page).getByText('decoded here')).toBeVisible({ timeout: drawingMs });
      await scale(page).getByRole('radio', { name: 'deviation 1', exact: true }).check({ force: true });
      await unfold(page);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize(phone);
      expect(await sidewaysOverflow(page)).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }
});
