/** End-to-end tests: the built site in dist/, in the browser that findBrowser finds. One page at a time, and no second tries. */
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/findBrowser';

/** Beside the ports of `npm run dev` and `npm run preview`, so that a running notebook does not stand in the way. */
const port = Number(process.env['E2E_PORT'] ?? 4317);
const { executablePath, args, env } = findBrowser();

export default defineConfig({
  testDir: 'test/lessons',
  testMatch: '*.e2e.ts',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  use: {
    baseURL: `http://localhost:${port}`,
    launchOptions: { executablePath, args: [...args], env },
    screenshot: 'only-on-failure',
    trace: 'off',
  },
  webServer: {
    command: `npx vite preview --port ${port} --strictPort`,
    url: `http://localhost:${port}`,
    reuseExistingServer: false,
  },
});
