/** Seconds from pressing Train to digits that are good enough: the built page, driven as a reader would, and asked to tell. */
import type { Browser } from 'playwright';
import type { MarkFigure } from './figures';

/** Of all that it may take, on a slow machine as well. */
const patienceMs = 900_000;

/** What the page says of it, in lessons/train/QualityMark.svelte. */
const sentence =
  /Good enough after (?<steps>\d+) steps, (?<seconds>[\d.]+) seconds.*?\((?<training>[\d.]+) of them training.*of (?<n>\d+) digits it is sure of (?<c90>[\d.]+)% and takes (?<accuracy>[\d.]+)%.*blur (?<midInk>\d+\.\d+)/s;

/** @throws when the page never says so */
export async function measureMark(browser: Browser, url: string): Promise<MarkFigure> {
  const context = await browser.newContext(); // nothing is trained in it yet
  const page = await context.newPage();
  await page.goto(`${url}/train/?backend=wasm`);
  const wish = page.getByLabel('Tell me when the digits are good');
  await wish.check();
  await page.getByRole('button', { name: '▶ Train', exact: true }).click();
  const startedAt = performance.now();
  const told = page.getByText(/^\s*Good enough after/).locator('xpath=..');
  await told.waitFor({ timeout: patienceMs });
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const text = (await told.textContent()) ?? '';
  await context.close();
  const found = sentence.exec(text.replace(/\s+/g, ' '))?.groups;
  if (!found) throw new Error(`The page says it in other words than expected: ${text}`);
  const number = (name: string): number => Number(found[name]);
  const share = (name: string): number => Number((number(name) / 100).toFixed(3));
  return {
    seconds: number('seconds'),
    trainingSeconds: number('training'),
    wallSeconds: Number(wallSeconds.toFixed(1)),
    steps: number('steps'),
    n: number('n'),
    c90: share('c90'),
    accuracy: share('accuracy'),
    midInk: number('midInk'),
  };
}

export function markWords({ seconds, trainingSeconds, wallSeconds, steps, n, c90, accuracy, midInk }: MarkFigure): string {
  return (
    `good enough ${seconds} s after pressing Train, at step ${steps} (${trainingSeconds} s of training; ${wallSeconds} s with judging): ` +
    `c90 ${c90}, accuracy ${accuracy}, mid/ink ${midInk}, of ${n} digits`
  );
}
