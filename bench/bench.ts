/**
 * `npm run bench [-- --json FILE] [--steps N] [--only wasm|webgl|samplers|site]`: training and sampling by backend, ours beside stock
 * tfjs in the same browser on the same machine in the same minutes, and what the built site costs its reader.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { createServer, preview } from 'vite';
import { findBrowser } from '../scripts/findBrowser';
import type { Figures, KernelFigure, SampleFigure, SamplerFigure, TrainFigure } from './figures';
import type { BenchRequest } from './inPage';
import { evaluationsNeeded, measureSamplers } from './samplers';
import { measureSite } from './site';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { json: { type: 'string' }, steps: { type: 'string' }, only: { type: 'string' } } });
const wasmSteps = Number(values.steps ?? 20);
/** Software WebGL takes seconds a step. */
const webglSteps = Number(values.steps ?? 3);

const shownKernels = 8;

const ms = (time: number | null | undefined): string => (time == null ? '–' : time.toFixed(time < 100 ? 1 : 0));

async function inFreshPage<T>(browser: Browser, url: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in window, undefined, { timeout: 60_000 });
  const result = await work(page);
  await context.close();
  return result;
}

const { executablePath, args, env } = findBrowser();
const browser = await chromium.launch({ executablePath, args: [...args], ...(env ? { env } : {}) });
const train: TrainFigure[] = [];
const sample: SampleFigure[] = [];
const kernels: KernelFigure[] = [];
const samplers: SamplerFigure[] = [];
let site = { longestTaskMs: NaN, bytes: { firstFigureJsGz: NaN, totalJsGz: NaN } };

if (values.only !== 'site') {
  const server = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    publicDir: `${root}public`,
    server: { port: 0, fs: { allow: [root] } },
    logLevel: 'error',
  });
  await server.listen();
  const url = `${server.resolvedUrls?.local[0] ?? ''}page.html`;
  const requests: BenchRequest[] = [
    { backend: 'wasm', engine: 'ours', recipe: 'quick', steps: wasmSteps },
    { backend: 'wasm', engine: 'ours', recipe: 'quick', steps: wasmSteps, build: 'simd' },
    { backend: 'wasm', engine: 'composed', recipe: 'quick', steps: wasmSteps },
    { backend: 'wasm', engine: 'ours', recipe: 'textbook', steps: wasmSteps },
    { backend: 'wasm', engine: 'stock', recipe: 'quick', steps: wasmSteps },
    { backend: 'webgl', engine: 'ours', recipe: 'quick', steps: webglSteps },
    { backend: 'webgl', engine: 'stock', recipe: 'quick', steps: webglSteps },
  ];
  for (const request of requests.filter(({ backend }) => values.only === undefined || values.only === backend)) {
    const figure = await inFreshPage(browser, url, (page) => page.evaluate((asked) => window.bench.train(asked), request));
    train.push(figure);
    const where = figure.renderer ? ` (${figure.renderer})` : '';
    const result = figure.msPerStep
      ? `${ms(figure.msPerStep.median)} ms a step (best ${ms(figure.msPerStep.min)}, first ${ms(figure.firstStepMs)}), tensors ${figure.tensorsBefore} → ${figure.tensorsAfter}`
      : `cannot: ${figure.why ?? ''}`;
    console.log(
      `train  ${figure.backend}${where} · ${figure.engine}${figure.kernels ? ` (${figure.kernels})` : ''} · ${figure.recipe} · batch ${figure.batch}: ${result}`,
    );
  }
  for (const backend of ['wasm', 'webgl'] as const) {
    if (values.only !== undefined && values.only !== backend) continue;
    for (const batch of [1, 32]) {
      const figure = await inFreshPage(browser, url, (page) =>
        page.evaluate(([name, size]) => window.bench.sample(name, size), [backend, batch] as const),
      );
      sample.push(figure);
      console.log(`sample ${backend} · batch ${batch}: ${ms(figure.msPerEvaluation.median)} ms a network evaluation`);
    }
  }
  if (values.only === undefined || values.only === 'wasm') {
    for (const engine of ['ours', 'composed'] as const) {
      const figures = await inFreshPage(browser, url, (page) => page.evaluate((name) => window.bench.profile(name), engine));
      kernels.push(...figures);
      const list = figures.slice(0, shownKernels).map(({ kernel, calls, ms: time }) => `${kernel} ${ms(time)} (${calls})`);
      console.log(`where  wasm · ${engine}: ${list.join(', ')} ms (calls)`);
    }
  }
  if (values.only === undefined || values.only === 'samplers') {
    const timed = await inFreshPage(browser, url, (page) =>
      measureSamplers((asked) => page.evaluate((one) => window.bench.walk(one), asked)),
    );
    samplers.push(...timed);
    for (const line of evaluationsNeeded()) console.log(`near   ${line}`);
  }
  await server.close();
}

if (values.only === undefined || values.only === 'site') {
  if (!existsSync(`${root}dist/index.html`)) throw new Error('Build the site first: npm run build');
  const server = await preview({ root, preview: { port: 0 }, logLevel: 'error' });
  const url = (server.resolvedUrls?.local[0] ?? '').replace(/\/$/, '');
  site = await measureSite(browser, url, `${root}dist`);
  await server.close();
  console.log(`page   longest task during 50 training steps: ${ms(site.longestTaskMs)} ms (50 means none that long)`);
  console.log(
    `bytes  JavaScript before the first figure moves ${(site.bytes.firstFigureJsGz / 1000).toFixed(0)} kB gzipped, in all ${(site.bytes.totalJsGz / 1000).toFixed(0)} kB`,
  );
}

const figures: Figures = {
  date: new Date().toISOString(),
  browser: browser.version(),
  cores: cpus().length,
  train,
  sample,
  kernels,
  samplers,
  ...site,
};
await browser.close();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
