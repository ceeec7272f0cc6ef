/** Jobs in pages of their own, taking turns: what is compared runs in the same minutes, whatever else the machine is doing. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { createServer } from 'vite';
import { timesOf, type KernelFigure, type SampleFigure, type TrainFigure } from './figures';
import type { JobRequest, JobStart } from './inPage';
import type { TimedWalk, WalkRequest } from './walk';

const root = fileURLToPath(new URL('..', import.meta.url));
const patienceMs = 60_000;

/** Anything that can be done again and again, and says how long it took. */
export interface Runner {
  times(count: number): Promise<readonly number[]>;
}

/** Steps and evaluations in one turn, and turns. */
export interface Turns {
  readonly rounds: number;
  readonly steps: number;
  readonly evaluations: number;
}

export interface BenchPages {
  /** All jobs in turns, and whatever else should be timed in the same minutes; the guests' times are theirs to keep. */
  takeTurns(jobs: readonly JobRequest[], turns: Turns, guests?: readonly Runner[]): Promise<TurnFigures>;
  profile(engine: KernelFigure['engine']): Promise<readonly KernelFigure[]>;
  /** Lends a page that walks from noise to pictures. */
  walks<T>(measure: (timeWalk: (request: WalkRequest) => Promise<TimedWalk>) => Promise<T>): Promise<T>;
  /** Whether anybody but the processor computes for WebGPU. */
  hasRealAdapter(): Promise<boolean>;
  close(): Promise<void>;
}

export interface TurnFigures {
  readonly train: readonly TrainFigure[];
  readonly sample: readonly SampleFigure[];
}

interface OpenJob {
  readonly request: JobRequest;
  readonly start: JobStart;
  readonly page: Page;
  readonly times: number[];
}

/** Serves the bench's own pages. */
export async function serveBench(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    publicDir: `${root}public`,
    server: { port: 0, fs: { allow: [root] } },
    logLevel: 'error',
  });
  await server.listen();
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

export async function openBenchPages(browser: Browser): Promise<BenchPages> {
  const server = await serveBench();
  const url = `${server.url}page.html`;

  const freshPage = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'bench' in window, undefined, { timeout: patienceMs });
    return page;
  };
  const open = async (request: JobRequest): Promise<OpenJob> => {
    const page = await freshPage();
    return { request, page, start: await page.evaluate((asked) => window.bench.open(asked), request), times: [] };
  };

  return {
    async takeTurns(requests, { rounds, steps, evaluations }, guests = []) {
      const jobs: OpenJob[] = [];
      for (const request of requests) jobs.push(await open(request));
      const able = jobs.filter(({ start }) => start.firstMs !== null);
      for (let round = 0; round < rounds; round += 1) {
        for (const { request, page, times } of able) {
          const count = request.kind === 'train' ? steps : evaluations;
          await page.bringToFront(); // timers of a page behind another are slowed, and reading from WebGL waits for timers
          times.push(...(await page.evaluate((asked) => window.bench.times(asked), count)));
        }
        for (const guest of guests) await guest.times(steps);
      }
      const train: TrainFigure[] = [];
      const sample: SampleFigure[] = [];
      for (const job of jobs) {
        const tensorsAfter = job.start.firstMs === null ? 0 : await job.page.evaluate(() => window.bench.tensors());
        const launches = job.start.firstMs === null ? null : await job.page.evaluate(() => window.bench.launches());
        if (job.request.kind === 'train') train.push(trainFigure(job, tensorsAfter, launches));
        else sample.push(sampleFigure(job));
        await job.page.context().close();
      }
      return { train, sample };
    },
    async profile(engine) {
      const page = await freshPage();
      const figures = await page.evaluate((name) => window.bench.profile(name), engine);
      await page.context().close();
      return figures;
    },
    async walks(measure) {
      const page = await freshPage();
      const found = await measure((asked) => page.evaluate((one) => window.bench.walk(one), asked));
      await page.context().close();
      return found;
    },
    async hasRealAdapter() {
      const page = await freshPage();
      const found = await page.evaluate(() => window.bench.hasRealAdapter());
      await page.context().close();
      return found;
    },
    close: () => server.close(),
  };
}

function shared({ request, start }: OpenJob): Omit<SampleFigure, 'evaluations' | 'msPerEvaluation' | 'firstEvaluationMs'> {
  const { backend, engine, recipe } = request;
  const { renderer, build, batch, why } = start;
  const relaxedSimd = build === null ? null : build === 'relaxedSimd';
  return { backend, engine, recipe, renderer, relaxedSimd, batch, ...(why === undefined ? {} : { why }) };
}

function trainFigure(job: OpenJob, tensorsAfter: number, launches: number | null): TrainFigure {
  const { times, start } = job;
  return {
    ...shared(job),
    replicas: 1,
    steps: times.length,
    msPerStep: times.length > 0 ? timesOf(times) : null,
    firstStepMs: start.firstMs,
    launches,
    tensorsBefore: start.tensors,
    tensorsAfter,
  };
}

function sampleFigure(job: OpenJob): SampleFigure {
  const { times, start } = job;
  return {
    ...shared(job),
    evaluations: times.length,
    msPerEvaluation: times.length > 0 ? timesOf(times) : null,
    firstEvaluationMs: start.firstMs,
  };
}
