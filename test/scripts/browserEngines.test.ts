import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { browserEngines, freshProfile } from '../../scripts/browserEngines';

const url = 'http://localhost:1/page.html';
const others = (exists: (path: string) => boolean) => browserEngines(exists).filter(({ name }) => name !== 'Chromium');

test('an engine that is not installed has no command, and a sentence on what to install', () => {
  for (const engine of others(() => false)) {
    expect(engine.command(url, '/nowhere')).toBeNull();
    expect(engine.wanted).toMatch(/Debian’s/);
  }
  // A MiniBrowser without a display to draw on is no use.
  const [, webkit] = others((path) => path !== '/usr/bin/xvfb-run');
  expect(webkit?.command(url, '/nowhere')).toBeNull();
});

test('an installed one opens the page', () => {
  const profile = freshProfile();
  const commands = others(() => true).map((engine) => engine.command(url, profile));
  expect(commands.map((command) => command?.program)).toEqual([expect.stringMatching(/firefox/), '/usr/bin/xvfb-run']);
  for (const command of commands) expect(command?.args.at(-1)).toBe(url);
  rmSync(profile, { recursive: true });
});
