/** What the built site costs a reader: JavaScript before the first figure moves, and how long training holds up the page. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';

const longTaskMs = 50; // the browser reports tasks above this
const trainedSteps = 50;

export interface SiteFigures {
  readonly longestTaskMs: number;
  readonly bytes: { readonly firstFigureJsGz: number; readonly totalJsGz: number };
}

function gzipped(file: string): number {
  return gzipSync(readFileSync(file)).length;
}

function scripts(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return scripts(path);
    return name.endsWith('.js') ? [path] : [];
  });
}

function untilStep(page: Page, step: number): Promise<unknown> {
  return page.waitForFunction(
    (wanted) =>
      Number(/step ([\d,]+)/.exec(document.querySelector('#contents .status')?.textContent ?? '')?.[1]?.replace(',', '') ?? 0) >=
      wanted,
    step,
    { timeout: 300_000, polling: 100 },
  );
}

export async function measureSite(browser: Browser, url: string, dist: string): Promise<SiteFigures> {
  const page = await browser.newPage();
  const fetched: string[] = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (path.endsWith('.js')) fetched.push(path);
  });
  await page.goto(url);
  await page.getByRole('slider', { name: 'Moment of the film' }).first().waitFor();
  await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>('input[type=range]')?.value ?? 0) > 0);
  const firstFigureJsGz = fetched.reduce((sum, path) => sum + gzipped(join(dist, path)), 0);

  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: 'longtask',
    });
  });
  await page.goto(`${url}/train/?backend=wasm`);
  await page.getByRole('button', { name: '▶ Train', exact: true }).click();
  await untilStep(page, 1);
  await page.evaluate(() => ((window as unknown as { longTasks: number[] }).longTasks.length = 0)); // opening the page is not training
  await untilStep(page, 1 + trainedSteps);
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { longTasks: number[] }).longTasks));
  await page.close();
  return {
    // Nothing reported means that no task took 50 ms or more.
    longestTaskMs: longest === 0 ? longTaskMs : longest,
    bytes: { firstFigureJsGz, totalJsGz: scripts(dist).reduce((sum, file) => sum + gzipped(file), 0) },
  };
}
