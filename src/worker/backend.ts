/**
 * Chooses and starts a tfjs backend. WebGL where a real GPU draws it; WASM otherwise, which trains this network in a fraction of
 * the time that a software renderer takes. Each backend is loaded when it is needed and not before.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import type { EngineHost } from './host';
import type { BackendChoice, BackendName, BackendReport } from './protocol';
import { installKernels } from './simdKernels';
import { softwareRenderer, webglRenderer } from './renderer';

export type BackendHost = Pick<EngineHost, 'where' | 'wasmPaths' | 'loadKernels'>;

/** @throws backend/none, when neither the chosen backend nor WASM starts */
export async function startBackend(choice: BackendChoice, host: BackendHost): Promise<BackendReport> {
  const renderer = choice === 'auto' || choice === 'webgl' ? findRenderer(host.where) : null;
  const problems: string[] = [];
  for (const { backend, why } of candidates(choice, renderer)) {
    try {
      await starters[backend](host);
      const excuse = problems.length > 0 ? ' WebGL was there, but would not start.' : '';
      return { backend, renderer: backend === 'webgl' ? renderer : null, why: why + excuse, where: host.where, choice };
    } catch (thrown) {
      problems.push(`${backend}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  throw new AppError(
    'backend/none',
    'This browser can run the network neither on its graphics card nor in WebAssembly, so nothing can be trained here. Reading still works; a current Chrome, Firefox, Safari or Edge will train.',
    problems.join('\n'),
  );
}

interface Candidate {
  readonly backend: BackendName;
  readonly why: string;
}

/** What to try, in order, and what to tell the reader. Exported for its tests. */
export function candidates(choice: BackendChoice, renderer: string | null): readonly Candidate[] {
  if (choice === 'cpu') return [{ backend: 'cpu', why: 'Plain JavaScript, because you asked for it; it is by far the slowest.' }];
  if (choice === 'wasm') return [{ backend: 'wasm', why: 'The processor, through WebAssembly, because you asked for it.' }];
  if (renderer === null) {
    const wanted = choice === 'webgl' ? 'You asked for the graphics card, but this browser' : 'This browser';
    return [{ backend: 'wasm', why: `The processor, through WebAssembly. ${wanted} offers no WebGL 2 that can compute.` }];
  }
  const isSoftware = softwareRenderer(renderer);
  if (choice === 'webgl') {
    const warning = isSoftware ? ' The processor stands in for it here: expect several seconds a step.' : '';
    return [{ backend: 'webgl', why: `The graphics card, through WebGL, because you asked for it.${warning}` }, wasmInstead];
  }
  if (isSoftware) {
    const why = 'The processor, through WebAssembly. WebGL is only imitated in software here, and far slower.';
    return [{ backend: 'wasm', why }];
  }
  return [{ backend: 'webgl', why: 'The graphics card, through WebGL: the fastest that this browser offers.' }, wasmInstead];
}

const wasmInstead: Candidate = { backend: 'wasm', why: 'The processor, through WebAssembly.' };

function findRenderer(where: BackendHost['where']): string | null {
  if (where === 'page') return webglRenderer(document.createElement('canvas'));
  return typeof OffscreenCanvas === 'undefined' ? null : webglRenderer(new OffscreenCanvas(1, 1));
}

const starters: Readonly<Record<BackendName, (host: BackendHost) => Promise<void>>> = {
  webgl: async () => {
    const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
    // Whether a software renderer will do has been decided above; by itself tfjs would refuse one.
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    if (!tf.findBackendFactory('webgl')) tf.registerBackend('webgl', () => new MathBackendWebGL()); // after a lost context
    await use('webgl');
  },
  wasm: async ({ wasmPaths, loadKernels }) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPaths) setWasmPaths({ ...wasmPaths });
    // Threads need headers that a static host may not send, and on two cores gained nothing.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await use('wasm');
    if (loadKernels) await installKernels(loadKernels);
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await use('cpu');
  },
};

async function use(backend: BackendName): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error('tfjs could not initialise it');
  await tf.ready();
}
