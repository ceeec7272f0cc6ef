/** The browser engines that `npm run test:browsers` knows how to start on a page. The page tells its result by itself, so no driver is needed. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './findBrowser';

export interface BrowserEngine {
  readonly name: string;
  /** What to install, where it is not found. */
  readonly wanted: string;
  /** How to open an address; null where the engine is not installed. @param profile an empty folder */
  command(url: string, profile: string): Command | null;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** @param exists whether there is a file of that name */
export const browserEngines = (exists: (path: string) => boolean = existsSync): readonly BrowserEngine[] => [
  {
    name: 'Chromium',
    wanted: 'a Chrome or Chromium, or CHROME_PATH',
    command: (url, profile) => {
      try {
        const { executablePath, args, env } = findBrowser();
        return { program: executablePath, args: ['--headless=new', `--user-data-dir=${profile}`, ...args, url], env };
      } catch {
        return null;
      }
    },
  },
  {
    name: 'Firefox',
    wanted: 'firefox or Debian’s firefox-esr, or FIREFOX_PATH',
    command: (url, profile) => {
      const program = installed(exists, process.env['FIREFOX_PATH'], '/usr/bin/firefox-esr', '/usr/bin/firefox', ...firefoxApps);
      if (program === null) return null;
      writeFileSync(join(profile, 'user.js'), quietFirefox.map((line) => `user_pref(${line});\n`).join(''));
      return { program, args: ['--headless', '--no-remote', '--profile', profile, url], env: {} };
    },
  },
  {
    name: 'WebKit',
    wanted: 'Debian’s webkit2gtk-driver (which has a MiniBrowser) and xvfb',
    command: (url) => {
      const program = installed(exists, '/usr/bin/xvfb-run');
      const browser = installed(exists, process.env['WEBKIT_PATH'], ...miniBrowsers);
      if (program === null || browser === null) return null;
      // WebKit's sandbox refuses to start as root.
      const env: Command['env'] = process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {};
      return { program, args: ['-a', browser, url], env };
    },
  },
];

const firefoxApps = ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'];
const miniBrowsers = ['4.1', '4.0', '6.0'].flatMap((version) =>
  ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`),
);
/** A fresh profile that asks nothing and talks to nobody but the page. */
const quietFirefox = [
  '"browser.shell.checkDefaultBrowser", false',
  '"browser.aboutwelcome.enabled", false',
  '"app.update.auto", false',
  '"datareporting.policy.dataSubmissionEnabled", false',
  '"toolkit.telemetry.reportingpolicy.firstRun", false',
  '"network.captive-portal-service.enabled", false',
  '"network.connectivity-service.enabled", false',
];

function installed(exists: (path: string) => boolean, ...paths: readonly (string | undefined)[]): string | null {
  return paths.find((path) => path !== undefined && exists(path)) ?? null;
}

export function freshProfile(): string {
  return mkdtempSync(join(tmpdir(), 'browser-profile-'));
}
