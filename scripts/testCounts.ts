/**
 * How many tests passed and failed, from the reports of the test runners. A runner that exits with an error although its
 * report shows no failed test (a file that could not be read, an error outside any test, no tests at all) counts as one
 * failure, and so does a missing report: silence is never a pass.
 */
import { existsSync, readFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

/** A check that passes or fails as a whole. */
export function countStatic(exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Reads the file that `--reporter=json` of Vitest wrote. */
export function countVitest(file: string, exitCode: number): Counts {
  const report = readReport(file);
  return honest(numberAt(report, 'numPassedTests'), numberAt(report, 'numFailedTests'), exitCode);
}

/** Reads the file that the json reporter of Playwright wrote. A test that passed only when repeated has failed. */
export function countPlaywright(file: string, exitCode: number): Counts {
  const stats = readReport(file)['stats'];
  const record = isRecord(stats) ? stats : {};
  return honest(numberAt(record, 'expected'), numberAt(record, 'unexpected') + numberAt(record, 'flaky'), exitCode);
}

function honest(passed: number, failed: number, exitCode: number): Counts {
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}

function readReport(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {};
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isRecord(parsed) ? parsed : {};
}

function numberAt(record: Readonly<Record<string, unknown>>, key: string): number {
  const value = record[key];
  return typeof value === 'number' ? value : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
