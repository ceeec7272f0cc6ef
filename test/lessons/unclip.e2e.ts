/** Lesson 9: results wait for a guess and say what was recorded; a caption goes through the whole chain, and the judge sees what was asked for. */
import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { RecordedUnclip, UnclipRow } from '../../src/data/recordedUnclip';
import { accessibilityProblems, sidewaysOverflow, unfold } from './pageProblems';

const phone = { width: 360, height: 740 };
const wide = { width: 1440, height: 900 };
const checkingMs = 240_000;
const drawingMs = 120_000;

const recorded = JSON.parse(
  readFileSync(new URL('../../public/recorded/unclip.json', import.meta.url), 'utf8'),
) as RecordedUnclip;

test.use({ viewport: wide });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const chain = (page: Page): Locator => figure(page, 'From a caption to a picture');
const skipped = (page: Page): Locator => figure(page, 'The prior, skipped');
const both = (page: Page): Locator => figure(page, 'Both ways, six captions');
const question = (page: Page): Locator => page.getByRole('region', { name: /Skip the prior/ });

async function guess(page: Page, option: string): Promise<void> {
  await question(page).getByRole('radio', { name: option, exact: true }).check();
  await question(page).getByRole('button', { name: 'Reveal' }).click();
}

const rowFor = (given: UnclipRow['given'], priorScale: number | null): UnclipRow | undefined =>
  recorded.rows.find(
    (row) => row.given === given && row.priorScale === priorScale && row.decoderSteps === 1000 && row.guidanceScale === 2,
  );

test('what skipping the prior costs waits for a guess, and is what was recorded', async ({ page }) => {
  await page.goto('./unclip/');
  await expect(skipped(page).getByRole('button', { name: 'Show it now' })).toBeVisible();
  await expect(skipped(page).getByRole('img')).toHaveCount(0);
  const again = figure(page, 'The decoder, trained again');
  await expect(again.getByRole('table')).toHaveCount(0);
  await expect(skipped(page)).toHaveAccessibleDescription('The curves wait for the answer to the question above.');
  await expect(page.getByText('Say above what you expect, and the numbers will stand here.')).toBeVisible();

  const option = 'they obey less often, and look less real';
  await guess(page, option);
  await expect(question(page).getByText(`you: ${option}`)).toBeVisible();
  await expect(question(page).getByText('so it is:')).toBeVisible();
  const [withPrior, without] = [rowFor('prior', 2), rowFor('caption', null)];
  const words = skipped(page).locator('.words').first();
  await expect(words).toContainText(`Fréchet distance ${withPrior?.fd.mean.toFixed(1) ?? ''}`);
  await expect(words).toContainText(`${without?.fd.mean.toFixed(1) ?? ''}`);
  await expect(page.getByText('Say above what you expect')).toHaveCount(0);
  await expect(again.locator('tbody tr')).toHaveCount(3); // a training each
  await skipped(page).getByText('All that was measured').click();
  await expect(skipped(page).locator('tbody tr')).toHaveCount(recorded.rows.length + 1);

  await page.reload();
  await expect(question(page).getByText('so it is:')).toBeVisible();
  await expect(skipped(page).getByRole('img').first()).toBeVisible();
});

test('the recorded chain plays, and stops at every part', async ({ page }) => {
  await page.goto('./unclip/');
  await expect(chain(page).getByText('recorded', { exact: true })).toBeVisible();
  const playhead = chain(page).getByRole('slider', { name: 'Moment of the chain' });
  await expect(playhead).toBeEnabled();
  await playhead.fill('0');
  await expect(playhead).toHaveAttribute('aria-valuetext', 'the caption’s embedding');
  await playhead.fill('1');
  await expect(playhead).toHaveAttribute('aria-valuetext', 'prior, t = 1000');
  await playhead.press('End');
  await expect(playhead).toHaveAttribute('aria-valuetext', 'decoder, t = 0');
  await expect(chain(page).locator('.tally')).toContainText('are all that was asked for');
});

test('the matrix is read by caption, and the step is chosen', async ({ page }) => {
  await page.goto('./unclip/');
  const matrix = figure(page, 'Which caption belongs to which picture?');
  await expect(matrix.getByRole('button', { name: 'Train', exact: true })).toBeEnabled(); // the page listens
  const { captions, byStep } = recorded.similarity;
  await matrix.getByRole('combobox', { name: 'Caption' }).selectOption('2');
  await expect(matrix.getByRole('listitem').getByRole('img')).toHaveCount(6);
  const step = matrix.getByRole('slider', { name: 'Training step' });
  await step.fill('0');
  await expect(matrix).toHaveAccessibleDescription(
    new RegExp(`^At step ${byStep[0]?.step ?? NaN}, .* of ${captions.length} captions`),
  );
});

test.describe('on this device', () => {
  test('a caption goes through the whole chain, and the judge sees what was asked for', async ({ page }) => {
    test.setTimeout(2 * drawingMs);
    await page.goto('./unclip/');
    await expect(chain(page).getByRole('button', { name: 'Run the chain' })).toBeEnabled(); // the page listens
    await chain(page).getByLabel('Type a caption').fill('a thick zero 🙂');
    await expect(chain(page).getByText('Unknown to the network, and left out: “🙂”.')).toBeVisible();
    await chain(page).getByText('Settings: prior, guidance').click();
    await chain(page).getByRole('button', { name: 'Run the chain' }).click();
    const tally = chain(page).locator('.tally');
    await expect(tally).toContainText(/zero [34]/, { timeout: drawingMs });
    await expect(tally).toContainText(/thick [34]/);
    await expect(chain(page).getByText('live', { exact: true })).toBeVisible();
    const playhead = chain(page).getByRole('slider', { name: 'Moment of the chain' });
    await playhead.fill('1');
    await expect(playhead).toHaveAttribute('aria-valuetext', 'prior, t = 1000');

    // Without the prior and with lesson 7's network behind it.
    await chain(page).getByRole('radio', { name: 'skipped' }).check({ force: true });
    await chain(page).getByRole('radio', { name: '14 → 28', exact: true }).check({ force: true });
    await expect(page).toHaveURL(/chain-prior=off/);
    await chain(page).getByRole('button', { name: 'Run the chain' }).click();
    await expect(chain(page).getByRole('region', { name: 'Upsampler to 28 × 28' })).toBeVisible();
    await expect(tally).toContainText(/zero [234]/, { timeout: drawingMs });
    await expect(chain(page).getByText('Skipped: the caption’s own embedding goes to the decoder.')).toBeVisible();
  });

  test('both ways are drawn, and a stop is obeyed', async ({ page }) => {
    test.setTimeout(2 * drawingMs);
    await page.goto('./unclip/');
    await both(page).getByRole('button', { name: 'Draw both here' }).click();
    await both(page).getByRole('button', { name: 'Stop' }).click();
    await expect(both(page).getByRole('button', { name: 'Draw both here' })).toBeVisible();
    await both(page).getByRole('button', { name: 'Draw both here' }).click();
    await expect(both(page).getByText('live', { exact: true })).toBeVisible({ timeout: drawingMs });
    // The figure says it for screen readers, too; what stands beside the rows is meant.
    const rows = both(page).getByRole('group', { name: 'With the prior and without' });
    await expect(rows.getByText(/of 6 are all that was asked for/)).toHaveCount(2, { timeout: drawingMs });
  });

  test('a seven is thickened along a difference of captions', async ({ page }) => {
    test.setTimeout(2 * drawingMs);
    await page.goto('./unclip/');
    const words = figure(page, 'Along a difference of words');
    await words.getByRole('button', { name: 'Decode the way' }).click();
    const said = words.locator('.words');
    await expect(said).toContainText('The judge sees a 7', { timeout: drawingMs });
    const text = (await said.textContent()) ?? '';
    const pairs = [...text.matchAll(/(\d+\.\d) px → (\d+\.\d) px/g)].map(([, from, to]) => [Number(from), Number(to)] as const);
    expect(pairs).toHaveLength(3);
    for (const [from, to] of pairs) expect(to).toBeGreaterThan(from);
  });
});

test.describe('with everything revealed', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible in the ${colorScheme} theme, and does not scroll sideways on a phone`, async ({ page }) => {
      test.setTimeout(checkingMs);
      await page.emulateMedia({ colorScheme });
      await page.goto('./unclip/', { waitUntil: 'networkidle' });
      await guess(page, 'they obey as often or more, but look less real');
      await expect(page.getByRole('button', { name: 'Show it now' })).toHaveCount(0);
      await unfold(page);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize(phone);
      expect(await sidewaysOverflow(page)).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }
});
