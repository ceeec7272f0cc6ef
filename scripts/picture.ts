/**
 * `npm run picture`: the README's photograph. Opens the built site, presses Train in lesson 2, waits until digits can be
 * recognised and photographs the figure at work.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { findBrowser } from './findBrowser';

const root = fileURLToPath(new URL('..', import.meta.url));
const stepsBefore = 260;
const patienceMs = 600_000;

if (!existsSync(`${root}dist/index.html`)) execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' });
mkdirSync(`${root}docs`, { recursive: true });
const server = await preview({ root, preview: { port: 0, open: false } });
const { executablePath, args, env } = findBrowser();
const browser = await chromium.launch({ executablePath, args: [...args], env });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1010 }, colorScheme: 'light' });
  await page.goto(`${server.resolvedUrls?.local[0] ?? ''}train/?backend=wasm`);
  await page.getByRole('button', { name: '▶ Train', exact: true }).click();
  await page.waitForFunction(
    (wanted) =>
      Number(/step ([\d,]+)/.exec(document.querySelector('#contents .status')?.textContent ?? '')?.[1]?.replace(',', '') ?? 0) >=
      wanted,
    stepsBefore,
    { timeout: patienceMs, polling: 250 },
  );
  await page.screenshot({ path: `${root}docs/lesson2.png` });
  console.log('docs/lesson2.png');
} finally {
  await browser.close();
  await server.close();
}
