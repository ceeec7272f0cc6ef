/**
 * Photographs of every page, light and dark, as wide as a phone and as a desk:
 * `npm run screenshots -- [FOLDER] [--page NAME] [--reduced-motion]`. The site is built if dist/ is not there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { findBrowser } from './findBrowser';
import { pages } from './pages';

const root = fileURLToPath(new URL('..', import.meta.url));
const widths = [360, 1440] as const;
const themes = ['light', 'dark'] as const;
const windowHeight = 900;
/** For figures that draw themselves after the page has loaded. */
const settleMs = 1500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { page: { type: 'string', multiple: true }, 'reduced-motion': { type: 'boolean', default: false } },
});
const folder = resolve(positionals[0] ?? 'screenshots');
const wanted = values.page;
const chosen = pages.filter((page) => wanted === undefined || wanted.includes(page.name));
if (chosen.length === 0) throw new Error(`No such page; the pages are ${pages.map((page) => page.name).join(', ')}.`);

if (!existsSync(join(root, 'dist', 'index.html'))) execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' });
mkdirSync(folder, { recursive: true });

process.chdir(root); // SvelteKit takes the folder from there
const server = await preview({ preview: { port: 0, open: false } });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address.');
const { executablePath, args, env } = findBrowser();
const browser = await chromium.launch({ executablePath, args: [...args], env });
try {
  for (const { name, path } of chosen) {
    for (const theme of themes) {
      for (const width of widths) {
        const page = await browser.newPage({
          viewport: { width, height: windowHeight },
          colorScheme: theme,
          reducedMotion: values['reduced-motion'] ? 'reduce' : 'no-preference',
        });
        await page.goto(new URL(path, url).href, { waitUntil: 'networkidle' });
        await page.waitForTimeout(settleMs);
        const file = join(folder, `${name}-${theme}-${width}.png`);
        await page.screenshot({ path: file, fullPage: true });
        console.log(file);
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
}
