import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countPlaywright, countStatic, countVitest } from '../../scripts/testCounts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counts-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function report(content: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('a static check is one test', () => {
  expect(countStatic(0)).toEqual({ passed: 1, failed: 0 });
  expect(countStatic(2)).toEqual({ passed: 0, failed: 1 });
});

test('Vitest is counted by its report', () => {
  expect(countVitest(report({ numPassedTests: 7, numFailedTests: 0 }), 0)).toEqual({ passed: 7, failed: 0 });
  expect(countVitest(report({ numPassedTests: 7, numFailedTests: 2 }), 1)).toEqual({ passed: 7, failed: 2 });
});

test('Playwright is counted by its report, a flaky test as a failed one', () => {
  const file = report({ stats: { expected: 5, unexpected: 1, flaky: 2, skipped: 0 } });
  expect(countPlaywright(file, 1)).toEqual({ passed: 5, failed: 3 });
});

test('an error outside any test is a failure', () => {
  expect(countVitest(report({ numPassedTests: 7, numFailedTests: 0 }), 1)).toEqual({ passed: 7, failed: 1 });
  expect(countPlaywright(report({ stats: { expected: 5, unexpected: 0, flaky: 0 } }), 1)).toEqual({ passed: 5, failed: 1 });
});

test('no tests, an empty report and a missing one are failures', () => {
  expect(countVitest(report({ numPassedTests: 0, numFailedTests: 0 }), 0)).toEqual({ passed: 0, failed: 1 });
  expect(countPlaywright(report({}), 0)).toEqual({ passed: 0, failed: 1 });
  expect(countVitest(join(folder, 'nothing.json'), 0)).toEqual({ passed: 0, failed: 1 });
});
