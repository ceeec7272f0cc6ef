/**
 * `npm run test:browsers`: trains the run of test/support/sameRun.ts in every browser engine that is installed, and compares its
 * fingerprint with the one that Node and the default tests come to. An engine that is missing is skipped, with a sentence.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview, type Connect, type InlineConfig, type Plugin } from 'vite';
import { sameRun } from '../test/support/sameRun';
import { browserEngines, freshProfile, type BrowserEngine, type Command } from './browserEngines';
import { compileKernels } from './compileKernels';
import { packData } from './packData';

const patienceMs = 180_000;

interface Result {
  readonly fingerprint?: string;
  readonly failure?: string;
  readonly isStrict?: boolean;
  readonly msPerStep?: number;
  readonly userAgent?: string;
}

let hear: (result: Result) => void = () => undefined;

/** Pages post what they found out to /result. */
const listener: Plugin = {
  name: 'results',
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use('/result', takeResult);
  },
};

const takeResult: Connect.NextHandleFunction = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    response.end();
    hear(JSON.parse(Buffer.concat(parts).toString()) as Result); // our own page wrote it: test/browsers/inPage.ts
  });
};

packData();
await compileKernels();
const root = fileURLToPath(new URL('../test/browsers/', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'browsers-'));
const site: InlineConfig = {
  root,
  configFile: false,
  publicDir: fileURLToPath(new URL('../public', import.meta.url)),
  logLevel: 'warn',
  worker: { format: 'es' },
  plugins: [listener],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 3000,
    rollupOptions: { input: `${root}page.html` },
  },
  preview: { port: 4327 },
};
await build(site);
const server = await preview(site);
const url = `${server.resolvedUrls?.local[0] ?? ''}page.html`;

const outcomes: boolean[] = [];
const engines = browserEngines();
for (const engine of engines) {
  const passed = await check(engine);
  if (passed !== null) outcomes.push(passed);
}
await server.close();
rmSync(outDir, { recursive: true });
const failed = outcomes.filter((passed) => !passed).length;
console.log(`${outcomes.length - failed} passed, ${failed} failed, ${engines.length - outcomes.length} skipped`);
process.exit(failed > 0 ? 1 : 0);

/** @returns null when skipped */
async function check(engine: BrowserEngine): Promise<boolean | null> {
  const profile = freshProfile();
  try {
    const command = engine.command(url, profile);
    if (command === null) {
      console.log(`${engine.name}: skipped, because it is not installed here (${engine.wanted}).`);
      return null;
    }
    const result = await resultOf(command);
    const passed = result.fingerprint === sameRun.fingerprint && result.isStrict === true;
    const found = result.failure ?? `${result.fingerprint ?? 'no fingerprint'}, ${result.msPerStep ?? NaN} ms a step`;
    console.log(
      `${engine.name}: ${passed ? 'the same run' : `NOT ${sameRun.fingerprint}`} (${found})\n  ${result.userAgent ?? ''}`,
    );
    return passed;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Starts a browser in a process group of its own, and ends that with all that it has started. */
async function resultOf({ program, args, env }: Command): Promise<Result> {
  const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } });
  const ended = once(child, 'close').catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve) => {
      hear = resolve;
      child.on('error', (error) => resolve({ failure: error.message }));
      child.on('close', (code) => resolve({ failure: `it ended before it had told anything (exit code ${String(code)})` }));
      timer = setTimeout(() => resolve({ failure: 'no answer' }), patienceMs);
    });
  } finally {
    clearTimeout(timer);
    endGroup(child.pid);
    await ended; // before its profile is deleted
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
