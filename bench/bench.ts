/**
 * `npm run bench [-- --json FILE] [--only PART,PART] [--rounds N] [--renderer mesa]`, where a part is wasm, webgl, webgpu, pytorch,
 * samplers, replicas, site, mark, quality or leak: training and sampling by backend, ours beside stock tfjs and PyTorch on the same
 * machine in the same minutes, what each sampler costs, whether two workers would train faster than one, what the built site costs its
 * reader, how good the digits are and when, and whether tensors are lost. At the end: the ratios that all this is for.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright';
import { preview } from 'vite';
import { compileKernels } from '../scripts/compileKernels';
import { findBrowser } from '../scripts/findBrowser';
import { packData } from '../scripts/packData';
import { recipes } from '../src/training/recipes';
import { aimsOf } from './aims';
import type {
  Backend,
  Figures,
  KernelFigure,
  LeakFigure,
  MarkFigure,
  PytorchFigure,
  SampleFigure,
  SamplerFigure,
  TrainFigure,
} from './figures';
import { openBenchPages, type TurnFigures, type Turns } from './inBrowser';
import type { JobRequest } from './inPage';
import { leakCheck, openNodeEngine } from './leak';
import { markWords, measureMark } from './mark';
import { printAims, printKernels, printPytorch, printReplicas, printSite, printTurns } from './print';
import { startPytorch } from './pytorch';
import { readQuality } from './quality';
import { measureReplicas } from './replicas';
import { evaluationsEnough, evaluationsNeeded, measureSamplers } from './samplers';
import { measureSite, type SiteFigures } from './site';

const parts = ['wasm', 'webgl', 'webgpu', 'pytorch', 'samplers', 'replicas', 'site', 'mark', 'quality', 'leak'] as const;
type Part = (typeof parts)[number];

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, rounds: { type: 'string' }, renderer: { type: 'string' } },
});
const asked = values.only?.split(',');
const unknown = asked?.find((name) => !parts.some((part) => part === name));
if (unknown !== undefined) throw new Error(`There is no part “${unknown}”; the parts are ${parts.join(', ')}.`);
if (values.renderer !== undefined && values.renderer !== 'mesa') throw new Error('The renderer is SwiftShader, or “mesa”.');
const isAsked = (part: Part): boolean => asked === undefined || asked.includes(part);

/** Software WebGL takes seconds a step. */
const turns: Readonly<Record<Backend, Turns>> = {
  wasm: { rounds: Number(values.rounds ?? 6), steps: 4, evaluations: 4 },
  webgl: { rounds: Number(values.rounds ?? 3), steps: 1, evaluations: 1 },
  webgpu: { rounds: Number(values.rounds ?? 3), steps: 1, evaluations: 1 },
};
/** More than of the others: both cores must happen to be free. */
const replicaRounds = Number(values.rounds ?? 20);
const leakPlan = { steps: 2000, pauses: 20, samplings: 20, resets: 5 };
const sampledAtOnce = [1, 32] as const;

const wasmTraining: readonly JobRequest[] = [
  { kind: 'train', backend: 'wasm', engine: 'ours', recipe: 'quick' },
  { kind: 'train', backend: 'wasm', engine: 'ours', recipe: 'quick', build: 'simd' },
  { kind: 'train', backend: 'wasm', engine: 'composed', recipe: 'quick' },
  { kind: 'train', backend: 'wasm', engine: 'ours', recipe: 'textbook' },
  { kind: 'train', backend: 'wasm', engine: 'stock', recipe: 'quick' },
];
const webglTraining: readonly JobRequest[] = [
  { kind: 'train', backend: 'webgl', engine: 'ours', recipe: 'quick' },
  { kind: 'train', backend: 'webgl', engine: 'composed', recipe: 'quick' },
  { kind: 'train', backend: 'webgl', engine: 'stock', recipe: 'quick' },
];
const webgpuTraining: readonly JobRequest[] = [{ kind: 'train', backend: 'webgpu', engine: 'ours', recipe: 'quick' }];

// The ports of the engine in this process do not keep Node awake; this does, until the work is done.
const awake = setInterval(() => undefined, 60_000);
packData();
await compileKernels();
const train: TrainFigure[] = [];
const sample: SampleFigure[] = [];
const kernels: KernelFigure[] = [];

const browser = await openBrowser();
const pytorch = (['wasm', 'webgl', 'webgpu', 'pytorch'] as const).some(isAsked) ? await measureSpeed() : null;
const samplers = isAsked('samplers') ? await measureTheSamplers() : [];
const replicas = isAsked('replicas') ? await measureReplicas(browser, replicaRounds) : null;
if (replicas) printReplicas(replicas);
const site = isAsked('site') ? await measureTheSite() : null;
const secondsToMark = isAsked('mark') ? await measureTheMark() : null;
const quality = isAsked('quality') ? readQuality() : null;
const version = browser.version();
await browser.close();
const leak = isAsked('leak') ? await checkForLeaks() : null;

const measured = { train, sample, samplers, pytorch, replicas, leak, quality };
const aims = aimsOf({ ...measured, longestTaskMs: site?.longestTaskMs ?? null, evaluationsEnough: evaluationsEnough() });
printAims(aims);
const figures: Figures = {
  date: new Date().toISOString(),
  browser: version,
  cores: cpus().length,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  train,
  sample,
  kernels,
  samplers,
  pytorch,
  longestTaskMs: site?.longestTaskMs ?? null,
  bytes: site?.bytes ?? null,
  secondsToMark,
  quality: quality?.rows ?? [],
  leak,
  replicas,
  aims,
};
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
clearInterval(awake);

async function openBrowser(): Promise<Browser> {
  const { executablePath, args, env } = findBrowser();
  // Mesa draws in software too, with another compiler; it needs no display this way.
  const renderer = values.renderer === 'mesa' ? ['--use-angle=gl-egl'] : [];
  return chromium.launch({ executablePath, args: [...args, ...renderer], env });
}

async function measureSpeed(): Promise<PytorchFigure | null> {
  const pages = await openBenchPages(browser);
  const guest = isAsked('pytorch') ? await startPytorch() : null;
  if (isAsked('wasm') || guest) {
    const jobs = isAsked('wasm') ? [...wasmTraining, ...sampling('wasm')] : wasmTraining.slice(0, 1);
    take(await pages.takeTurns(jobs, turns.wasm, guest ? [guest] : []));
    guest?.close();
  }
  // One page at a time: with several contexts open, a launch on software WebGL takes many times as long.
  if (isAsked('webgl')) {
    for (const job of [...webglTraining, ...sampling('webgl')]) take(await pages.takeTurns([job], turns.webgl));
  }
  // In software it takes twenty seconds a step, so only who asks for it by name gets it there.
  if (asked?.includes('webgpu') === true || (asked === undefined && (await pages.hasRealAdapter()))) {
    take(await pages.takeTurns(webgpuTraining, turns.webgpu));
  }
  if (isAsked('wasm')) {
    for (const engine of ['ours', 'composed'] as const) {
      const found = await pages.profile(engine);
      kernels.push(...found);
      printKernels(engine, found);
    }
  }
  await pages.close();
  const figure = guest?.figure() ?? null;
  if (figure) printPytorch(figure);
  return figure;
}

function sampling(backend: Backend): readonly JobRequest[] {
  return (['ours', 'stock'] as const).flatMap((engine) =>
    sampledAtOnce.map((batch): JobRequest => ({ kind: 'sample', backend, engine, recipe: 'quick', batch })),
  );
}

/** Keeps the figures and prints them. */
function take(found: TurnFigures): void {
  train.push(...found.train);
  sample.push(...found.sample);
  printTurns(found);
}

async function measureTheSamplers(): Promise<readonly SamplerFigure[]> {
  const pages = await openBenchPages(browser);
  const found = await pages.walks(measureSamplers);
  await pages.close();
  for (const line of evaluationsNeeded()) console.log(`near   ${line}`);
  return found;
}

async function measureTheSite(): Promise<SiteFigures> {
  const found = await onTheSite((url) => measureSite(browser, url, `${root}dist`));
  printSite(found);
  return found;
}

async function measureTheMark(): Promise<MarkFigure> {
  const found = await onTheSite((url) => measureMark(browser, url));
  console.log(`mark   ${markWords(found)}`);
  return found;
}

async function onTheSite<T>(work: (url: string) => Promise<T>): Promise<T> {
  if (!existsSync(`${root}dist/index.html`)) throw new Error('Build the site first: npm run build');
  const server = await preview({ root, preview: { port: 0 }, logLevel: 'error' });
  const found = await work((server.resolvedUrls?.local[0] ?? '').replace(/\/$/, ''));
  await server.close();
  return found;
}

async function checkForLeaks(): Promise<LeakFigure> {
  const client = await openNodeEngine();
  const startedMs = performance.now();
  const found = await leakCheck(client, recipes.quick, leakPlan, (steps, tensors) => {
    const left = ((performance.now() - startedMs) / steps) * (leakPlan.steps - steps) * 1e-3;
    console.log(`leak   step ${steps} of ${leakPlan.steps}, ${tensors} tensors, about ${Math.max(0, left).toFixed(0)} s left`);
  });
  client.close();
  console.log(`leak   tensors ${found.tensorsBefore} → ${found.tensorsAfter}`);
  return found;
}
