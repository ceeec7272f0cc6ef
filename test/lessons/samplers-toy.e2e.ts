import { expect, test, type Locator, type Page } from '@playwright/test';

const drawingMs = 120_000;

test.use({ viewport: { width: 1440, height: 900 } });

const open = async (page: Page): Promise<void> => {
  await page.emulateMedia({ reducedMotion: 'reduce' }); // walks stand at their ends instead of playing
  await page.goto('./samplers/?backend=wasm');
};
const race = (page: Page): Locator => page.getByRole('figure', { name: 'Three walks on known ground' });
const langevin = (page: Page): Locator => page.getByRole('figure', { name: 'Annealed Langevin dynamics on the same network' });
const trip = (page: Page): Locator => page.getByRole('figure', { name: 'There and back' });
const between = (page: Page): Locator => page.getByRole('figure', { name: 'Between two noises' });
/** Where all points of each lane are. */
const dots = (page: Page): Promise<(string | null)[]> =>
  race(page)
    .locator('path.dots')
    .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
const pictures = (within: Locator): Promise<string[]> =>
  within.locator('canvas').evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

async function walked(page: Page, evaluations: readonly string[]): Promise<void> {
  for (const [lane, count] of evaluations.entries()) {
    await expect(race(page).getByRole('region').nth(lane).locator('dd').first()).toHaveText(count);
  }
}

test('the toy’s lanes walk from the same points; one playhead moves all, and the same noise leads to the same ends', async ({
  page,
}) => {
  await open(page);
  await race(page).scrollIntoViewIfNeeded();
  await walked(page, ['50', '50', '251']);
  const bar = race(page).getByRole('slider', { name: 'Moment of the walks' });
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 0');
  const ends = await dots(page);
  expect(new Set(ends).size).toBe(3);
  await bar.press('Home');
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 1000');
  expect(new Set(await dots(page)).size).toBe(1);

  const steps = race(page).getByRole('slider', { name: 'Steps' });
  await steps.press('ArrowLeft');
  await walked(page, ['20', '20', '101']);
  expect(await dots(page)).not.toEqual(ends);
  await steps.press('ArrowRight');
  await walked(page, ['50', '50', '251']);
  expect(await dots(page)).toEqual(ends);
  await race(page).getByRole('button', { name: 'Other noise' }).click();
  await expect.poll(() => dots(page)).not.toEqual(ends);
});

test('DDIM with η = 1 wanders as DDPM does', async ({ page }) => {
  await open(page);
  await race(page).scrollIntoViewIfNeeded();
  await walked(page, ['50', '50', '251']);
  const turned = async (lane: number): Promise<number> =>
    parseInt((await race(page).getByRole('region').nth(lane).locator('dd').nth(1).innerText()).replace(',', ''), 10);
  expect(await turned(0)).toBeGreaterThan(5 * (await turned(1)));
  await race(page).getByRole('slider', { name: 'η of DDIM' }).press('End');
  await expect.poll(() => turned(1)).toBeGreaterThan(0.8 * (await turned(0)));
});

test('errors fall with the slopes that the methods claim, and widths are told', async ({ page }) => {
  await open(page);
  const errors = page.getByRole('figure', { name: 'How far from the exact end' });
  await errors.scrollIntoViewIfNeeded();
  await expect(errors).toContainText('DDIM 1.0, Heun 2.0, DPM-Solver++ 2M 1.9', { timeout: 30_000 });
  await errors.getByRole('radio', { name: 'evaluations', exact: true }).check({ force: true });
  await expect(errors.getByRole('img', { name: /against evaluations/ })).toBeVisible();
  const width = page.getByRole('figure', { name: 'Too narrow, if the steps are few' });
  await expect(width).toContainText('Width: DDIM 0.18, Heun 0.21 where 0.30 is true.');
  await width.getByRole('slider', { name: 'Steps' }).press('End');
  await expect(width).toContainText('Width: DDIM 0.29, Heun 0.30 where 0.30 is true.');
});

test('Langevin dynamics spend what DDIM spends, and stop when told to', async ({ page }) => {
  test.setTimeout(drawingMs);
  await open(page);
  const figure = langevin(page);
  await expect(figure.getByRole('button', { name: 'Run both' })).toBeEnabled(); // the page listens
  await figure.getByRole('radio', { name: '26' }).check({ force: true });
  await figure.getByRole('button', { name: 'Run both' }).click();
  await expect(figure.getByRole('definition').filter({ hasText: 'of 10' })).toHaveCount(3, { timeout: drawingMs });
  const spent = figure.locator('.lane').locator('dd:nth-of-type(1)');
  await expect(spent).toHaveText(['20', '52', '52']); // with guidance each look counts twice
  const drawn = await pictures(figure);
  await figure.getByRole('button', { name: 'Run it again' }).click();
  await expect(figure.getByRole('definition').filter({ hasText: 'of 10' })).toHaveCount(3, { timeout: drawingMs });
  expect(await pictures(figure)).toEqual(drawn);

  await figure.getByRole('radio', { name: '501' }).check({ force: true });
  await figure.getByRole('button', { name: 'Run it again' }).click();
  await expect(figure.getByText(/^drawing row 2/)).toBeVisible({ timeout: drawingMs });
  await figure.getByRole('button', { name: 'Stop' }).click();
  await expect(figure.getByRole('button', { name: 'Run it again' })).toBeVisible();
  await expect(figure.getByRole('definition').filter({ hasText: 'of 10' })).toHaveCount(1);
});

test('a digit comes back from its noise, nearer with more steps', async ({ page }) => {
  test.setTimeout(drawingMs);
  await open(page);
  await trip(page).getByRole('button', { name: 'Walk up and down' }).click();
  await expect(trip(page).getByRole('radio', { name: '100 steps' })).toBeChecked({ timeout: drawingMs });
  await expect(trip(page)).toContainText('200 evaluations, both ways');
  const words = await trip(page)
    .getByRole('img', { name: /^Distance/ })
    .getAttribute('aria-label');
  const errors = [...(words ?? '').matchAll(/off by ([\d.]+)/g)].map(([, value]) => Number(value));
  expect(errors).toHaveLength(5);
  expect(errors).toEqual([...errors].sort((a, b) => b - a));
  const many = await pictures(trip(page));
  await trip(page).getByRole('radio', { name: '5 steps', exact: true }).check({ force: true });
  await expect.poll(async () => (await pictures(trip(page))).slice(20, 30)).not.toEqual(many.slice(20, 30));
});

test('both paths between two noises have the same ends, and differ half-way', async ({ page }) => {
  test.setTimeout(drawingMs);
  await open(page);
  await between(page).getByRole('button', { name: 'Draw what lies between' }).click();
  await expect(between(page).getByRole('button', { name: 'Draw again' })).toBeVisible({ timeout: drawingMs });
  const rows = await Promise.all([0, 1].map((lane) => pictures(between(page).locator('.lane').nth(lane))));
  const drawn = rows.map((row) => row.filter((_, i) => i % 2 === 1));
  expect(drawn[0]).toHaveLength(9);
  expect(drawn[0]?.[0]).toBe(drawn[1]?.[0]);
  expect(drawn[0]?.[8]).toBe(drawn[1]?.[8]);
  expect(drawn[0]?.[4]).not.toBe(drawn[1]?.[4]);
});
