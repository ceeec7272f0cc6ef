/** The figures of the upsampling lesson that draw here, on the built page: they move, draw, repeat by address, stop, and train. */
import { expect, test, type Locator, type Page } from '@playwright/test';

const drawingMs = 60_000;
const trainingMs = 120_000;

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const lanes = (page: Page): Locator => figure(page, 'DDPM, DDIM and the upsampling cascade');
const lane = (page: Page, name: string): Locator => lanes(page).getByRole('region', { name: `Lane: ${name}` });
const clock = (page: Page): Locator => lanes(page).getByRole('slider', { name: 'The clock of all lanes' });
const chain = (page: Page): Locator => figure(page, 'The chain, stage by stage');

/** The pixels that a picture shows, as text: equal if and only if the pictures are. */
function pixels(picture: Locator): Promise<string> {
  return picture.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

const quick =
  './upsampling/?backend=wasm&lanes-ddpm=6&lanes-ddim=4&lanes-base=4&lanes-up14=3&lanes-up28=2&lanes-digit=3&lanes-noise=2' +
  '&chain-steps7=4&chain-steps14=3&chain-steps28=2&chain-noise=3';

test('three recorded lanes run by themselves, and keep step by whatever is chosen', async ({ page }) => {
  await page.goto('./upsampling/');
  await expect(lanes(page).getByText('recorded', { exact: true })).toBeVisible();
  await expect(clock(page)).toHaveAttribute('aria-valuetext', '100%', { timeout: 20_000 });
  await expect(lanes(page).getByText('finished', { exact: true })).toHaveCount(3);
  await clock(page).fill('0');
  await expect(lane(page, 'Upsampling cascade')).toContainText('7 × 7, t = 1000');
  await lanes(page).getByRole('radio', { name: 'FLOPs' }).check({ force: true });
  await clock(page).fill('40'); // a tenth of DDPM's whole way: the two others have long arrived
  await expect(lane(page, 'Upsampling cascade')).toContainText('finished');
  await expect(lane(page, 'DDPM')).not.toContainText('finished');
  await expect(page).toHaveURL(/lanes-clock=flops/);
});

test('lanes are drawn here, the same from the same noise, and scrubbing agrees with playing', async ({ page }) => {
  await page.goto(quick);
  const draw = async (): Promise<void> => {
    await lanes(page).getByRole('button', { name: 'Draw the lanes here' }).click();
    await expect(lanes(page).getByText(/Drawn here, one lane after the other/)).toBeVisible({ timeout: drawingMs });
  };
  const now = (name: string): Locator => lanes(page).getByRole('img', { name: new RegExp(`^${name}: the picture now`) });
  const names = ['DDPM', 'DDIM', 'Upsampling cascade'];
  await draw();
  await expect(clock(page)).toHaveAttribute('aria-valuetext', '100%', { timeout: 20_000 }); // it has played to its end
  const played = await Promise.all(names.map((name) => pixels(now(name))));
  await clock(page).fill('0');
  await expect(lanes(page).getByText('finished', { exact: true })).toHaveCount(0);
  await clock(page).fill('400');
  expect(await Promise.all(names.map((name) => pixels(now(name))))).toEqual(played);
  await page.reload(); // the address has it all
  await draw();
  await expect(clock(page)).toHaveAttribute('aria-valuetext', '100%', { timeout: 20_000 });
  expect(await Promise.all(names.map((name) => pixels(now(name))))).toEqual(played);
});

test('a chain is drawn with the steps of the address, judged, and gone through by its moments', async ({ page }) => {
  await page.goto(quick);
  await chain(page).getByRole('button', { name: 'Draw the chain here' }).click();
  await expect(
    chain(page)
      .getByText(/^\d+ of 10 as asked/)
      .first(),
  ).toBeVisible({ timeout: drawingMs });
  await expect(chain(page).getByText('live', { exact: true })).toBeVisible();
  const stage = chain(page).getByRole('region', { name: 'Stage 2: 7 × 7 → 14 × 14' });
  await expect(stage).toContainText('3 steps · 6 evaluations');
  await stage.getByRole('button', { name: '14 × 14: go to t = 1000' }).click();
  await expect(chain(page).getByRole('slider', { name: 'Moment of the chain' })).toHaveAttribute(
    'aria-valuetext',
    '14 × 14, t = 1000',
  );
  await expect(stage.getByRole('button', { name: '14 × 14: go to t = 1000' })).toHaveAttribute('aria-current', 'true');
});

test('a thousand steps are warned of, and stop when told', async ({ page }) => {
  await page.goto(`./upsampling/?backend=wasm&chain-steps7=1000&chain-steps14=1000&chain-w7=50`);
  await expect(chain(page).getByText(/10 chains: .* You can stop|10 chains: .* you can stop/)).toBeVisible();
  await chain(page).getByRole('button', { name: 'Draw the chain here' }).click();
  await expect(chain(page).getByText(/^step [1-9]\d* of 2004/)).toBeVisible({ timeout: drawingMs });
  await chain(page).getByRole('button', { name: 'Stop' }).click();
  await expect(chain(page).getByRole('button', { name: 'Draw the chain here' })).toBeEnabled();
});

test('noise on the small picture: both pairs of upsamplers, on both kinds of input, each with the judge’s word', async ({
  page,
}) => {
  await page.goto('./upsampling/?backend=wasm&noise-base=150');
  const noise = figure(page, 'Noise on the small picture');
  await noise.getByRole('button', { name: 'Upsample here' }).click();
  // the lines that are seen: what is read aloud says the same again, so that a count over the figure passes 4 on its way to 6
  await expect(noise.locator('.line').getByText(/the judge is sure of \d+/)).toHaveCount(4, { timeout: drawingMs });
  const first = noise.getByRole('img', { name: /^Real digits, made small, upsamplers trained with noise, asked for a 3/ });
  const clean = await pixels(first);
  await noise.getByRole('slider', { name: 'Noise, level k' }).fill('5');
  await expect.poll(() => pixels(first), { timeout: drawingMs }).not.toBe(clean);
  await expect(page).toHaveURL(/noise-level=5/);
});

test('a digit drawn small with the keyboard becomes five large ones', async ({ page }) => {
  await page.goto('./upsampling/?backend=wasm');
  const small = figure(page, 'Draw small, see it large');
  await expect(small.getByRole('button', { name: 'Clear' })).toBeDisabled();
  const pad = small.getByRole('application');
  await pad.focus();
  for (const key of [
    'ArrowDown',
    'ArrowRight',
    'ArrowRight',
    'ArrowRight',
    ' ',
    'ArrowDown',
    ' ',
    'ArrowDown',
    ' ',
    'ArrowDown',
    ' ',
  ]) {
    await pad.press(key);
  }
  await expect(small.getByText(/12 evaluations, .* for 5 pictures/)).toBeVisible({ timeout: drawingMs });
  await expect(small.getByRole('img', { name: /^Made large, picture \d: the judge sees/ })).toHaveCount(5);
});

test('three networks train one after the other, can be paused, and draw a chain of the reader’s own', async ({ page }) => {
  test.setTimeout(2 * trainingMs + drawingMs);
  await page.goto('./upsampling/?backend=wasm&train-base=6&train-up14=4&train-up28=3');
  const own = figure(page, 'A chain of your own');
  await expect(own.getByRole('button', { name: 'Draw with your networks' })).toBeDisabled();
  await own.getByRole('button', { name: 'Train the three' }).click();
  await own.getByRole('button', { name: 'Pause' }).click();
  await expect(own.getByRole('button', { name: 'Go on' })).toBeVisible({ timeout: trainingMs });
  await own.getByRole('button', { name: 'Go on' }).click();
  for (const [name, words] of [
    ['The base, 7 × 7', '6 of 6 steps'],
    ['7 × 7 → 14 × 14', '4 of 4 steps'],
    ['14 × 14 → 28 × 28', '3 of 3 steps'],
  ] as const) {
    await expect(own.getByRole('region', { name, exact: true })).toContainText(words, { timeout: trainingMs });
  }
  await own.getByRole('button', { name: 'Draw with your networks' }).click();
  await expect(own.getByText(/\d+ of 10 as asked/).first()).toBeVisible({ timeout: drawingMs });
});
