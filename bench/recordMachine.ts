/**
 * `npx tsx bench/recordMachine.ts`, after `npm run build`: measures a training step and the seconds to good digits in Chromium, and
 * writes public/recorded/machine.json, which lesson 2 shows beside what it measures on a reader's own device.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer, preview } from 'vite';
import { findBrowser } from '../scripts/findBrowser';
import type { RecordedProfile } from '../src/data/recordedProfile';
import { markWords, measureMark } from './mark';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}public/recorded/machine.json`;
/** Of a figure: more than any machine repeats. */
const digits = 4;
const rounded = (value: number): number => Number(value.toPrecision(digits));

const { executablePath, args, env } = findBrowser();
const browser = await chromium.launch({ executablePath, args: [...args], ...(env ? { env } : {}) });

const server = await createServer({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  publicDir: `${root}public`,
  server: { port: 0, fs: { allow: [root] } },
  logLevel: 'error',
});
await server.listen();
const page = await browser.newPage();
await page.goto(`${server.resolvedUrls?.local[0] ?? ''}page.html`);
await page.waitForFunction(() => 'bench' in window, undefined, { timeout: 60_000 });
const { kernels, evaluations, ...profile } = await page.evaluate(() => window.bench.machine());
await page.close();
await server.close();
console.log(`${profile.msPerStep.toFixed(0)} ms a step`);

const site = await preview({ root, preview: { port: 0 }, logLevel: 'error' });
const mark = await measureMark(browser, (site.resolvedUrls?.local[0] ?? '').replace(/\/$/, ''));
await site.close();
console.log(markWords(mark));

const all = cpus();
const recorded: RecordedProfile = {
  command: 'npx tsx bench/recordMachine.ts',
  device: `${all[0]?.model.trim() ?? 'an unknown processor'}, ${all.length} cores, Chromium ${browser.version()}`,
  backend: profile.backend,
  batchSize: profile.batchSize,
  msPerStep: rounded(profile.msPerStep),
  flopsPerStep: profile.flopsPerStep,
  matrixFlops: rounded(profile.matrixFlops),
  kernels: kernels.map(({ name, calls, ms }) => ({ name, calls, ms: rounded(ms ?? NaN) })),
  evaluations: evaluations.map(({ pictures, ms }) => ({ pictures, ms: rounded(ms) })),
  secondsToMark: { seconds: mark.seconds, steps: mark.steps },
};
await browser.close();
writeFileSync(target, `${JSON.stringify(recorded, null, 2)}\n`);
