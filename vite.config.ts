import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { highlightedSource } from './scripts/highlightedSource.ts';

const tfjs = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-wasm',
];

export default defineConfig({
  plugins: [highlightedSource(), sveltekit()],
  // tfjs is reached through a worker only, where Vite's scanner finds it late and would reload the page.
  optimizeDeps: { include: tfjs },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
  server: { port: 5173 },
  preview: { port: 4173 },
});
