/** Never losing a run: as a file, through the end of a worker, beside a second tab, and while the page is hidden. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors';

const lesson = './train/?backend=wasm';
const trainingTimeout = 60_000;

test.describe.configure({ timeout: 150_000 });

function trainer(page: Page): Locator {
  return page.getByRole('figure', { name: /^(A|The) (quick|textbook) run$/ });
}
const facts = (page: Page): Locator => trainer(page).locator('.facts');

async function openReady(page: Page): Promise<void> {
  await page.goto(lesson);
  await expect(page.getByLabel('Steps', { exact: true })).toBeEnabled({ timeout: 30_000 });
}

async function train(page: Page, steps: number): Promise<void> {
  await page.getByLabel('Steps', { exact: true }).fill(String(steps));
  await trainer(page)
    .getByRole('button', { name: /Train|Resume/ })
    .click();
  await expect(facts(page)).toContainText(`saved at step ${steps}`, { timeout: trainingTimeout });
}

async function unfold(page: Page): Promise<Locator> {
  const section = page.locator('details.take');
  await section.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(section.getByLabel(/Load weights/)).toBeVisible();
  return section;
}

async function download(page: Page, section: Locator, name: string): Promise<string> {
  const coming = page.waitForEvent('download');
  await section.getByRole('button', { name }).click();
  return (await coming).path();
}

/** A browser that has never seen the notebook. */
async function freshPage(browser: Browser, baseURL: string | undefined): Promise<Page> {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  return context.newPage();
}

test('a run travels as a file to a browser that has never seen it, and goes on there', async ({
  page,
  browser,
  baseURL,
}, info) => {
  await openReady(page);
  await train(page, 3);
  const file = await download(page, await unfold(page), 'Download the whole run');
  const averaged = await download(page, page.locator('details.take'), 'Download the averaged weights');

  const other = await freshPage(browser, baseURL);
  const requests: string[] = [];
  await openReady(other);
  const section = await unfold(other);
  other.on('request', (request) => requests.push(request.method()));
  await section.getByLabel(/Load weights/).setInputFiles({ name: 'run.safetensors', mimeType: '', buffer: readFileSync(file) });
  await expect(section.getByRole('status')).toContainText('stands at step 3', { timeout: 20_000 });
  await expect(facts(other)).toContainText('saved at step 3');
  expect(requests.filter((method) => method !== 'GET')).toEqual([]); // nothing leaves the machine
  await trainer(other).getByRole('button', { name: 'Step', exact: true }).click();
  await expect(facts(other)).toContainText('step 4', { timeout: trainingTimeout });

  // What is there is replaced only when the reader agrees.
  await section.getByLabel(/Load weights/).setInputFiles(averaged);
  await section.getByRole('button', { name: 'Keep them' }).click();
  await expect(facts(other)).toContainText('step 4');

  // A file that is cut short, and one with a number that is none, are refused by the tensor's name.
  const { arrays, metadata } = decodeSafetensors(new Uint8Array(readFileSync(file)));
  const stem = arrays['param/stem.weight'];
  if (!stem) throw new Error('the file has no stem');
  const spoiled = {
    ...arrays,
    'param/stem.weight': { shape: stem.shape, data: stem.data.map((value, i) => (i === 0 ? NaN : value)) },
  };
  const [short, nan] = [info.outputPath('short.safetensors'), info.outputPath('nan.safetensors')];
  writeFileSync(short, readFileSync(file).subarray(0, -1000));
  writeFileSync(nan, encodeSafetensors(spoiled, metadata));
  for (const [path, words] of [
    [short, /short\.safetensors was not loaded.*within the tensor “.*Your run is as it was/],
    [nan, /“param\/stem\.weight” holds values that are not finite numbers/],
  ] as const) {
    await section.getByLabel(/Load weights/).setInputFiles(path);
    await section.getByRole('button', { name: 'Load the file' }).click();
    await expect(section.getByRole('alert')).toContainText(words);
    await expect(facts(other)).toContainText('step 4');
  }
  await other.addScriptTag({ content: axe.source });
  const { violations } = await other.evaluate(() => window.axe.run('details.take'));
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  await other.context().close();
});

test('a worker that the browser ends is noticed, and training goes on from the last save at the press of a button', async ({
  page,
}) => {
  await openReady(page);
  await train(page, 3);
  await trainer(page).getByRole('button', { name: 'Train 3 more' }).click();
  await expect(trainer(page).getByRole('button', { name: 'Pause' })).toBeVisible();
  await Promise.all(page.workers().map((worker) => worker.evaluate(() => void self.close())));
  const notice = page.getByRole('alert').filter({ hasText: 'has stopped' });
  await expect(notice).toBeVisible({ timeout: 20_000 });
  await notice.getByRole('button', { name: 'Restart and go on' }).click();
  await expect(facts(page)).toContainText('step 6 of 6', { timeout: trainingTimeout });
  await expect(notice).toHaveCount(0);
});

test('a second tab is told that the first one trains, and nothing of the first is lost', async ({ page, context }) => {
  await openReady(page);
  await page.getByLabel('Steps', { exact: true }).fill('2000');
  await trainer(page)
    .getByRole('button', { name: /Train|Resume/ })
    .click();
  await expect(facts(page)).toContainText(/step [1-9]\d* of 2,000/, { timeout: trainingTimeout });
  const second = await context.newPage();
  await openReady(second);
  await trainer(second)
    .getByRole('button', { name: /Train|Resume/ })
    .click();
  await expect(second.getByRole('alert')).toContainText('Another tab of this notebook is training', { timeout: trainingTimeout });

  await trainer(page).getByRole('button', { name: 'Pause' }).click();
  await expect(trainer(page).getByRole('button', { name: 'Resume' })).toBeVisible({ timeout: 20_000 });
  const reached = Number(/step (\d+)/.exec(await facts(page).innerText())?.[1]);
  await expect(facts(page)).toContainText(`saved at step ${reached}`);
  await trainer(second).getByRole('button', { name: 'Step', exact: true }).click();
  await expect(facts(second)).toContainText(`step ${reached + 1}`, { timeout: trainingTimeout }); // all of the first one's, and one more
});

test('a page that is hidden saves at once, and trains on', async ({ page }) => {
  await openReady(page);
  await page.getByLabel('Draw every … steps').fill('1000'); // the first picture is saved as well
  await page.getByLabel('Steps', { exact: true }).fill('2000');
  await trainer(page)
    .getByRole('button', { name: /Train|Resume/ })
    .click();
  await expect(facts(page)).toContainText(/step [1-9]\d* of 2,000/, { timeout: trainingTimeout });
  await expect(facts(page)).toContainText('not saved yet');
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect(facts(page)).toContainText('saved at step', { timeout: 9_000 }); // sooner than it would by itself
  const saved = Number(/saved at step (\d+)/.exec(await facts(page).innerText())?.[1]);
  await expect
    .poll(async () => Number(/step (\d+)/.exec(await facts(page).innerText())?.[1]), { timeout: trainingTimeout })
    .toBeGreaterThan(saved);
});

test('a run that does not learn is named in its figure', async ({ page }) => {
  await openReady(page);
  const form = page.getByRole('figure', { name: 'Settings of the quick run' });
  await form.getByLabel('Optimiser').selectOption('adam');
  await form.getByText('More', { exact: true }).click();
  await form.getByLabel('Learning rate', { exact: true }).fill('0.00001');
  await form.getByLabel('Batch', { exact: true }).fill('8');
  await form.getByRole('button', { name: 'Make a new run' }).click();
  await page.getByLabel('Steps', { exact: true }).fill('20');
  await trainer(page).getByRole('button', { name: 'Train' }).click();
  await expect(trainer(page).getByRole('status').filter({ hasText: 'seems stuck' })).toContainText('after 20 steps', {
    timeout: trainingTimeout,
  });
});

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
