import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { findBrowser, thisMachine, type FoundBrowser, type Machine } from '../../scripts/findBrowser';

const playwrightPath = '/home/reader/.cache/ms-playwright/chromium-1/chrome';

/** A machine with only these files, and no npm package for it unless it is Linux on x64. */
function machine(changes: Partial<Machine>, files: readonly string[] = []): Machine {
  return {
    env: { PATH: '/usr/local/bin:/usr/bin' },
    platform: 'linux',
    arch: 'x64',
    isRoot: false,
    exists: (path) => files.includes(path),
    playwrightPath: () => playwrightPath,
    unpack: () => '/site/node_modules/.cache/chromium-1',
    ...changes,
  };
}

test('CHROME_PATH wins over everything else', () => {
  const found = findBrowser(machine({ env: { CHROME_PATH: '/opt/mine' } }, ['/opt/mine', playwrightPath, '/usr/bin/chromium']));
  expect(found).toMatchObject({ source: 'CHROME_PATH', executablePath: '/opt/mine' });
});

test('a CHROME_PATH that leads nowhere is said, not passed over', () => {
  expect(() => findBrowser(machine({ env: { CHROME_PATH: '/opt/mine' } }, ['/usr/bin/chromium']))).toThrow(
    /CHROME_PATH is \/opt\/mine/,
  );
});

test('an empty CHROME_PATH counts as none', () => {
  expect(findBrowser(machine({ env: { CHROME_PATH: '', PATH: '/usr/bin' } }, ['/usr/bin/chromium'])).source).toBe('installed');
});

test("Playwright's own browser comes before an installed one", () => {
  expect(findBrowser(machine({}, [playwrightPath, '/usr/bin/chromium'])).executablePath).toBe(playwrightPath);
});

test.each<[string, Partial<Machine>, string]>([
  ['Chromium of Debian', {}, '/usr/bin/chromium'],
  ['Chrome for Linux', {}, '/opt/google/chrome/chrome'],
  ['Chromium as a snap', {}, '/snap/bin/chromium'],
  ['a browser on the PATH', { env: { PATH: '/nix/bin' } }, '/nix/bin/google-chrome'],
  ['Chrome for macOS', { platform: 'darwin' }, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  [
    "Chrome in the user's folder on macOS",
    { platform: 'darwin', env: { HOME: '/Users/me' } },
    '/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  [
    'Chrome for Windows',
    { platform: 'win32', env: { PROGRAMFILES: 'C:\\Program Files' } },
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  [
    'Edge, which every Windows has',
    { platform: 'win32', env: { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' } },
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
])('%s is found', (_, changes, path) => {
  expect(findBrowser(machine(changes, [path]))).toMatchObject({ source: 'installed', executablePath: path });
});

test('on Linux x64 without any browser, the one in the npm package serves, with its own libraries and fonts', () => {
  const found = findBrowser(machine({ env: { LD_LIBRARY_PATH: '/mine' } }));
  expect(found.source).toMatch(/npm/);
  expect(found.executablePath).toBe('/site/node_modules/.cache/chromium-1/chromium');
  expect(found.env).toEqual({
    LD_LIBRARY_PATH: '/site/node_modules/.cache/chromium-1/al2023/lib:/mine',
    FONTCONFIG_PATH: '/site/node_modules/.cache/chromium-1/fonts',
  });
});

test("the system's own fonts are preferred", () => {
  expect(findBrowser(machine({}, ['/etc/fonts/fonts.conf'])).env['FONTCONFIG_PATH']).toBeUndefined();
});

test.each<[NodeJS.Platform, string]>([
  ['linux', 'arm64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
])('on %s %s without any browser, one sentence says what to install', (platform, arch) => {
  expect(() => findBrowser(machine({ platform, arch }))).toThrow(/^No Chrome or Chromium was found: install .*\.$/);
});

test('only root goes without the sandbox', () => {
  const files = ['/usr/bin/chromium'];
  expect(findBrowser(machine({ isRoot: true }, files)).args).toContain('--no-sandbox');
  expect(findBrowser(machine({}, files)).args).not.toContain('--no-sandbox');
});

test('the browser that is found here starts and has WebGL 2 with float buffers', { timeout: 30_000 }, async () => {
  expect(await floatWebGl(findBrowser())).toBe(true);
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the browser of the npm package starts and has WebGL 2 with float buffers',
  { timeout: 60_000 },
  async () => {
    const bare: Machine = {
      ...thisMachine,
      env: { PATH: '' },
      exists: (path) => path.includes('node_modules') && existsSync(path),
    };
    const found = findBrowser({ ...bare, playwrightPath: () => '' });
    expect(found.executablePath).toContain('node_modules/.cache/chromium-');
    expect(await floatWebGl(found)).toBe(true);
  },
);

async function floatWebGl({ executablePath, args, env }: FoundBrowser): Promise<boolean> {
  const browser = await chromium.launch({ executablePath, args: [...args], env });
  try {
    const page = await browser.newPage();
    return await page.evaluate(() => {
      const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
      return gl !== null && gl.getExtension('EXT_color_buffer_float') !== null;
    });
  } finally {
    await browser.close();
  }
}
