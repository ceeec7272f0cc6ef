import { expect, test, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';

/** Training on the processor: tests run where WebGL is only imitated, at seconds a step. */
const lesson = './train/?backend=wasm';
/** The first step makes the network and compiles what it needs. */
const trainingTimeout = 60_000;

/** The lesson's first figure, whatever run it shows. */
function trainer(page: Page): Locator {
  return page.getByRole('figure', { name: /^(A|The) (quick|textbook) run$/ });
}

function facts(page: Page): Locator {
  return trainer(page).locator('.facts');
}

/** The pictures of a sheet, as text: equal if and only if the pictures are. */
function pixelsOf(sheet: Locator): Promise<string> {
  return sheet.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

async function openReady(page: Page): Promise<void> {
  await page.goto(lesson);
  await expect(page.getByLabel('Steps', { exact: true })).toBeEnabled({ timeout: 20_000 }); // the engine is there
}

/** Trains so many steps, with a frame of the film every so many. */
async function train(page: Page, steps: number, interval: number): Promise<void> {
  await page.getByLabel('Steps', { exact: true }).fill(String(steps));
  await page.getByLabel('Draw every … steps').fill(String(interval));
  await trainer(page)
    .getByRole('button', { name: /Train|Resume/ })
    .click();
  await expect(facts(page)).toContainText(`step ${steps} of ${steps}`, { timeout: trainingTimeout });
  await expect(trainer(page).getByRole('button', { name: `Train ${steps} more` })).toBeVisible();
}

test.describe.configure({ timeout: 120_000 });

test('a recorded run plays by itself and says that it is one', async ({ page }) => {
  await page.goto(lesson);
  const bar = trainer(page).getByRole('slider', { name: 'Film over training' });
  await expect(trainer(page).getByText('recorded', { exact: true })).toBeVisible();
  await expect(bar).not.toHaveAttribute('aria-valuetext', 'step 20', { timeout: 5_000 }); // it has moved on
  await bar.press('Home');
  const large = trainer(page).getByRole('img', { name: /^Ten pictures drawn at step/ });
  const early = await pixelsOf(large);
  await bar.press('End');
  await expect(large).not.toHaveAttribute('aria-label', /step 20,/);
  expect(await pixelsOf(large)).not.toBe(early);
  await expect(trainer(page).getByText(/Recorded with .* on .*TFLOP/)).toBeVisible();
});

test('a run is trained, drawn as a film, kept through a reload, and started over only when asked twice', async ({ page }) => {
  await openReady(page);
  await train(page, 4, 2);
  await expect(trainer(page).getByText('live', { exact: true })).toBeVisible();
  await expect(trainer(page).getByText(/WASM, in a worker/)).toBeVisible();

  // The film has a frame for steps 2 and 4, and can be scrubbed.
  const bar = trainer(page).getByRole('slider', { name: 'Film over training' });
  await expect(bar).toHaveAttribute('aria-valuetext', 'step 4');
  await bar.press('ArrowLeft');
  await expect(bar).toHaveAttribute('aria-valuetext', 'step 2');
  await expect(trainer(page).getByRole('button', { name: 'Show step 2' })).toHaveAttribute('aria-pressed', 'true');
  await trainer(page).getByRole('button', { name: 'Show step 4' }).click();
  await expect(bar).toHaveAttribute('aria-valuetext', 'step 4');

  // Each picture of the last step had its own moment.
  const moments = page.getByRole('figure', { name: 'The moments of step 4' });
  await expect(moments.locator('.tick')).toHaveCount(32);

  await expect(facts(page)).toContainText('saved at step 4');
  await page.reload();
  await expect(trainer(page).getByText('Restored: step 4')).toBeVisible({ timeout: 20_000 });
  await expect(bar).toHaveAttribute('aria-valuetext', 'step 4');

  await trainer(page).getByRole('button', { name: 'Step', exact: true }).click();
  await expect(facts(page)).toContainText('step 5', { timeout: trainingTimeout });

  await trainer(page).getByRole('button', { name: 'Start over' }).click();
  await expect(trainer(page).getByRole('button', { name: 'Keep them' })).toBeFocused();
  await trainer(page).getByRole('button', { name: 'Keep them' }).click();
  await expect(facts(page)).toContainText('step 5');
  await trainer(page).getByRole('button', { name: 'Start over' }).click();
  await trainer(page).getByRole('group', { name: 'Start over?' }).getByRole('button', { name: 'Start over' }).click();
  await expect(trainer(page).getByText('recorded', { exact: true })).toBeVisible();
});

test('training pauses, goes on, and takes another learning rate on the way', async ({ page }) => {
  await openReady(page);
  await trainer(page).getByRole('button', { name: 'Train' }).click();
  await expect(facts(page)).toContainText(/step [1-9]\d* of 500/, { timeout: trainingTimeout });
  await expect(facts(page)).toContainText(/(steps\/s|s a step).* left/);
  await trainer(page).getByRole('button', { name: 'Pause' }).click();
  const resume = trainer(page).getByRole('button', { name: 'Resume' });
  await expect(resume).toBeVisible({ timeout: 20_000 });
  const standing = await facts(page).innerText();

  const rate = trainer(page).getByRole('slider', { name: 'Learning rate' });
  await rate.press('ArrowLeft');
  await expect(rate).toHaveAttribute('aria-valuetext', '÷2');
  await trainer(page).getByRole('button', { name: 'Reset Learning rate' }).click();
  await expect(rate).toHaveAttribute('aria-valuetext', '×1');

  expect((await facts(page).innerText()).split(' · ')[0]).toBe(standing.split(' · ')[0]);
  await resume.click();
  await expect(facts(page)).not.toContainText(standing.split(' · ')[0] ?? '', { timeout: trainingTimeout });
  await trainer(page).getByRole('button', { name: 'Pause' }).click();
  await expect(resume).toBeVisible({ timeout: 20_000 });
});

test('the two recipes are trained one after the other, and both are kept', async ({ page }) => {
  await openReady(page);
  await train(page, 2, 2);
  const compare = page.getByRole('figure', { name: 'Two recipes, the same pictures, the same number of steps' });
  await compare.getByRole('button', { name: 'Train textbook here' }).click();
  await expect(trainer(page)).toHaveAccessibleName('The textbook run');
  await expect(facts(page)).toContainText('step 2 of 2', { timeout: trainingTimeout });
  for (const recipe of ['quick', 'textbook']) {
    await expect(compare.getByRole('region', { name: `The ${recipe} recipe` }).getByText('live', { exact: true })).toBeVisible();
    await expect(compare.getByRole('img', { name: `Ten pictures by the ${recipe} recipe at step 2` })).toBeVisible();
  }
});

test('settings make a run anew, and absurd ones are refused with a sentence', async ({ page }) => {
  await openReady(page);
  const form = page.getByRole('figure', { name: 'Settings of the quick run' });
  await form.getByLabel('Seed', { exact: true }).fill('-1');
  await expect(form.getByRole('alert')).toHaveText('Seed must lie between 0 and 999999; it was -1.');
  await expect(form.getByRole('button', { name: 'Make a new run' })).toBeHidden();
  await form.getByLabel('Seed', { exact: true }).fill('11');
  await expect(form.getByRole('alert')).toHaveCount(0);
  await form.getByLabel('Optimiser').selectOption('adam');
  await form.getByText('More', { exact: true }).click();
  await form.getByLabel('Batch', { exact: true }).fill('4');
  await expect(form.getByText('Changed: Seed, Optimiser, Batch.')).toBeVisible();
  await form.getByRole('button', { name: 'Make a new run' }).click();
  await expect(form.getByText('These are the settings of the run as it is.')).toBeVisible();
  await trainer(page).getByRole('button', { name: 'Step', exact: true }).click();
  await expect(facts(page)).toContainText(/^step 1 .*batch 4 · seed 11/, { timeout: trainingTimeout });

  // Now there is something to lose.
  await form.getByLabel('Normalisation').selectOption('none');
  await form.getByRole('button', { name: 'Make a new run' }).click();
  await expect(form.getByText('This replaces 1 step of training.')).toBeVisible();
  await form.getByRole('button', { name: 'Keep them' }).click();
  await expect(facts(page)).toContainText('step 1');
});

test('a digit goes through the network, and every layer shows its maps', async ({ page }) => {
  await openReady(page);
  const figure = page.getByRole('figure', { name: 'The network' });
  await figure.getByRole('button', { name: 'Send a digit through' }).click();
  await expect(figure.getByRole('img', { name: '64 feature maps of 7 by 7 pixels after block in the middle' })).toBeVisible({
    timeout: trainingTimeout,
  });
  const layers = figure.getByRole('radiogroup', { name: 'Layers of the network' });
  await layers.getByRole('radio', { checked: true }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(figure.getByRole('img', { name: '64 feature maps of 7 by 7 pixels after halving' })).toBeVisible();
  const all = await layers.getByRole('radio').count();
  for (let i = 1; i < all; i += 1) {
    await layers.getByRole('radio').nth(i).click();
    await expect(figure.getByText('are not told')).toHaveCount(0);
  }
});

test('the folded section tells what the machine is doing, and measures a step when training stands', async ({ page }) => {
  await openReady(page);
  await train(page, 2, 2);
  const summary = page.locator('summary', { hasText: 'What your machine is doing' });
  await summary.focus();
  await page.keyboard.press('Enter');
  const figure = page.getByRole('figure', { name: 'Where the time of a step goes' });
  await expect(figure.getByText('recorded', { exact: true }).first()).toBeVisible();
  const row = (name: string): Locator => figure.getByRole('row', { name }).getByRole('cell').first();
  await expect(row('A step, median of the last 20')).toHaveText(/^[\d.]+ m?s$/);
  await expect(row('Tensors held now')).toHaveText(/^[1-9]\d*, [1-9]\d* MB$/);
  await expect(row('One evaluation, 32 pictures')).toHaveText('–');

  await figure.getByRole('button', { name: 'Measure a step here' }).click();
  await expect(figure.getByText('live', { exact: true })).toBeVisible({ timeout: trainingTimeout });
  await expect(row('One evaluation, 32 pictures')).toHaveText(/^[\d.]+ m?s, [\d.]+ of a step$/);
  const parts = figure.getByRole('list', { name: /^Parts of a step/ }).getByRole('listitem');
  await expect(parts.filter({ hasText: 'Residual blocks, backward' })).toHaveText(/m?s · \d+%/);
  await expect(parts.last()).toContainText('Outside the kernels');
  await figure.getByText('Kernel by kernel').click();
  await expect(figure.getByRole('row', { name: /^ResidualBlockGrad 4 / })).toBeVisible();
  await expect(facts(page)).toContainText('step 2'); // the reader’s own run stands where it stood

  await page.getByLabel('Steps', { exact: true }).fill('500'); // so long that it trains while it is looked at
  await trainer(page).getByRole('button', { name: 'Resume' }).click();
  await expect(figure.getByText('the rest waits for a pause')).toBeVisible();
  await expect(figure.getByRole('button', { name: 'Measure again' })).toBeDisabled();
});

test('the judge can be asked to tell when the digits are good, where it can know what was asked for', async ({ page }) => {
  await openReady(page);
  const wish = trainer(page).getByLabel('Tell me when the digits are good');
  await wish.check();
  await trainer(page).getByRole('radio', { name: 'textbook' }).check({ force: true });
  await expect(wish).toBeDisabled();
  await trainer(page).getByRole('radio', { name: 'quick' }).check({ force: true });
  await expect(wish).toBeChecked();
});

test('raw and averaged weights draw from the same noise', async ({ page }) => {
  await openReady(page);
  await train(page, 2, 2);
  const figure = page.getByRole('figure', { name: 'One step’s weights, and their average' });
  await figure.getByRole('button', { name: 'Draw both now' }).click();
  await expect(figure.getByRole('img', { name: /^Ten pictures drawn with/ })).toHaveCount(2, { timeout: trainingTimeout });
  await expect(figure.getByText(/^step 2, /)).toBeVisible();
});

test('what the reader recognises answers the question', async ({ page }) => {
  await page.goto(lesson);
  const bar = trainer(page).getByRole('slider', { name: 'Film over training' });
  await bar.press('End');
  await trainer(page)
    .getByRole('button', { name: 'Pause', exact: true })
    .click({ timeout: 1_000 })
    .catch(() => undefined); // it may have stopped
  await bar.press('Home');
  await trainer(page).getByRole('button', { name: 'I recognise a digit here' }).click();
  const question = page.getByRole('region', { name: 'Predict, then reveal' }).nth(1);
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText('step 20, by your own mark')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what appears while it is used is accessible, too, in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openReady(page);
    await train(page, 2, 2);
    await page.getByRole('figure', { name: 'The network' }).getByRole('button', { name: 'Send a digit through' }).click();
    await expect(page.getByRole('img', { name: /feature maps/ })).toBeVisible({ timeout: trainingTimeout });
    await page.locator('summary', { hasText: 'What your machine is doing' }).click();
    await page.getByText('Kernel by kernel').click();
    await page.getByRole('figure', { name: 'Break it' }).getByRole('button', { name: 'Poison the next step' }).click();
    await expect(trainer(page).getByRole('button', { name: 'Halve the learning rate and go on' })).toBeVisible({
      timeout: trainingTimeout,
    });
    await trainer(page).getByRole('button', { name: 'Start over', exact: true }).click();
    await page.getByLabel('Seed', { exact: true }).fill('none');
    await page.getByRole('figure', { name: 'Settings of the quick run' }).getByText('More', { exact: true }).click();
    await page.addScriptTag({ content: axe.source });
    const { violations } = await page.evaluate(() => window.axe.run());
    expect(
      violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)),
    ).toEqual([]);
  });
}

test.describe('broken on purpose', () => {
  test.beforeEach(async ({ page }) => {
    await openReady(page);
    await train(page, 3, 3);
  });

  test('a loss that is no number stops training at the last good step, with ways to go on', async ({ page }) => {
    const corner = page.getByRole('figure', { name: 'Break it' });
    await corner.getByRole('button', { name: 'Poison the next step' }).click();
    await expect(corner.getByRole('alert')).toContainText('no longer a number', { timeout: trainingTimeout });
    await expect(corner.getByText('The run stands at step 3')).toBeVisible();
    await trainer(page).getByRole('button', { name: 'Halve the learning rate and go on' }).click();
    await expect(trainer(page).getByRole('slider', { name: 'Learning rate' })).toHaveAttribute('aria-valuetext', '÷2');
    await expect(facts(page)).toContainText('step 6 of 6', { timeout: trainingTimeout });
  });

  test('a full store is told, and training goes on in memory', async ({ page }) => {
    const corner = page.getByRole('figure', { name: 'Break it' });
    await corner.getByRole('button', { name: 'Fill the store' }).click();
    await expect(corner.getByRole('alert')).toContainText(/stor|full|space/i, { timeout: trainingTimeout });
    await expect(facts(page)).toContainText('step 4');
    await expect(facts(page)).toContainText('saved at step 3');
  });

  test('a damaged save is found out when the page is opened again', async ({ page }) => {
    const corner = page.getByRole('figure', { name: 'Break it' });
    await corner.getByRole('button', { name: 'Damage the last save' }).click();
    await expect(corner.getByText('Nothing shows until the page is opened again')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('alert').first()).toContainText('damaged', { timeout: 20_000 });
  });
});

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
