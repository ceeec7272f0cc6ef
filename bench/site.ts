/** What the built site costs a reader: JavaScript before the first figure moves, and how long training holds up the page. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';

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

  await page.goto(`${url}/train/?backend=wasm`);
  await page.getByRole('button', { name: '▶ Train', exact: true }).click();
  await untilStep(page, 1); // opening the page is not training
  await browser.startTracing(page, { categories: ['toplevel'] });
  await untilStep(page, 1 + trainedSteps);
  const longestTaskMs = longestTask((await browser.stopTracing()).toString('utf8'));
  await page.close();
  const totalJsGz = scripts(dist).reduce((sum, file) => sum + gzipped(file), 0);
  return { longestTaskMs, bytes: { firstFigureJsGz, totalJsGz } };
}

/** The page's own thread, as Chromium's traces name it. */
const pageThread = 'CrRendererMain';
const taskName = /RunTask$/;

/**
 * @param trace Chromium's trace events as JSON; durations are in microseconds
 * @returns milliseconds
 */
function longestTask(trace: string): number {
  const events = entriesIn(JSON.parse(trace));
  const threads = new Set(
    events.filter((event) => event['name'] === 'thread_name' && nameIn(event['args']) === pageThread).map(threadOf),
  );
  const tasks = events.filter((event) => taskName.test(String(event['name'])) && threads.has(threadOf(event)));
  if (tasks.length === 0) throw new Error('The browser’s trace holds no task of the page.');
  return Math.max(...tasks.map((event) => Number(event['dur'] ?? 0))) / 1000;
}

type TraceEvent = Readonly<Record<string, unknown>>;

function entriesIn(trace: unknown): readonly TraceEvent[] {
  const events = isRecord(trace) ? trace['traceEvents'] : null;
  return Array.isArray(events) ? (events as unknown[]).filter(isRecord) : [];
}

function nameIn(args: unknown): unknown {
  return isRecord(args) ? args['name'] : null;
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${String(pid)}/${String(tid)}`;
}

function isRecord(value: unknown): value is TraceEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
