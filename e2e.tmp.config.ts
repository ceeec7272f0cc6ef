import { defineConfig } from '@playwright/test';
import base from './playwright.config';
export default defineConfig({ ...base, timeout: 240_000, expect: { timeout: 60_000 }, outputDir: '/var/tmp/l9-results', use: { ...base.use, baseURL: 'http://localhost:5409' }, webServer: { command: 'npx vite dev --port 5409', url: 'http://localhost:5409/unclip/', reuseExistingServer: true, timeout: 240_000 } });
