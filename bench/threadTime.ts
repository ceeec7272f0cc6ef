/** Processor time of the browser's worker threads: unlike wall clock it says little of what else the machine is doing. Linux only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const proc = '/proc';
const nsPerMs = 1e6;
const workerThread = 'DedicatedWorker'; // how Chromium's begin; Linux cuts names short

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
}

function list(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

/** Processes that descend from this one. */
function descendants(): readonly string[] {
  const processes = list(proc).filter((name) => /^\d+$/.test(name));
  const parents = processes.map(
    (id) =>
      [
        id,
        read(`${proc}/${id}/stat`)
          .replace(/.*\) \S /s, '')
          .split(' ')[0],
      ] as const,
  );
  const found = [String(process.pid)];
  for (const id of found) found.push(...parents.filter(([, parent]) => parent === id).map(([child]) => child));
  return found.slice(1);
}

/** @returns a clock with the milliseconds that each worker has computed so far, oldest worker first */
export function workerClock(): () => readonly number[] {
  const threads = descendants()
    .flatMap((id) => list(`${proc}/${id}/task`).map((thread) => ({ thread, path: `${proc}/${id}/task/${thread}` })))
    .filter(({ path }) => read(`${path}/comm`).startsWith(workerThread))
    .sort((a, b) => Number(a.thread) - Number(b.thread));
  return () => threads.map(({ path }) => Number(read(`${path}/schedstat`).split(' ')[0]) / nsPerMs);
}
