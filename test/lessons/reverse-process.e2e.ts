import { expect, test, type Locator, type Page } from '@playwright/test';

/** Chance-free and quick enough for a test; the page itself starts with 50 steps. */
const fewSteps = '10';
const drawingMs = 60_000;

test.use({ viewport: { width: 1440, height: 900 } });

const filmFigure = (page: Page): Locator => page.getByRole('figure', { name: 'From noise to a digit' });
const stepFigure = (page: Page): Locator => page.getByRole('figure', { name: /^One step/ });

/** The pixels that a picture shows, as text: equal if and only if the pictures are. */
function pixels(picture: Locator): Promise<string> {
  return picture.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

async function chooseSteps(page: Page, steps: string): Promise<void> {
  const slider = filmFigure(page).getByRole('slider', { name: 'Steps' });
  for (let i = 0; i < 20 && (await slider.getAttribute('aria-valuetext')) !== steps; i += 1) await slider.press('ArrowLeft');
  await expect(slider).toHaveAttribute('aria-valuetext', steps);
}

/** Opens the page on WASM and draws a film of few steps. */
async function openAndDraw(page: Page): Promise<void> {
  await page.goto('./reverse-process/?backend=wasm');
  await chooseSteps(page, fewSteps);
  await drawFilm(page);
}

async function drawFilm(page: Page): Promise<void> {
  await filmFigure(page).getByRole('button', { name: 'Draw it here' }).click();
  await expect(filmFigure(page).getByText(/evaluations of the network in [\d,]+ ms, on WASM/)).toBeVisible({
    timeout: drawingMs,
  });
}

/** "0.7027 × 0.2236" and "−0.3636" as numbers; a true minus, and brackets around negative factors. */
function value(text: string): number {
  return text
    .replaceAll('−', '-')
    .replace(/[()\s]/g, '')
    .split('×')
    .reduce((product, factor) => product * Number(factor), 1);
}

/** The numbers of each line of the equation: what stands before "=", and the terms behind it. */
async function equationLines(page: Page): Promise<readonly { readonly result: number; readonly terms: readonly number[] }[]> {
  const lines = stepFigure(page).locator('.terms');
  return Promise.all(
    (await lines.all()).map(async (line) => {
      const [result = '', ...terms] = await line.locator('.term .number').allInnerTexts();
      return { result: value(result), terms: terms.map(value) };
    }),
  );
}

test('a recorded film moves by itself, and can be scrubbed and stepped', async ({ page }) => {
  await page.goto('./reverse-process/');
  const figure = filmFigure(page);
  await expect(figure.getByText('recorded', { exact: true })).toBeVisible();
  const bar = figure.getByRole('slider', { name: 'Moment of the film' });
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 0', { timeout: 15_000 }); // it has played to its end
  await figure.getByRole('button', { name: 'Go to t = 500' }).click();
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 500');
  const picture = figure.getByRole('img', { name: 'the picture at t = 500' });
  await expect(picture).toBeVisible();
  const guess = figure.getByRole('img', { name: 'the network’s guess of the clean picture' });
  const before = await pixels(guess);
  await figure.getByRole('button', { name: 'One step on' }).click();
  await expect(bar).toHaveAttribute('aria-valuetext', 't = 480');
  expect(await pixels(guess)).not.toBe(before);
});

test('the numbers of a pixel add up, and the arrow keys lead to another', async ({ page }) => {
  await page.goto('./reverse-process/');
  await filmFigure(page).getByRole('button', { name: 'Go to t = 600' }).click();
  await expect(stepFigure(page)).toContainText('from t = 600 to s = 580');
  const glass = page.getByRole('group', { name: /^Pixel in row/ });
  await glass.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowLeft']) await glass.press(key);
  await expect(page.getByRole('group', { name: /^Pixel in row 17, column 14/ })).toBeVisible();

  const lines = await equationLines(page);
  expect(lines).toHaveLength(3);
  for (const { result, terms } of lines) {
    // Every number is rounded to four places, and products of two of them stay below 10.
    expect(Math.abs(terms.reduce((sum, term) => sum + term, 0) - result)).toBeLessThan(0.001);
  }
  await filmFigure(page).getByRole('button', { name: 'One step on' }).click();
  await expect(stepFigure(page)).toContainText('from t = 580');
  const [nextSplit] = await equationLines(page);
  expect(nextSplit?.result).toBe(lines[2]?.result); // x_s is the next picture's pixel
});

test('a pointer chooses the pixel', async ({ page }) => {
  await page.goto('./reverse-process/');
  await stepFigure(page)
    .getByRole('img')
    .first()
    .hover({ position: { x: 3, y: 3 } });
  await expect(page.getByRole('group', { name: 'Pixel in row 1, column 1; arrow keys move it' })).toBeVisible();
});

test('a film is drawn here, by either sampler, and again the same from the same noise', async ({ page }) => {
  await openAndDraw(page);
  const figure = filmFigure(page);
  await expect(figure.getByText('live', { exact: true })).toBeVisible();
  await expect(figure.getByText(/DDPM · variance β̃, small · 10 steps · told no digit/)).toBeVisible();
  const finished = figure.getByRole('img', { name: 'the picture at t = 0' });
  const ddpm = await pixels(finished);

  await drawFilm(page);
  expect(await pixels(finished)).toBe(ddpm);

  await figure.getByRole('radio', { name: 'DDIM' }).check({ force: true });
  await drawFilm(page);
  await expect(figure.getByText(/DDIM · η = 0 · 10 steps/)).toBeVisible();
  const ddim = await pixels(finished);
  expect(ddim).not.toBe(ddpm);
  await figure.getByRole('button', { name: 'Go to t = 500' }).click();
  await expect(stepFigure(page)).toContainText('One step of DDIM, from t = 500 to s = 400');
  await expect(stepFigure(page).getByText('No noise is stirred in', { exact: true })).toBeVisible();

  await figure.getByRole('button', { name: 'Another noise' }).click();
  await drawFilm(page);
  expect(await pixels(finished)).not.toBe(ddim);
  await figure.getByRole('button', { name: 'Back to the recorded film' }).click();
  await expect(figure.getByText('recorded', { exact: true })).toBeVisible();
});

test('drawing can be stopped, and what came so far can be looked at', async ({ page }) => {
  await page.goto('./reverse-process/?backend=wasm');
  const figure = filmFigure(page);
  await figure.getByRole('slider', { name: 'Steps' }).press('End');
  await figure.getByRole('button', { name: 'Draw it here' }).click();
  await expect(figure.getByText(/step [1-9]\d* of 1000/)).toBeVisible({ timeout: drawingMs });
  await figure.getByRole('button', { name: 'Stop' }).click();
  await expect(figure.getByText(/stopped after [1-9]\d* steps?/)).toBeVisible();
  await expect(figure.getByRole('button', { name: 'Draw it here' })).toBeEnabled();
  await figure.getByRole('button', { name: 'Go to t = 1000' }).click();
  await expect(figure.getByRole('img', { name: 'the picture at t = 1000' })).toBeVisible();
});

test('with η = 1 DDIM draws what DDPM draws', async ({ page }) => {
  await page.goto('./reverse-process/?backend=wasm');
  await chooseSteps(page, fewSteps);
  const figure = page.getByRole('figure', { name: 'The same noise, the same network, two samplers' });
  const now = (sampler: string): Locator => figure.getByRole('img', { name: `${sampler} at the moment looked at` });
  const drawBoth = async (): Promise<void> => {
    await figure.getByRole('button', { name: 'Draw both here' }).click();
    await expect(figure.getByText(/^\d+ ms$/)).toHaveCount(2, { timeout: drawingMs });
  };
  await drawBoth();
  expect(await pixels(now('DDIM'))).not.toBe(await pixels(now('DDPM')));
  await figure.getByRole('slider', { name: 'DDIM’s η' }).press('End');
  await drawBoth();
  expect(await pixels(now('DDIM'))).toBe(await pixels(now('DDPM')));
  await figure.getByRole('button', { name: 'Go to t = 1000' }).click();
  await expect(figure.getByRole('slider', { name: 'Moment of both films' })).toHaveAttribute('aria-valuetext', 't = 1000');
});

test('without fresh noise ten noises end in one picture', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('./reverse-process/?backend=wasm');
  const figure = page.getByRole('figure', { name: 'With fresh noise, and without' });
  await figure.getByRole('button', { name: 'Leave the noise out' }).click();
  await expect(figure.getByRole('button', { name: 'Run it again' })).toBeVisible({ timeout: 100_000 });
  const [ddpm = NaN, still = NaN, ddim = NaN] = (await figure.locator('.spread b').allInnerTexts()).map(Number);
  expect(ddpm).toBeGreaterThan(0.2);
  expect(still).toBeLessThan(ddpm / 10);
  expect(ddim).toBeGreaterThan(0.2);
});

test('the reader commits to a guess, runs the fork, and the judge draws the curve', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('./reverse-process/?backend=wasm');
  await chooseSteps(page, fewSteps);
  const fork = page.getByRole('figure', { name: 'One moment, ten futures' });
  const curve = fork.getByRole('img', { name: /^How many of ten continuations/ });
  await expect(curve.getByText('nothing is judged yet')).toBeVisible();
  const question = page.getByRole('region', { name: /Predict|Copy one/ });
  await question.getByRole('slider').fill('300');
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText('not known yet: run the fork below')).toBeVisible();
  await expect(curve.getByText('your guess: t = 300')).toBeVisible();

  await fork.getByRole('button', { name: 'Run the fork' }).click();
  await expect(fork.getByRole('button', { name: 'Run it again' })).toBeVisible({ timeout: 100_000 });
  const futures = (t: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        pixels(fork.getByRole('img', { name: `Continuation ${i + 1} from t = ${t}`, exact: true })),
      ),
    );
  expect(new Set(await futures(900)).size).toBe(10); // each copy goes on with noise of its own

  await expect(curve.locator('circle')).toHaveCount(9);
  const rows = (await fork.locator('.agreement').allInnerTexts()).map((text) => /^(\d+) of 10: \d$/.exec(text)?.[1]);
  expect(rows).toHaveLength(9);
  const agreeing = rows.map(Number); // from t = 900 down to t = 100
  expect(Math.min(...agreeing)).toBeGreaterThan(0);
  expect(agreeing.at(-1)).toBeGreaterThan(agreeing[0] ?? NaN);
  for (const [i, count] of agreeing.entries()) {
    const verdicts = (await fork.locator('.row').nth(i).locator('.verdict').allInnerTexts()).map(Number);
    const most = Math.max(...verdicts.map((digit) => verdicts.filter((other) => other === digit).length));
    expect(count).toBe(most);
  }
  // The answer is the lowest row's, or the last before the first that do not all agree.
  const upwards = [...agreeing].reverse();
  const doubt = upwards.findIndex((count) => count < 10);
  const decided = doubt === -1 ? 900 : 100 * doubt;
  const answer = decided === 0 ? 'on this trajectory, not even from t = 100' : `on this trajectory, from t = ${decided}`;
  await expect(question.getByText(answer, { exact: true })).toBeVisible();
});

test('without the judge the futures are drawn all the same, and what is missing is said', async ({ page }) => {
  test.setTimeout(120_000);
  await page.route('**/weights/judge.safetensors', (route) => route.abort());
  await page.goto('./reverse-process/?backend=wasm');
  await chooseSteps(page, '5');
  const fork = page.getByRole('figure', { name: 'One moment, ten futures' });
  await fork.getByRole('button', { name: 'Run the fork' }).click();
  await expect(fork.getByRole('button', { name: 'Run it again' })).toBeVisible({ timeout: 100_000 });
  await expect(fork.getByText('The judge of digits could not be fetched.')).toBeVisible();
  await expect(fork.getByText('nothing is judged yet')).toBeVisible();
});

test('a film that does not arrive is said so, and drawing goes on without it', async ({ page }) => {
  await page.route('**/recorded/reverse.json', (route) => route.abort());
  await page.goto('./reverse-process/?backend=wasm');
  await expect(filmFigure(page).getByText('The recorded film did not arrive.')).toBeVisible();
  await chooseSteps(page, fewSteps);
  await drawFilm(page);
  await expect(filmFigure(page).getByText('The recorded film did not arrive.')).toBeHidden();
});

test('the reader’s own network draws as soon as it has learned something', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('./train/?backend=wasm', { waitUntil: 'networkidle' }); // a click before the page is awake is lost
  await page.getByRole('main').getByRole('button', { name: 'Step', exact: true }).click();
  await expect(page.locator('#contents')).toContainText(/Paused\s*step 1/, { timeout: drawingMs });
  await page.getByRole('link', { name: 'Reverse process' }).first().click();
  await expect(filmFigure(page).getByText('by your quick network, after 1 step')).toBeVisible({ timeout: drawingMs });
  await expect(filmFigure(page).getByText('live', { exact: true })).toBeVisible();
});
