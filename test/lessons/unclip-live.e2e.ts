/** Lesson 9, further figures that compute here: captions of nonsense in the chain, an embedding that learns, many pictures of one embedding. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { hasInk, shownPictures } from './pagePictures';
import { dialogsOf } from './pageProblems';

const drawingMs = 120_000;
const trainingMs = 240_000;
/** The page is there before its scripts are. */
const wakingMs = 60_000;
const address = './unclip/?backend=wasm';

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const chain = (page: Page): Locator => figure(page, 'From a caption to a picture');
const matrix = (page: Page): Locator => figure(page, 'Which caption belongs to which picture?');
const many = (page: Page): Locator => figure(page, 'One embedding, many pictures');

const nonsense = [
  { what: 'an empty caption', text: '', says: /^An empty caption: the network is told nothing/ },
  {
    what: 'a script',
    text: '<script>alert(1)</script>',
    says: 'Unknown to the network, and left out: “<script>alert(1)</script>”.',
  },
  {
    what: 'five hundred words',
    text: Array.from({ length: 500 }, (_, i) => `word${i}`).join(' '),
    says: /^Unknown to the network, and left out: “word0”, .* and 495 more\.$/,
  },
] as const;

for (const { what, text, says } of nonsense) {
  test(`${what} goes through the chain: a plain sentence, and pictures`, async ({ page }) => {
    test.setTimeout(2 * drawingMs);
    const dialogs = dialogsOf(page);
    await page.goto(address);
    const run = chain(page).getByRole('button', { name: 'Run the chain' });
    await expect(run).toBeEnabled({ timeout: wakingMs });
    await chain(page).getByLabel('Type a caption').fill(text);
    await expect(chain(page).getByText(says)).toBeVisible();
    await run.click();
    const pictures = chain(page).getByRole('group', { name: 'Finished pictures' });
    await expect(pictures.getByRole('button', { name: /picture \d: the judge sees/ })).toHaveCount(4, { timeout: drawingMs });
    await expect(chain(page).getByText('live', { exact: true })).toBeVisible();
    await expect(chain(page).getByRole('region', { name: 'Text encoder' })).toContainText(
      text === '' ? 'an empty caption' : text,
    );
    expect((await shownPictures(pictures)).map(hasInk)).toEqual([true, true, true, true]);
    await expect(chain(page).locator('.tally')).toHaveText(''); // nothing was asked for that could be counted
    expect(dialogs).toEqual([]);
  });
}

test('an embedding learns here, says its loss, and stands still while it is paused', async ({ page }) => {
  test.setTimeout(2 * trainingMs + drawingMs);
  await page.goto(address);
  const here = matrix(page).getByRole('region', { name: 'Train the embedding on this device' });
  const train = here.getByRole('button', { name: 'Train', exact: true });
  await expect(train).toBeEnabled({ timeout: wakingMs });
  const slider = here.getByRole('slider', { name: 'Train until step' });
  await slider.fill('0'); // the fewest that are offered
  await expect(slider).toHaveAttribute('aria-valuetext', '50');
  await train.click();
  const said = here.getByText(/^Step \d+: loss \d/);
  await expect(said).toHaveText(/^Step ([3-9]|[1-4]\d): loss \d.*, the right one found for \d+% of the batch\.$/, {
    timeout: trainingMs,
  });
  await here.getByRole('button', { name: 'Pause' }).click();
  await expect(here.getByRole('button', { name: 'Train on' })).toBeEnabled();
  const held = await said.innerText();
  await expect(here.getByRole('img', { name: `Loss against training steps. ${held}` })).toBeVisible();

  await many(page).getByRole('button', { name: 'Decode it 8 times' }).click();
  await expect(many(page).getByText('live', { exact: true })).toBeVisible({ timeout: drawingMs });
  await expect(many(page).getByRole('button', { name: 'Other noise' })).toBeVisible({ timeout: drawingMs });
  await expect(said).toHaveText(held); // a drawing later it still stands where it was paused

  await here.getByRole('button', { name: 'Train on' }).click();
  const step = async (): Promise<number> => Number(/\d+/.exec(await said.innerText())?.[0]);
  await expect.poll(step, { timeout: trainingMs }).toBeGreaterThan(Number(/\d+/.exec(held)?.[0]));
});

test('one embedding becomes many pictures, and what is said of a digit is never said of another’s', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/weights/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(address);
  await expect(many(page).getByRole('button', { name: 'Decode it 8 times' })).toBeEnabled({ timeout: wakingMs });
  await expect(many(page).getByText('a real 7, decoded 8 times')).toBeVisible({ timeout: wakingMs }); // recorded
  await many(page).getByRole('button', { name: 'A real 3' }).click();
  await expect(many(page).getByRole('button', { name: 'Stop' })).toBeVisible();
  // Until there are pictures of the 3, those that stand there are the 7's.
  await expect(many(page).getByText('a real 7, decoded 8 times')).toBeVisible();
  await expect(
    many(page)
      .getByText(/^Of the real 7 they have/)
      .first(),
  ).toBeVisible();
  release();

  const words = many(page).locator('.words');
  await expect(words).toHaveText(/^Of the real 3 they have the same digit [5-8] of 8; in the same third: /, {
    timeout: drawingMs,
  });
  await expect(many(page).getByText('live', { exact: true })).toBeVisible();
  await expect(many(page).getByText('a real 3, decoded 8 times')).toBeVisible();
  await expect(many(page).getByText(/walks it up to: distance \d\.\d\d/)).toBeVisible();
  const drawn = await shownPictures(many(page).getByRole('group', { name: 'Pictures of one embedding' }));
  expect(drawn.filter(hasInk)).toHaveLength(8);
  expect(new Set(drawn.map((picture) => picture.join())).size).toBe(8);
});
