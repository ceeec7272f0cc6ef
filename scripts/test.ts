/**
 * `npm test`: every check there is, one after the other, going on after a failure so that all of them show; the last
 * line is the sum. `npm test -- node browser` runs some parts. A static check counts as one test.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernels } from './compileKernels';
import { packData } from './packData';
import { addCounts, countPlaywright, countStatic, countVitest, type Counts } from './testCounts';

interface Part {
  readonly name: string;
  /** Shown above its output. */
  readonly title: string;
  readonly command: readonly string[];
  /** Where the command writes its report and how to count it; without one, the part is a single test. */
  readonly report?: { readonly env: (file: string) => Record<string, string>; readonly count: typeof countVitest };
  /** A part that has to succeed before this one means anything. */
  readonly needs?: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'test-reports-'));
const reportFile = (name: string): string => join(reports, `${name}.json`);

const vitest = (project: string): readonly string[] => [
  ...['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'],
  `--outputFile.json=${reportFile(project)}`,
];

const parts: readonly Part[] = [
  { name: 'format', title: 'Formatting', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'lint', title: 'Lint', command: ['eslint', '--max-warnings=0', '.'] },
  { name: 'check', title: 'Types', command: ['svelte-check', '--fail-on-warnings', '--output=human'] },
  { name: 'knip', title: 'Dead code', command: ['knip'] },
  { name: 'node', title: 'Unit and numerics', command: vitest('node'), report: { env: () => ({}), count: countVitest } },
  { name: 'browser', title: 'In a browser', command: vitest('browser'), report: { env: () => ({}), count: countVitest } },
  { name: 'build', title: 'Build', command: ['vite', 'build', '--logLevel=warn'] },
  {
    name: 'e2e',
    title: 'The built site',
    command: ['playwright', 'test', '--reporter=list,json'],
    report: { env: (file) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: file }), count: countPlaywright },
    needs: 'build',
  },
];

const chosen = choose(process.argv.slice(2));
const failedParts = new Set<string>();
let counts: Counts = { passed: 0, failed: 0 };

console.log('Packing the data, compiling the kernels and preparing types');
packData();
await compileKernels();
await run(['svelte-kit', 'sync']);

for (const part of chosen) {
  console.log(`\n=== ${part.title} (npm test -- ${part.name})`);
  const result = await runPart(part);
  if (result.failed > 0) failedParts.add(part.name);
  console.log(`--- ${part.title}: ${result.passed} passed, ${result.failed} failed`);
  counts = addCounts(counts, result);
}

rmSync(reports, { recursive: true });
if (failedParts.size > 0) console.log(`\nFailed: ${[...failedParts].join(', ')}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);

/** The parts of these names, in their own order, with what they need. */
function choose(names: readonly string[]): readonly Part[] {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) {
    console.error(`There is no part "${unknown}"; the parts are ${parts.map((part) => part.name).join(', ')}.`);
    process.exit(1);
  }
  if (names.length === 0) return parts;
  const wanted = new Set(parts.flatMap((part) => (names.includes(part.name) ? [part.name, part.needs] : [])));
  return parts.filter((part) => wanted.has(part.name));
}

async function runPart(part: Part): Promise<Counts> {
  if (part.needs !== undefined && failedParts.has(part.needs)) {
    console.log(`Not run, because "${part.needs}" failed.`);
    return { passed: 0, failed: 1 };
  }
  const file = reportFile(part.name);
  const exitCode = await run(part.command, part.report?.env(file));
  return part.report ? part.report.count(file, exitCode) : countStatic(exitCode);
}

/** Runs an installed command, its output going where ours goes. Resolves with its exit code. */
function run([command = '', ...args]: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32', // commands are .cmd files there
      env: { ...process.env, ...env, PATH: path },
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
