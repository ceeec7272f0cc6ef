/**
 * Two projects: `node` for everything that needs no browser, `browser` for components, the worker and WebGL, in a real
 * Chromium. `npx vitest run --project node test/diffusion` runs a part.
 */
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser } from './scripts/findBrowser.ts';

const inRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const browserTests = 'test/**/*.browser.test.ts';

/** Limits that only a hung test meets: a slow or busy machine is no failure. */
const patience = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: { $lib: inRoot('src'), $lessons: inRoot('lessons') } },
        test: {
          name: 'node',
          ...patience,
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [browserTests],
          globalSetup: ['test/data/packedData.ts'],
        },
      },
      {
        plugins: [sveltekit()],
        // Listed, because a dependency that Vite meets in the middle of a test makes it reload the page.
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-backend-webgl',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-cpu',
            'd3',
            'idb',
            'katex',
            'vitest-browser-svelte',
          ],
        },
        worker: { format: 'es' },
        test: {
          name: 'browser',
          ...patience,
          include: [browserTests],
          globalSetup: ['test/data/packedData.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              // Looked up when the browser starts, so that the node project needs none.
              get launchOptions() {
                const { executablePath, args, env } = findBrowser();
                return { executablePath, args: [...args], env };
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
