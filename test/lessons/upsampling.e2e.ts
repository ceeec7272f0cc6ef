/** The recorded half of the upsampling lesson: results wait for a guess, say what the recording says, and are kept in the address. */
import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { RecordedCascade } from '../../src/data/recordedCascade';
import { accessibilityProblems, sidewaysOverflow, unfold } from './pageProblems';

const phone = { width: 360, height: 740 };
const wide = { width: 1440, height: 900 };
const checkingMs = 120_000;

const recorded = JSON.parse(
  readFileSync(new URL('../../public/recorded/cascade.json', import.meta.url), 'utf8'),
) as RecordedCascade;
const { flip, lanes, levels, real } = recorded;

test.use({ viewport: wide });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const flipped = (page: Page): Locator => figure(page, 'Noise on the input: when it helps');
const realInput = (page: Page): Locator => figure(page, 'Real digits, made small and enlarged again');
const table = (page: Page): Locator => figure(page, 'Three ways to a digit, measured');
const race = (page: Page): Locator => figure(page, 'DDPM, DDIM and the upsampling cascade');
const base = (page: Page): Locator => flipped(page).getByRole('slider', { name: 'Base after' });
const sentence = (page: Page): Locator => flipped(page).locator('.here');
const noiseQuestion = (page: Page): Locator => page.getByRole('region', { name: /Train both upsamplers without noise/ });
const lanesQuestion = (page: Page): Locator => page.getByRole('region', { name: /With as much arithmetic to train/ });

async function guess(question: Locator, option: string): Promise<void> {
  await question.getByRole('radio', { name: option, exact: true }).check();
  await question.getByRole('button', { name: 'Reveal' }).click();
}

/** As the page writes it; with several seeds their range follows. */
function distance(rows: readonly { readonly fd: number }[]): string {
  return (rows.reduce((sum, { fd }) => sum + fd, 0) / rows.length).toFixed(1);
}

/** What the sentence about one base has to begin with. */
function baseWords(baseSteps: number, guidanceScale: number): string {
  const of = (augmentation: string): string =>
    distance(
      flip.filter(
        (row) => row.baseSteps === baseSteps && row.guidanceScale === guidanceScale && row.augmentation === augmentation,
      ),
    );
  return `A base of ${baseSteps.toLocaleString('en')} steps: ${of('augmented')} with noise in training, ${of('plain')} without; `;
}

const bases = [...new Set(flip.map(({ baseSteps }) => baseSteps))].sort((a, b) => a - b);

/** Both questions answered, and all that folds opened. */
async function revealAll(page: Page): Promise<void> {
  await guess(noiseQuestion(page), 'better from real ones, worse from drawn ones');
  await guess(lanesQuestion(page), 'the chain’s');
  await expect(page.getByRole('button', { name: 'Show it now' })).toHaveCount(0);
  await expect(table(page).getByRole('table')).toBeVisible();
  await unfold(page);
}

test('what noise on the input does waits for a guess, which stays beside it', async ({ page }) => {
  await page.goto('./upsampling/');
  await expect(flipped(page).getByRole('button', { name: 'Show it now' })).toBeVisible();
  await expect(realInput(page).getByRole('button', { name: 'Show it now' })).toBeVisible();
  for (const hidden of [flipped(page).getByRole('img'), base(page), sentence(page), realInput(page).getByRole('table')]) {
    await expect(hidden).toHaveCount(0);
  }
  await expect(flipped(page)).toHaveAccessibleDescription('The curves wait for the answer to the question above.');
  await expect(realInput(page)).toHaveAccessibleDescription('The table waits for the answer to the question above.');

  const option = 'worse from real ones, better from drawn ones';
  await guess(noiseQuestion(page), option);
  await expect(noiseQuestion(page).getByText('so it is:')).toBeVisible();
  await expect(flipped(page).getByRole('img', { name: /^Fréchet distance against training steps of the base/ })).toBeVisible();
  await expect(sentence(page)).toContainText(baseWords(bases[0] ?? NaN, 1));
  for (const side of new Set(real.map((row) => row.side))) {
    for (const [augmentation, words] of [
      ['plain', 'without noise'],
      ['augmented', 'with noise'],
    ] as const) {
      const way = side === 14 ? '14 → 28' : '7 → 14 → 28';
      const row = realInput(page).locator('tbody tr', { has: page.getByText(way, { exact: true }) });
      await expect(row.filter({ has: page.getByText(words, { exact: true }) })).toContainText(
        distance(real.filter((each) => each.side === side && each.augmentation === augmentation)),
      );
    }
  }

  await page.reload();
  await expect(noiseQuestion(page).getByText(`you: ${option}`)).toBeVisible();
  await expect(noiseQuestion(page).getByText('so it is:')).toBeVisible();
  await expect(realInput(page).getByRole('table')).toBeVisible();
  await expect(table(page).getByRole('table')).toHaveCount(0); // that is another question
});

test('who will not guess is shown both figures all the same', async ({ page }) => {
  await page.goto('./upsampling/');
  await realInput(page).getByRole('button', { name: 'Show it now' }).click();
  await expect(realInput(page).getByRole('table')).toBeVisible();
  await expect(sentence(page)).toContainText(baseWords(bases[0] ?? NaN, 1));
  await expect(noiseQuestion(page).getByText('so it is:')).toHaveCount(0); // it can still be answered
  await expect(table(page).getByRole('table')).toHaveCount(0);
});

test('the base and the guidance are chosen, kept in the address, and there again after a reload', async ({ page }) => {
  await page.goto('./upsampling/');
  await guess(noiseQuestion(page), 'worse from real ones and from drawn ones');
  const index = bases.length - 2;
  const steps = bases[index] ?? NaN;
  await base(page).fill(String(index));
  await expect(base(page)).toHaveAttribute('aria-valuetext', `${steps.toLocaleString('en')} steps`);
  await expect(sentence(page)).toContainText(baseWords(steps, 1));
  await expect(page).toHaveURL(new RegExp(`flip-base=${steps}`));
  await page.reload();
  await expect(sentence(page)).toContainText(baseWords(steps, 1));
  await expect(base(page)).toHaveValue(String(index));

  await flipped(page).getByRole('radio', { name: 'w = 1.5' }).check({ force: true });
  await expect(sentence(page)).toContainText(baseWords(steps, 1.5));
  await expect(page).toHaveURL(/flip-guidance=1\.5/);
  await page.reload();
  await expect(flipped(page).getByRole('radio', { name: 'w = 1.5' })).toBeChecked();
  await expect(sentence(page)).toContainText(baseWords(steps, 1.5));
});

test('what the lanes are worth waits for a guess, and is what was recorded', async ({ page }) => {
  await page.goto('./upsampling/');
  await expect(race(page).getByText('recorded', { exact: true })).toBeVisible();
  const quality = race(page).getByText('distance', { exact: true });
  await expect(table(page).getByRole('table')).toHaveCount(0);
  await expect(quality).toHaveCount(0);
  await expect(page.getByText('Say above what you expect, and the numbers will stand here.')).toBeVisible();

  await guess(lanesQuestion(page), 'the one network’s');
  await expect(lanesQuestion(page).getByText('you: the one network’s')).toBeVisible();
  await expect(lanesQuestion(page).getByText('so it is:')).toBeVisible();
  await expect(quality).toHaveCount(3);
  await expect(page.getByText('Say above what you expect')).toHaveCount(0);
  const labels = [...new Set(lanes.map(({ label }) => label))];
  const rows = table(page).locator('tbody tr[data-lane]');
  await expect(rows.locator('th')).toHaveText(labels);
  const column = (await table(page).locator('thead th').allInnerTexts()).indexOf('Fréchet distance');
  for (const [i, label] of labels.entries()) {
    const said = await rows.nth(i).locator('th, td').nth(column).innerText();
    expect(said.split(' ')[0], label).toBe(distance(lanes.filter((lane) => lane.label === label)));
  }
  await expect(flipped(page).getByRole('img')).toHaveCount(0); // that is another question
});

test('the level of noise is chosen and kept in the address; what is lost and spent is said in words', async ({ page }) => {
  await page.goto('./upsampling/');
  const level = figure(page, 'The level of noise, measured');
  await level.getByRole('radio', { name: 'w = 2' }).check({ force: true });
  await level.getByRole('slider', { name: 'Noise on the small picture' }).fill('3');
  const said = level.locator('.here');
  const rows = levels.filter(({ k, guidanceScale }) => k === 3 && guidanceScale === 2);
  const check = async (): Promise<void> => {
    await expect(said).toContainText('Level 3: ');
    for (const steps of new Set(rows.map(({ baseSteps }) => baseSteps))) {
      const here = distance(rows.filter(({ baseSteps }) => baseSteps === steps));
      await expect(said).toContainText(`${here} with a base of ${steps.toLocaleString('en')} steps`);
    }
  };
  await check();
  await expect(page).toHaveURL(/levels-k=3/);
  await page.reload();
  await check();

  // real digits as they are, by the last network, by both upsamplers, and drawn
  await expect(figure(page, 'Where a digit is lost').getByRole('listitem')).toHaveText([/\d%/, /\d%/, /\d%/, /\d%/]);
  await expect(figure(page, 'Where the arithmetic goes')).toContainText(/\d+% of a picture, \d+% of training/);
});

test.describe('with everything revealed', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible in the ${colorScheme} theme, and does not scroll sideways on a phone`, async ({ page }) => {
      test.setTimeout(checkingMs);
      await page.emulateMedia({ colorScheme });
      await page.goto('./upsampling/', { waitUntil: 'networkidle' });
      await revealAll(page);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize(phone);
      expect(await sidewaysOverflow(page)).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }
});
