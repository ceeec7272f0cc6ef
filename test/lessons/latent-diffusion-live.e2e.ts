/** Latent diffusion, further figures that draw here: a caption of nonsense, and networks that were trained on latents of another size. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { hasInk, shownPictures } from './pagePictures';
import { dialogsOf } from './pageProblems';

const drawingMs = 120_000;
/** The page is there before its scripts are. */
const wakingMs = 60_000;

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const film = (page: Page): Locator => figure(page, 'Drawn in 98 numbers');
const scale = (page: Page): Locator => figure(page, 'Ten times too large, ten times too small');

test('five hundred words and an emoji end in a plain sentence and in pictures', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  const dialogs = dialogsOf(page);
  await page.goto('./latent-diffusion/?backend=wasm&film-steps=8');
  const draw = film(page).getByRole('button', { name: 'Draw it here' });
  await expect(draw).toBeEnabled({ timeout: wakingMs });
  const caption = film(page).getByRole('textbox', { name: 'Caption' });
  await caption.fill(['🦆', ...Array.from({ length: 499 }, (_, i) => `word${i}`)].join(' '));
  await expect(film(page).getByText(/^There is no word in it that the network knows/)).toBeVisible();
  await expect(film(page).getByText(/^Unknown to the network, and left out: “🦆”, .* and 495 more\.$/)).toBeVisible();
  await draw.click();
  await expect(film(page).getByText(/^Picture 1: the judge sees /)).toBeVisible({ timeout: drawingMs });
  await expect(film(page).getByText('live', { exact: true })).toBeVisible();
  await expect(film(page).getByText(/are all that was asked for/)).toHaveCount(0); // nothing was
  const pictures = await shownPictures(film(page).getByRole('group', { name: 'Decoded' }));
  expect(pictures.map(hasInk)).toEqual([true, true, true, true, true]);
  expect(dialogs).toEqual([]);
});

test('a network of divided latents draws its ten digits here, and another choice takes them away', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto('./latent-diffusion/?backend=wasm');
  const draw = scale(page).getByRole('button', { name: 'Draw ten digits' });
  await expect(draw).toBeEnabled({ timeout: wakingMs });
  await scale(page).getByRole('radio', { name: 'deviation 1', exact: true }).check({ force: true });
  await expect(page).toHaveURL(/scale-latents=divided/);
  await expect(scale(page).getByText('recorded', { exact: true })).toBeVisible();
  await draw.click();
  const drawn = scale(page).getByRole('group', { name: 'Drawn here' });
  const judged = drawn.getByRole('img', { name: /^Drawn here, asked for a \d: the judge sees/ });
  await expect(judged).toHaveCount(10, { timeout: drawingMs });
  await expect(scale(page).getByText('live', { exact: true })).toBeVisible();
  expect((await shownPictures(drawn)).filter(hasInk)).toHaveLength(10);
  const tally = await scale(page)
    .getByText(/^\d+ of 10 as asked/)
    .innerText();
  expect(parseInt(tally)).toBeGreaterThanOrEqual(7); // recorded: nine in ten; of latents ten times too large, at most a third

  await scale(page).getByRole('radio', { name: 'not limited' }).check({ force: true });
  await expect(judged).toHaveCount(0);
  expect((await shownPictures(drawn)).filter(hasInk)).toHaveLength(0);
});
