/** Lesson 4, quality against evaluations: recorded curves, and points measured in the page. */
import { expect, test, type Locator, type Page } from '@playwright/test';

const measuringMs = 60_000;

test.use({ viewport: { width: 1440, height: 900 } });

const figure = (page: Page): Locator => page.getByRole('figure', { name: 'Quality for so many evaluations' });

/** The fewest digits that are offered, and few evaluations. */
async function open(page: Page, evaluations: string): Promise<void> {
  await page.goto('./samplers/?backend=wasm');
  await figure(page).getByRole('radio', { name: 'DDIM', exact: true }).check({ force: true });
  await figure(page).getByRole('combobox', { name: 'Evaluations' }).selectOption(evaluations);
  await figure(page).getByRole('combobox', { name: 'With' }).selectOption('50');
}

test('the recorded curves say what it takes, for every measure and sampler', async ({ page }) => {
  await page.goto('./samplers/');
  await expect(figure(page).getByText('recorded', { exact: true })).toBeVisible();
  await expect(figure(page).locator('.words')).toHaveCount(0); // the question comes first
  await figure(page).getByRole('button', { name: 'Show them now' }).click();
  await expect(figure(page).locator('.words')).toHaveText(/^DDPM with 1,000 steps comes to a Fréchet distance of [\d.]+/);
  const chart = figure(page).getByRole('img', { name: /against evaluations/ });
  await expect(chart).toHaveAttribute('aria-label', /^Fréchet distance against evaluations/);
  await figure(page).getByRole('radio', { name: 'Blur' }).check({ force: true });
  await figure(page).getByRole('radio', { name: 'UniPC' }).check({ force: true });
  await expect(chart).toHaveAttribute('aria-label', /^Blur against evaluations .*UniPC: 4: 0\.\d\d; 6: 0\.\d\d/);
});

test('a guess stays in the chart beside what was found', async ({ page }) => {
  await page.goto('./samplers/');
  const question = page.getByRole('region', { name: /10% of its Fréchet distance/ });
  await question.getByRole('button', { name: 'Reveal' }).click();
  await expect(question.getByText(/^\d[\d,]*, with \w/)).toBeVisible();
  await expect(figure(page).getByText('you: 100')).toBeVisible();
});

test('a sampler is measured here, point by point', async ({ page }) => {
  await open(page, '1');
  await figure(page).getByRole('button', { name: 'Measure here' }).click();
  const results = figure(page).locator('.results li');
  await expect(results).toHaveText(
    /DDIM, 1 evaluation: distance [\d.]+, .*\(50 digits by the recorded network, after 1,000 steps\)/,
    {
      timeout: measuringMs,
    },
  );
  await expect(figure(page).getByText('50 real digits', { exact: true })).toBeVisible();
  await expect(figure(page).getByText(/Measured: DDIM with 1 evaluation, Fréchet distance/)).not.toHaveCount(0);
  await figure(page).getByRole('combobox', { name: 'Evaluations' }).selectOption('4');
  await figure(page).getByRole('button', { name: 'Measure here' }).click();
  await expect(results).toHaveCount(2, { timeout: measuringMs });
  // one step leaves an average of digits: softer, whatever the noise
  const blur = (await results.allInnerTexts()).map((text) => Number(/blur ([\d.]+)/.exec(text)?.[1]));
  expect(blur[0]).toBeGreaterThan(blur[1] ?? NaN);
  await figure(page).getByRole('button', { name: 'Clear the points' }).click();
  await expect(results).toHaveCount(0);
});

test('a thousand steps say how long they will take, and stop when told to', async ({ page }) => {
  await open(page, '1');
  await figure(page).getByRole('button', { name: 'Measure here' }).click();
  await expect(figure(page).locator('.results li')).toHaveCount(1, { timeout: measuringMs });
  await figure(page).getByRole('combobox', { name: 'Evaluations' }).selectOption('1000');
  await expect(figure(page).getByText(/^Takes about \d+ (s|minutes) on this device/)).toBeVisible();
  await figure(page).getByRole('button', { name: 'Measure here' }).click();
  await expect(figure(page).getByRole('progressbar', { name: '1000 evaluations each' })).toBeVisible();
  await figure(page).getByRole('button', { name: 'Stop' }).click();
  await expect(figure(page).getByRole('button', { name: 'Measure here' })).toBeVisible();
  // the next one is not held up by what was stopped, and the point that was there is still there
  await figure(page).getByRole('combobox', { name: 'Evaluations' }).selectOption('1');
  await figure(page).getByRole('button', { name: 'Measure here' }).click();
  await expect(figure(page).locator('.results li')).toHaveCount(2, { timeout: measuringMs });
});
