/** What every page of the site has to be, whatever is on it. A lesson added to lessons/index.ts is visited unasked. */
import { expect, test, type Page } from '@playwright/test';
import { pages } from '../../scripts/pages';
import { accessibilityProblems, sidewaysOverflow } from './pageProblems';

const phone = { width: 360, height: 740 };
const wide = { width: 1440, height: 900 };
const fewestWords = 100;

test.use({ viewport: wide, contextOptions: { reducedMotion: 'reduce' } });

for (const { name, path } of pages) {
  test.describe(`page "${name}"`, () => {
    test('loads without an error or a failed request', async ({ page }) => {
      const problems = watch(page);
      await open(page, path);
      expect(problems).toEqual([]);
    });

    test('has one main heading, and a title of its own', async ({ page }) => {
      await open(page, path);
      await expect(page.locator('h1')).toHaveCount(1);
      await expect(page).toHaveTitle(/\S/);
      const others = pages.filter((other) => other.path !== path);
      const title = await page.title();
      for (const other of others) {
        const html = await (await page.request.get(other.path)).text();
        expect(html, `the title of ${other.name}`).not.toContain(`<title>${title}</title>`);
      }
    });

    test('can be read without JavaScript', async ({ browser, baseURL }) => {
      const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) });
      const page = await context.newPage();
      await page.goto(path);
      await expect(page.locator('h1')).toBeVisible();
      const words = (await page.locator('main').innerText()).split(/\s+/).length;
      expect(words).toBeGreaterThan(fewestWords);
      await context.close();
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [wide, phone]) {
        test(`is accessible in the ${colorScheme} theme, ${viewport.width} px wide`, async ({ page }) => {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme });
          await open(page, path);
          expect(await accessibilityProblems(page)).toEqual([]);
        });
      }
    }

    test('does not scroll sideways on a phone', async ({ page }) => {
      await page.setViewportSize(phone);
      await open(page, path);
      expect(await sidewaysOverflow(page)).toEqual([]);
    });
  });
}

test('an address that does not exist gives a page that says so', async ({ page }) => {
  const response = await page.goto('/no-such-lesson/');
  expect(response?.status()).toBe(404);
});

/** Goes to a page and waits until it has settled: hydrated, and its first data fetched. */
async function open(page: Page, path: string): Promise<void> {
  const response = await page.goto(path, { waitUntil: 'networkidle' });
  expect(response?.status(), path).toBe(200);
}

/** Collects whatever goes wrong on a page from now on. */
function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) => problems.push(`request: ${request.url()} ${request.failure()?.errorText ?? ''}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`answer: ${response.status()} for ${response.url()}`);
  });
  return problems;
}
