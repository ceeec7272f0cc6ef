/** PyTorch's time for the same training step: a Python beside the bench that takes turns with the pages, if there is one with PyTorch. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { recipes } from '../src/training/recipes';
import { timesOf, type PytorchFigure } from './figures';
import type { Runner } from './inBrowser';
import { writeReference } from './reference';

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
/** Named by the reader, the first on the path, Debian's own. */
const candidates = [process.env['PYTHON'], 'python3', '/usr/bin/python3'];
const threads = 1;
/** Largest difference at which two networks of 32-bit floats still compute the same function. */
const tolerance = 1e-4;
/** Below this a thread's BLAS is the plain reference one, and Muon's products take half of the step. */
const slowGflops = 10;

export interface Pytorch extends Runner {
  figure(): PytorchFigure;
  close(): void;
}

/** @returns null, with a sentence in the log, where there is no PyTorch or its network comes to other results than ours */
export async function startPytorch(): Promise<Pytorch | null> {
  const python = candidates.find((name) => name !== undefined && spawnSync(name, ['-c', 'import torch']).status === 0);
  if (python === undefined) {
    console.log('pytorch: none here (apt-get install python3-torch libopenblas0, or name a Python that has it in PYTHON)');
    return null;
  }
  const weights = inRoot('public/weights/quick.safetensors');
  const folder = mkdtempSync(join(tmpdir(), 'reference-'));
  const reference = join(folder, 'reference.safetensors');
  await writeReference(weights, reference);
  const script = [inRoot('bench/pytorchStep.py'), weights, reference, inRoot('public/mnist/train-0.bin'), String(threads)];
  const child = spawn(python, script, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('The PyTorch script ended early; what it said stands above.');
    return JSON.parse(String(value));
  };

  const head = parseHead(await next());
  rmSync(folder, { recursive: true });
  const furthest = Math.max(...Object.values(head.agreement));
  console.log(
    `pytorch: ${head.version}, ${head.threads} thread, ${head.layout}; its results lie within ${furthest.toExponential(1)} of ours`,
  );
  if (!(furthest <= tolerance)) {
    console.log(`pytorch: not timed, since it computes something else: ${JSON.stringify(head.agreement)}`);
    child.stdin.end();
    return null;
  }
  if (head.matmulGflops < slowGflops) {
    console.log('pytorch: its matrix products are slow here, which flatters us; apt-get install libopenblas0 makes them fast');
  }
  const times: number[] = [];
  return {
    async times(count) {
      child.stdin.write(`${count}\n`);
      const taken = parseTimes(await next());
      times.push(...taken);
      return taken;
    },
    figure: () => ({ ...head, batch: recipes.quick.batchSize, steps: times.length, msPerStep: timesOf(times) }),
    close: () => child.stdin.end(),
  };
}

type Head = Pick<PytorchFigure, 'version' | 'threads' | 'layout' | 'matmulGflops' | 'agreement'>;

/** @throws when the script has said something else */
function parseHead(value: unknown): Head {
  const entries = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const agreement: unknown = entries.get('agreement');
  if (typeof agreement !== 'object' || agreement === null) throw new Error(`The PyTorch script said ${JSON.stringify(value)}.`);
  const differences = Object.entries(agreement).map(([name, difference]) => [name, Number(difference)] as const);
  return {
    version: String(entries.get('version')),
    threads: Number(entries.get('threads')),
    layout: String(entries.get('layout')),
    matmulGflops: Number(entries.get('matmulGflops')),
    agreement: Object.fromEntries(differences),
  };
}

function parseTimes(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new Error(`The PyTorch script said ${JSON.stringify(value)} instead of its times.`);
  return (value as unknown[]).map(Number);
}
