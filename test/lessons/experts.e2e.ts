/** Lesson 6 in a browser: films and rows are drawn, the same from the same noise; experts are trained; questions come before answers. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { accessibilityProblems, sidewaysOverflow, unfold } from './pageProblems';

const drawingMs = 60_000;
const trainingMs = 120_000;
const checkingMs = 120_000;

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const who = (page: Page): Locator => figure(page, 'Who is at work');
const swap = (page: Page): Locator => figure(page, 'The wrong one at work');
const moment = (page: Page): Locator => who(page).getByRole('slider', { name: 'Moment of the film' });
const picture = (page: Page): Locator => who(page).getByRole('img', { name: /^the picture at t/ });

/** The pixels that a picture shows, as text: equal if and only if the pictures are. */
function pixels(of: Locator): Promise<string> {
  return of.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

async function draw(page: Page): Promise<void> {
  await who(page).getByRole('button', { name: 'Draw it here' }).click();
  await expect(who(page).getByText(/evaluations of the network in/)).toBeVisible({ timeout: drawingMs });
}

test('a recorded film opens the page, and says at every moment who is at work', async ({ page }) => {
  await page.goto('./experts/');
  await expect(who(page).getByText('recorded', { exact: true })).toBeVisible();
  await expect(moment(page)).toHaveAttribute('aria-valuetext', 't = 0', { timeout: 15_000 }); // it has played to its end
  const finished = await pixels(picture(page));
  await moment(page).fill('0');
  await expect(who(page).getByRole('img', { name: /Now t = 1000, expert 2 at work/ })).toBeVisible();
  await expect(who(page).getByRole('listitem').filter({ hasText: 'at work' })).toHaveText(/Expert 2/);
  await moment(page).fill('20');
  await expect(who(page).getByRole('img', { name: /Now t = 200, expert 1 at work/ })).toBeVisible();
  await who(page).getByRole('button', { name: 'Play' }).click();
  await expect(moment(page)).toHaveAttribute('aria-valuetext', 't = 0', { timeout: 15_000 });
  await expect(who(page).getByRole('img', { name: /Now t = 0, finished/ })).toBeVisible();
  expect(await pixels(picture(page))).toBe(finished);
});

test('a film is drawn here, the same from the same noise, by as many experts as are asked for', async ({ page }) => {
  await page.goto('./experts/?backend=wasm&who-steps=5&who-digit=3&who-noise=2');
  await draw(page);
  const two = await pixels(picture(page));
  await moment(page).fill('0');
  expect(await pixels(picture(page))).not.toBe(two);

  await page.reload(); // the address has the settings
  await draw(page);
  expect(await pixels(picture(page))).toBe(two);

  await who(page).getByRole('radio', { name: 'four experts' }).check({ force: true });
  await expect(who(page).getByRole('listitem')).toHaveCount(4);
  await expect(who(page).getByText(/evaluations of the network in/)).toBeVisible({ timeout: drawingMs });
  expect(await pixels(picture(page))).not.toBe(two);
  await expect(page).toHaveURL(/who-setup=four/);
});

test('a thousand steps at guidance 50 are warned of, and stop when told', async ({ page }) => {
  await page.goto('./experts/?backend=wasm&who-steps=1000&who-w=50');
  await expect(who(page).getByText(/asks the networks 2,000 times\. How long that takes here/)).toBeVisible();
  await who(page).getByRole('button', { name: 'Draw it here' }).click();
  await expect(who(page).getByText(/step [1-9]\d* of 1000/)).toBeVisible({ timeout: drawingMs });
  await who(page).getByRole('button', { name: 'Stop' }).click();
  await expect(who(page).getByText(/stopped after \d+ steps?/)).toBeVisible();
  await expect(who(page).getByRole('button', { name: 'Draw it here' })).toBeEnabled();
});

test('one step works, and only the expert with most noise is asked', async ({ page }) => {
  await page.goto('./experts/?backend=wasm&who-steps=1');
  await draw(page);
  await expect(who(page).getByRole('listitem').filter({ hasText: 'Expert 1' })).toContainText('asked 0 times');
  await expect(who(page).getByRole('listitem').filter({ hasText: 'Expert 2' })).toContainText('asked 1 time');
});

test('swapped experts draw something else from the same noise, and what was measured waits for a guess', async ({ page }) => {
  test.setTimeout(trainingMs);
  await page.goto('./experts/?backend=wasm&swap-steps=5');
  await expect(swap(page).getByText('recorded', { exact: true })).toHaveCount(0);
  await swap(page).getByRole('button', { name: 'Draw them here' }).click();
  await expect(swap(page).getByText(/^\d+ of 10$/)).toHaveCount(5, { timeout: trainingMs });
  const three = (row: string): Locator => swap(page).getByRole('img', { name: new RegExp(`^${row}, asked for a 3`) });
  const trained = await pixels(three('as trained'));
  expect(await pixels(three('swapped'))).not.toBe(trained);
  expect(await pixels(three('low noise, alone'))).not.toBe(trained);

  const all = swap(page).getByRole('slider', { name: 'Moment of all rows' });
  await all.fill('0');
  await expect(all).toHaveAttribute('aria-valuetext', 't = 1000');
  expect(await pixels(three('as trained'))).not.toBe(trained);
  await all.press('End');
  expect(await pixels(three('as trained'))).toBe(trained);

  const question = page.getByRole('region', { name: /Ask the low-noise expert alone/ });
  await question.getByRole('radio').first().check();
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText(/for the digit that was asked for, at a Fréchet distance of/).first()).toBeVisible();
  await expect(swap(page).getByText('recorded', { exact: true })).not.toHaveCount(0);
});

test('the results wait for a guess, which stays beside them', async ({ page }) => {
  await page.goto('./experts/');
  const result = figure(page, 'One network, or several');
  const loss = figure(page, 'Who guesses better, and when');
  await expect(result.getByRole('table')).toHaveCount(0);
  await expect(loss.getByRole('img')).toHaveCount(0);
  const question = page.getByRole('region', { name: /At equal total compute/ });
  await question.getByRole('radio', { name: 'two experts' }).check();
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText('so it is:')).toBeVisible();
  await expect(result.getByRole('table')).toBeVisible();
  await expect(
    result.getByRole('img', { name: /^Held-out loss of each setup: one network 0\.\d+; two experts 0\.\d+/ }),
  ).toBeVisible();
  await result.getByRole('radio', { name: 'Fréchet distance' }).check({ force: true });
  await expect(result.getByRole('img', { name: /^Fréchet distance of each setup: one network [\d.]+/ })).toBeVisible();
  await loss.getByRole('radio', { name: 'four experts' }).check({ force: true });
  await expect(loss.getByText('expert 4')).toBeVisible();
});

test('two experts are trained here, paused in between, and draw together', async ({ page }) => {
  test.setTimeout(2 * trainingMs);
  await page.goto('./experts/?backend=wasm&train-share=0.02');
  const train = figure(page, 'Train them here');
  await expect(train.getByRole('progressbar')).toHaveCount(2);
  await expect(train.getByRole('button', { name: 'Draw with your experts' })).toBeDisabled();
  await train.getByRole('button', { name: 'Train these experts' }).click();
  await train.getByRole('button', { name: 'Pause' }).click();
  await expect(train.getByRole('button', { name: 'Go on' })).toBeVisible();
  await train.getByRole('button', { name: 'Go on' }).click();
  await expect(train.getByRole('button', { name: 'Draw with your experts' })).toBeEnabled({ timeout: trainingMs });
  await train.getByRole('button', { name: 'Draw with your experts' }).click();
  await expect(train.getByText(/^\d+ of 10$/)).toHaveCount(3, { timeout: trainingMs });
  // the single network's lesson knows nothing of them
  await page.goto('./train/?backend=wasm');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('with everything revealed it is accessible in both themes, and does not scroll sideways on a phone', async ({ page }) => {
  test.setTimeout(checkingMs);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./experts/', { waitUntil: 'networkidle' });
  for (const name of [/Ask the low-noise expert alone/, /At equal total compute/]) {
    const question = page.getByRole('region', { name });
    await question.getByRole('radio').first().check();
    await question.getByRole('button', { name: 'Reveal' }).click();
  }
  await expect(page.getByRole('button', { name: 'Show them now' })).toHaveCount(0);
  await unfold(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await sidewaysOverflow(page)).toEqual([]);
    expect(await accessibilityProblems(page), colorScheme).toEqual([]);
  }
});
