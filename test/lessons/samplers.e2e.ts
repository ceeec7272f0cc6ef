import { expect, test, type Locator, type Page } from '@playwright/test';

const drawingMs = 60_000;

test.use({ viewport: { width: 1440, height: 900 } });

const race = (page: Page): Locator => page.getByRole('figure', { name: 'The same noise, the same network' });
const lane = (page: Page, name: string): Locator => race(page).getByRole('region', { name: `Lane: ${name}` });
const clock = (page: Page): Locator => race(page).getByRole('slider', { name: 'The clock of all lanes' });
const now = (page: Page, name: string): Locator => race(page).getByRole('img', { name: `${name}: the picture now` });

/** The pixels that a picture shows, as text: equal if and only if the pictures are. */
function pixels(picture: Locator): Promise<string> {
  return picture.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** Two quick lanes, by address. */
const twoLanes = './samplers/?backend=wasm&lanes=ddim*5*trailing*eta:0~ddpm*10*trailing*variance:small&digit=3&noise=2&w=1';

async function drawRace(page: Page): Promise<void> {
  await race(page).getByRole('button', { name: 'Draw the race here' }).click();
  await expect(race(page).getByText(/Drawn here, one lane after the other/)).toBeVisible({ timeout: drawingMs });
}

test('a recorded race runs by itself, and its lanes keep step', async ({ page }) => {
  await page.goto('./samplers/');
  await expect(race(page).getByText('recorded', { exact: true })).toBeVisible();
  await expect(clock(page)).toHaveAttribute('aria-valuetext', '100 evaluations', { timeout: 15_000 });
  await expect(race(page).getByText('finished', { exact: true })).toHaveCount(4);
  await clock(page).fill('20'); // DDIM has made all of its ten steps, DDPM ten of fifty, Heun, who looks twice, five
  await expect(lane(page, 'DDIM, 10 steps')).toContainText('finished');
  await expect(lane(page, 'DDPM, 50 steps')).toContainText('t = 800');
  await expect(lane(page, 'Heun, 10 steps')).toContainText('t = 500');
  await lane(page, 'DDIM, 10 steps').getByRole('button', { name: 'go to t = 500' }).click();
  await expect(clock(page)).toHaveAttribute('aria-valuetext', '10 evaluations');
});

test('lanes are drawn here, the same from the same noise, and scrubbing agrees with playing', async ({ page }) => {
  await page.goto(twoLanes);
  await drawRace(page);
  await expect(race(page).getByText('live', { exact: true })).toBeVisible();
  await clock(page).fill('10');
  const [ddim, ddpm] = [await pixels(now(page, 'DDIM, 5 steps')), await pixels(now(page, 'DDPM, 10 steps'))];
  expect(ddim).not.toBe(ddpm);

  await clock(page).fill('0');
  await race(page).getByRole('button', { name: 'Play' }).click();
  await expect(clock(page)).toHaveAttribute('aria-valuetext', '10 evaluations', { timeout: 15_000 });
  expect(await pixels(now(page, 'DDIM, 5 steps'))).toBe(ddim);
  expect(await pixels(now(page, 'DDPM, 10 steps'))).toBe(ddpm);

  await page.reload(); // the address has the race
  await drawRace(page);
  await clock(page).fill('10');
  expect(await pixels(now(page, 'DDIM, 5 steps'))).toBe(ddim);
  await race(page).getByRole('button', { name: 'Another noise' }).click();
  await expect(race(page).getByText(/Drawn here, one lane after the other.*noise no. 3/)).toBeVisible({ timeout: drawingMs });
  await clock(page).fill('10');
  expect(await pixels(now(page, 'DDIM, 5 steps'))).not.toBe(ddim);
});

test('the clock may be time, in which the longer lane takes longer', async ({ page }) => {
  await page.goto(twoLanes);
  await drawRace(page);
  await race(page).getByRole('radio', { name: 'time' }).check({ force: true });
  await expect(clock(page)).toHaveAttribute('aria-valuetext', /^\d+ ms$/);
  await expect(race(page).getByText('finished', { exact: true })).toHaveCount(2);
  await clock(page).fill('0');
  await expect(race(page).getByText('finished', { exact: true })).toHaveCount(0);
});

test('a lane becomes another sampler, and the charts below follow', async ({ page }) => {
  await page.goto(twoLanes);
  const changed = lane(page, 'DDIM, 5 steps');
  await changed.getByText('Change').click();
  await changed.getByRole('slider', { name: 'Steps' }).press('ArrowLeft');
  await lane(page, 'DDIM, 3 steps').getByRole('combobox', { name: 'Sampler' }).selectOption('dpm-solver-2m');
  await expect(lane(page, 'DPM-Solver++ 2M, 3 steps')).toBeVisible();
  const charts = page.getByRole('figure', { name: 'Where each lane asks' });
  await expect(charts.getByRole('img', { name: /DPM-Solver\+\+ 2M, 3 steps stops at t = 1000, 667, 333, 0/ })).toBeVisible();
  await expect(charts.getByText('guesses before')).toBeVisible();
  await race(page).getByRole('button', { name: 'Add a lane' }).click();
  await expect(race(page).getByRole('region')).toHaveCount(3);
});

test('a thousand steps are warned of, and stop when told', async ({ page }) => {
  await page.goto('./samplers/?backend=wasm&lanes=ddpm*1000*trailing*variance:small&digit=3&noise=2&w=50');
  await expect(race(page).getByText(/2,000 evaluations\. How long that takes/)).toBeVisible();
  await race(page).getByRole('button', { name: 'Draw the race here' }).click();
  await expect(race(page).getByText(/step [1-9]\d* of 1000/)).toBeVisible({ timeout: drawingMs });
  await race(page).getByRole('button', { name: 'Stop' }).click();
  await expect(race(page).getByRole('button', { name: 'Draw the race here' })).toBeEnabled();
  await expect(lane(page, 'DDPM, 1,000 steps')).not.toContainText('finished');
});

test('the reader commits, and four ways down from ten noises answer', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('./samplers/?backend=wasm');
  const question = page.getByRole('region', { name: /Predict/ }).first();
  await question.getByRole('radio', { name: '10 and 100 steps of DDIM only' }).check();
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText(/DDPM and DDIM: \d+ of 10; DDIM with 10 and with 100 steps: \d+ of 10/)).toBeVisible({
    timeout: 100_000,
  });
});

test('at η = 1 DDIM is DDPM, in its weights and in its pictures', async ({ page }) => {
  await page.goto('./samplers/?backend=wasm');
  const figure = page.getByRole('figure', { name: 'η, from DDIM to DDPM' });
  await expect(figure.getByText('Broad and dashed: DDPM’s weights.')).toBeVisible();
  await figure.getByRole('slider', { name: 'η' }).press('End');
  await expect(figure.getByText('Every weight of every step is DDPM’s.')).toBeVisible();
  await figure.getByRole('button', { name: 'Draw all six here' }).click();
  await expect(figure.getByText('difference of any pixel is 0.000')).toBeVisible({ timeout: drawingMs });
  const picture = (title: string): Promise<string> => pixels(figure.getByRole('img', { name: `A 3 by ${title}`, exact: true }));
  expect(await picture('η = 1')).not.toBe(await picture('η = 0'));
});

test('a race that does not arrive is said so, and drawing goes on without it', async ({ page }) => {
  await page.route('**/recorded/race.json', (route) => route.abort());
  await page.goto(twoLanes);
  await expect(race(page).getByText('The recorded race did not arrive.')).toBeVisible();
  await drawRace(page);
  await expect(race(page).getByText('The recorded race did not arrive.')).toBeHidden();
});
