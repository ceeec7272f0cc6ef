import { expect, test, type Page } from '@playwright/test';

/** The pixels that a picture shows, as text: equal if and only if the pictures are. */
function pixelsOf(page: Page, label: string): Promise<string> {
  return page
    .getByRole('img', { name: label, exact: true })
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

test('a recorded film moves by itself, and can be scrubbed', async ({ page }) => {
  await page.goto('./');
  const bar = page.getByRole('slider', { name: 'Moment of the film' });
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 0', { timeout: 10_000 }); // it has played to its end
  const finished = await pixelsOf(page, 'A drawn 3');
  await bar.fill('0');
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 1000');
  await expect.poll(() => pixelsOf(page, 'A drawn 3')).not.toBe(finished);
  await bar.press('End');
  await expect.poll(() => pixelsOf(page, 'A drawn 3')).toBe(finished);
});

test('with reduced motion the film stands at its end', async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto('./');
  await expect(page.getByRole('slider', { name: 'Moment of the film' })).toHaveAttribute('aria-valuetext', 't = 0');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await context.close();
});

test('a click on a digit shows three training pictures that are like it and not it', async ({ page }) => {
  await page.goto('./');
  await page.getByRole('button', { name: 'A drawn 5' }).click();
  await expect(page.getByRole('img', { name: /^Training picture number/ })).toHaveCount(3);
});

test('ten new digits are drawn on this device, and their relatives are searched', async ({ page }) => {
  await page.goto('./?backend=wasm');
  const figure = page.getByRole('figure', { name: 'Ten digits, out of static' });
  await expect(figure.getByText('recorded', { exact: true })).toBeVisible();
  const recorded = await pixelsOf(page, 'A drawn 0');
  await figure.getByRole('button', { name: 'Draw ten new ones' }).click();
  await expect(figure.getByText(/drawn here, on WASM, in [\d.]+ s/)).toBeVisible({ timeout: 60_000 });
  await expect(figure.getByText('live', { exact: true })).toBeVisible();
  expect(await pixelsOf(page, 'A drawn 0')).not.toBe(recorded);
  await figure.getByRole('button', { name: 'A drawn 2' }).click();
  await expect(figure.getByText('of the first 3,000 training pictures')).toBeVisible();
  await expect(figure.getByRole('img', { name: /^Training picture number/ })).toHaveCount(3);
});

test('a guess is kept beside the truth', async ({ page }) => {
  await page.goto('./');
  await page.getByLabel('the same digit in another hand').check();
  const question = page.getByRole('region', { name: /Take one of the drawn digits/ });
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText('the same digit in another hand, nearly always')).toBeVisible();
  await page.reload();
  await expect(page.getByText('the same digit in another hand, nearly always')).toBeVisible();
});

test('symbols light their namesakes up and say what they are', async ({ page }) => {
  await page.goto('./forward-process/');
  const symbol = page.locator('.equation [data-quantity="x0"]').first();
  await symbol.scrollIntoViewIfNeeded();
  await page.waitForTimeout(300); // scrolling puts the explanation away
  await symbol.hover();
  await expect(page.getByRole('tooltip')).toContainText('the clean picture');
  expect(await page.locator('[data-quantity="x0"].lit').count()).toBeGreaterThan(1);
  expect(await page.locator('[data-quantity="eps"].lit').count()).toBe(0);
});

test('the theme that a reader chooses stays', async ({ page }) => {
  await page.goto('./');
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('./about/');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
