/** The conditioning lesson: what is typed is drawn, and what is drawn is what was asked for, by the judge and by measurement. */
import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { measureAttributes } from '../../src/data/captions/attributes';
import { binsOf } from '../../src/data/captions/bins';
import { parseCaption, type Description } from '../../src/data/captions/caption';
import { attributes } from '../../src/data/captions/vocabulary';
import { timeNetworks, type RecordedCaptions } from '../../src/data/recordedCaptions';
import { shownPictures } from './pagePictures';
import { accessibilityProblems, dialogsOf, sidewaysOverflow, unfold } from './pageProblems';

const phone = { width: 360, height: 740 };
const wide = { width: 1440, height: 900 };
const drawingMs = 60_000;
/** The page is there before its scripts are. */
const wakingMs = 30_000;
const checkingMs = 240_000;
const address = './conditioning/?backend=wasm';

const recorded = JSON.parse(
  readFileSync(new URL('../../public/recorded/captions.json', import.meta.url), 'utf8'),
) as RecordedCaptions;

test.use({ viewport: wide });

const figure = (page: Page, name: string): Locator => page.getByRole('figure', { name });
const type = (page: Page): Locator => figure(page, 'Type what you want to see');
const words = (page: Page): Locator => figure(page, 'Where it looks for each word');
const caption = (page: Page): Locator => type(page).getByRole('textbox', { name: 'Caption' });
const drawn = (page: Page): Locator => type(page).getByText(/evaluations of the network in/);
const tally = (page: Page): Locator => type(page).locator('.tally');
const timeQuestion = (page: Page): Locator => page.getByRole('region', { name: /Take the timestep away/ });
const guidanceQuestion = (page: Page): Locator => page.getByRole('region', { name: /Turn guidance up/ });

async function draw(page: Page, text: string): Promise<void> {
  const button = type(page).getByRole('button', { name: 'Draw it here' });
  await expect(button).toBeEnabled({ timeout: wakingMs }); // the page is awake
  await caption(page).fill(text);
  await caption(page).press('Enter');
  await expect(type(page).getByText('live', { exact: true })).toBeVisible();
  await expect(drawn(page)).toBeVisible({ timeout: drawingMs });
}

/** The finished pictures, as they stand on the page: [28·28] in −1..1 each. */
const pictures = (page: Page): Promise<readonly Float32Array[]> =>
  shownPictures(type(page).getByRole('group', { name: 'Drawn pictures' }));

/** How many pictures are measured to be what was asked for, attribute by attribute. */
function measuredRight(drawnPictures: readonly Float32Array[], asked: Description): readonly number[] {
  return attributes
    .filter((attribute) => asked[attribute] !== null)
    .map(
      (attribute) =>
        drawnPictures.filter((pixels) => binsOf(measureAttributes(pixels), asked.digit ?? 0)[attribute] === asked[attribute])
          .length,
    );
}

async function guess(question: Locator, option: RegExp): Promise<void> {
  await question.getByRole('radio', { name: option }).check();
  await question.getByRole('button', { name: 'Reveal' }).click();
}

test('opens with a recorded film and its maps', async ({ page }) => {
  await page.goto(address);
  await expect(type(page).getByText('recorded', { exact: true })).toBeVisible();
  await expect(tally(page)).toHaveText(/^\d of 5 are all that was asked for/, { timeout: drawingMs }); // it plays to its end
  await expect(words(page).getByRole('button', { name: /^“seven”: \d+% of the attention/ })).toBeVisible();
  await expect(words(page).getByRole('slider', { name: 'Moment of the maps' })).toBeEnabled();
});

for (const text of ['a thick upright zero', 'thin 1 leaning right', 'a bold six']) {
  test(`“${text}” is drawn, and most of what comes is that`, async ({ page }) => {
    test.setTimeout(2 * drawingMs);
    await page.goto(address);
    await draw(page, text);
    await expect(tally(page)).toBeVisible({ timeout: drawingMs });
    const asked = parseCaption(text);
    // by the judge, as the page says it
    const seen = await type(page).locator('.pictures li').allInnerTexts();
    const digit = { 0: 'zero', 1: 'one', 6: 'six' }[asked.digit ?? -1] ?? '';
    expect(seen.filter((mark) => mark.trim() === `✓ ${digit}`).length).toBeGreaterThanOrEqual(4);
    // and by our own measurement of the pixels on the page, which must be what the page says
    for (const right of measuredRight(await pictures(page), asked)) expect(right).toBeGreaterThanOrEqual(3);
  });
}

test('what the network does not know is named, and never breaks it', async ({ page }) => {
  test.setTimeout(3 * drawingMs);
  const dialogs = dialogsOf(page);
  await page.goto(address);
  await draw(page, 'a fluffy seven 🦆');
  await expect(type(page).getByText('Unknown to the network, and left out: “fluffy” and “🦆”.')).toBeVisible();

  await caption(page).fill('<script>alert(1)</script> seven');
  await expect(type(page).getByText('Unknown to the network, and left out: “<script>alert(1)</script>”.')).toBeVisible();

  await draw(page, '');
  await expect(type(page).getByText(/An empty caption: the network is told nothing/)).toBeVisible();
  await expect(
    type(page)
      .getByText(/the judge sees/)
      .first(),
  ).toBeVisible({ timeout: drawingMs });
  await expect(words(page).getByRole('button', { name: /^“\(nothing\)”: 100% of the attention/ })).toBeVisible();

  await draw(page, Array.from({ length: 500 }, (_, i) => `word${i}`).join(' '));
  await expect(type(page).getByText(/and 495 more\.$/)).toBeVisible();
  expect(dialogs).toEqual([]);
});

test('the caption and the settings are kept in the address', async ({ page }) => {
  await page.goto(address);
  await expect(type(page).getByRole('button', { name: 'Draw it here' })).toBeEnabled({ timeout: wakingMs });
  await caption(page).fill('narrow bold 3');
  await expect(page).toHaveURL(/caption=narrow\+bold\+3/);
  await type(page).getByRole('slider', { name: 'Guidance w' }).fill('6');
  await expect(page).toHaveURL(/draw-w=3/);
  await page.reload();
  await expect(caption(page)).toHaveValue('narrow bold 3', { timeout: wakingMs }); // awake again
  await expect(type(page).getByRole('slider', { name: 'Guidance w' })).toHaveAttribute('aria-valuetext', '3');
});

test('maps go along with the film: other words, heads, blocks and moments are other maps', async ({ page }) => {
  test.setTimeout(2 * drawingMs);
  await page.goto(address);
  await draw(page, 'a thick seven leaning right');
  const tile = words(page).getByRole('button', { name: /^“thick”/ });
  const picture = (): Promise<string> => tile.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const seen = [await picture()];
  const changed = async (act: () => Promise<void>): Promise<void> => {
    await act();
    await expect.poll(picture).not.toBe(seen.at(-1));
    seen.push(await picture());
  };
  await changed(() => words(page).getByRole('radio', { name: 'head 1' }).check({ force: true }));
  await changed(() => words(page).getByRole('radio', { name: '7 × 7, block 1' }).check({ force: true }));
  await changed(() => words(page).getByRole('radio', { name: '3', exact: true }).check({ force: true }));
  await changed(() => words(page).getByRole('slider', { name: 'Moment of the maps' }).fill('10'));
  // the film above is at the same moment
  const moment = await words(page).getByRole('slider', { name: 'Moment of the maps' }).getAttribute('aria-valuetext');
  await expect(type(page).getByRole('slider', { name: 'Moment of the caption’s film' })).toHaveAttribute(
    'aria-valuetext',
    moment ?? '',
  );
  const shares = await words(page).locator('.tiles span').allInnerTexts();
  const sum = shares.reduce((total, share) => total + Number(share.replace('%', '')), 0);
  expect(Math.abs(sum - 100)).toBeLessThanOrEqual(shares.length); // each is rounded
});

test('both answers wait for a guess, and are what was recorded', async ({ page }) => {
  await page.goto(address);
  const timeless = figure(page, 'Without the timestep');
  const sweep = figure(page, 'Guidance, swept');
  await expect(timeless.getByRole('button', { name: 'Show it now' })).toBeVisible();
  await expect(timeless.getByRole('table')).toHaveCount(0);
  await expect(sweep.getByRole('img')).toHaveCount(0);

  await guess(timeQuestion(page), /^it loses much/);
  await expect(timeQuestion(page).getByText('so it is:')).toBeVisible();
  for (const network of timeNetworks) {
    const rows = recorded.time.filter((row) => row.network === network);
    for (const row of rows) {
      await expect(timeless.locator(`tr[data-network="${network}"]`)).toContainText(row.fd.mean.toFixed(1));
    }
  }
  await expect(sweep.getByRole('img')).toHaveCount(0); // that is another question

  await guess(guidanceQuestion(page), /^both at the same w/);
  await expect(guidanceQuestion(page).getByText('so it is:')).toBeVisible();
  const [best] = [...recorded.sweep].sort((one, other) => one.fd.mean - other.fd.mean);
  await expect(sweep).toHaveAccessibleDescription(
    best
      ? new RegExp(`^The Fréchet distance is lowest at w = .*: ${best.fd.mean.toFixed(1)} `)
      : 'The sweep has not been measured yet.',
  );
});

test('a negative prompt and a swapped word change the pictures', async ({ page }) => {
  test.setTimeout(3 * drawingMs);
  await page.goto(address);
  const negative = figure(page, 'Away from something');
  await negative.getByRole('button', { name: 'Draw both here' }).click();
  await expect(negative.getByText(/evaluations a column/)).toBeVisible({ timeout: drawingMs });
  const thicknessOf = async (row: string): Promise<number> => {
    const all = await shownPictures(negative.getByRole('group', { name: row }));
    const measured = all.map((pixels) => measureAttributes(pixels).thickness);
    return measured.reduce((sum, thickness) => sum + thickness, 0) / measured.length;
  };
  expect(await thicknessOf('away from “thick”')).toBeLessThan(await thicknessOf('away from nothing'));

  const swap = figure(page, 'A word swapped on the way');
  await swap.getByRole('button', { name: 'Draw the seven rows here' }).click();
  await expect(swap.getByText(/evaluations a column/)).toBeVisible({ timeout: 2 * drawingMs });
  const marks = (row: string): Promise<readonly string[]> =>
    swap.getByRole('group', { name: row }).locator('.mark').allInnerTexts();
  const whole = (all: readonly string[]): number => all.filter((mark) => mark.trim() === '2/2').length;
  expect(whole(await marks('the second all along'))).toBeGreaterThan(whole(await marks('the first all along')));
});

test.describe('with everything revealed', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible in the ${colorScheme} theme, and does not scroll sideways on a phone`, async ({ page }) => {
      test.setTimeout(checkingMs);
      await page.emulateMedia({ colorScheme });
      await page.goto(address, { waitUntil: 'networkidle' });
      await guess(timeQuestion(page), /^it loses little/);
      await guess(guidanceQuestion(page), /^both without any/);
      await expect(page.getByRole('button', { name: 'Show it now' })).toHaveCount(0);
      await unfold(page);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize(phone);
      expect(await sidewaysOverflow(page)).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }
});
