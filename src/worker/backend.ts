/**
 * Chooses and starts a tfjs backend. Where a real GPU draws WebGL, the faster of WebGL and WASM, as measured; WASM otherwise, which
 * trains this network in a fraction of the time that a software renderer takes. Each backend is loaded when needed and not before.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { precision } from '../training/precision';
import type { EngineHost, KernelBuild } from './host';
import { measureStep, probe, winner } from './probe';
import type { BackendAsk, BackendName, BackendReport, ProbeResult } from './protocol';
import { softwareRenderer, webglRenderer } from './renderer';
import { installKernels, kernelBuild, strictBuild } from './simdKernels';

export type BackendHost = Pick<EngineHost, 'where' | 'wasmPaths' | 'loadKernels'>;

/**
 * @param measure how a started backend is measured; tests measure something smaller
 * @throws backend/none, when neither the chosen backend nor WASM starts
 */
export async function startBackend(ask: BackendAsk, host: BackendHost, measure = measureStep): Promise<BackendReport> {
  const { choice } = ask;
  const mayBeWebgl = (choice === 'auto' && ask.reproducible !== true) || choice === 'webgl';
  const renderer = mayBeWebgl ? findRenderer(host.where) : null;
  const starting: Starting = { ...host, build: ask.reproducible ? strictBuild() : kernelBuild() };
  const measured = choice === 'auto' && renderer !== null ? await measuredHere(ask, renderer, starting, measure) : null;
  const problems: string[] = [];
  for (const { backend, why } of candidates(ask, renderer, measured)) {
    try {
      const hasKernels = await starters[backend](starting);
      if (backend !== 'webgl' && tf.findBackend('webgl')) discard('webgl'); // it was measured, and has a context of its own
      const excuse = problems.length > 0 ? ' WebGL was there, but would not start.' : '';
      return {
        backend,
        renderer: backend === 'webgl' ? renderer : null,
        why: why + excuse,
        where: host.where,
        choice,
        reproducible: backend === 'wasm' && hasKernels && starting.build === 'simd',
        precision: precision(),
        probe: measured,
      };
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

/** What was measured on this graphics card before, or is now; null where there is nothing to compare. */
async function measuredHere(
  { probe: asked }: BackendAsk,
  renderer: string,
  starting: Starting,
  measure: typeof measureStep,
): Promise<ProbeResult | null> {
  if (asked?.isForced !== true) {
    if (softwareRenderer(renderer)) return null;
    if (asked?.remembered?.renderer === renderer) return asked.remembered;
  }
  return probe(renderer, async (backend) => {
    await starters[backend](starting);
    return measure();
  });
}

interface Candidate {
  readonly backend: BackendName;
  readonly why: string;
}

/** What to try, in order, and what to tell the reader. Exported for its tests. */
export function candidates(
  { choice, reproducible = false }: BackendAsk,
  renderer: string | null,
  measured: ProbeResult | null,
): readonly Candidate[] {
  if (choice === 'cpu') return [{ backend: 'cpu', why: 'Plain JavaScript, because you asked for it; it is by far the slowest.' }];
  if (choice === 'wasm') return [{ backend: 'wasm', why: 'The processor, through WebAssembly, because you asked for it.' }];
  if (choice === 'auto' && reproducible) {
    return [{ backend: 'wasm', why: 'The processor, through WebAssembly, because you asked for runs that can be repeated.' }];
  }
  if (renderer === null) {
    const wanted = choice === 'webgl' ? 'You asked for the graphics card, but this browser' : 'This browser';
    return [{ backend: 'wasm', why: `The processor, through WebAssembly. ${wanted} offers no WebGL 2 that can compute.` }];
  }
  const isSoftware = softwareRenderer(renderer);
  if (choice === 'webgl') {
    const warning = isSoftware ? ' The processor stands in for it here: expect several seconds a step.' : '';
    return [{ backend: 'webgl', why: `The graphics card, through WebGL, because you asked for it.${warning}` }, wasmInstead];
  }
  if (measured) return measuredCandidates(measured);
  if (isSoftware) {
    const why = 'The processor, through WebAssembly. WebGL is only imitated in software here, and far slower.';
    return [{ backend: 'wasm', why }];
  }
  return [{ backend: 'webgl', why: 'The graphics card, through WebGL: the fastest that this browser offers.' }, wasmInstead];
}

function measuredCandidates(measured: ProbeResult): readonly Candidate[] {
  if (winner(measured) === 'webgl') {
    return [
      { backend: 'webgl', why: 'The graphics card, through WebGL: it trained faster here than the processor.' },
      wasmInstead,
    ];
  }
  const reasons = {
    float32: 'it trained faster here than the graphics card.',
    float16: 'the graphics card computes with half the digits here.',
  };
  const reason = measured.webgl ? reasons[measured.webgl.precision] : 'the graphics card could not train here.';
  return [{ backend: 'wasm', why: `The processor, through WebAssembly: ${reason}` }];
}

const wasmInstead: Candidate = { backend: 'wasm', why: 'The processor, through WebAssembly.' };

function findRenderer(where: BackendHost['where']): string | null {
  if (where === 'page') return webglRenderer(document.createElement('canvas'));
  return typeof OffscreenCanvas === 'undefined' ? null : webglRenderer(new OffscreenCanvas(1, 1));
}

interface Starting extends BackendHost {
  /** Of our kernels for WASM; null for none. */
  readonly build: KernelBuild | null;
}

/** Each tells whether our own kernels are in place. */
const starters: Readonly<Record<BackendName, (starting: Starting) => Promise<boolean>>> = {
  webgl: async () => {
    const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
    // Whether a software renderer will do has been decided above; by itself tfjs would refuse one.
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    if (!tf.findBackendFactory('webgl')) tf.registerBackend('webgl', () => new MathBackendWebGL()); // after a lost context
    await use('webgl');
    // Their intermediate results would not fit 16-bit floats; stock operations were measured to learn with those.
    if (precision() === 'float16') return false;
    const { installWebglKernels } = await import('../model/kernels/webgl/install');
    return installWebglKernels();
  },
  wasm: async ({ wasmPaths, loadKernels, build }) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPaths && !tf.findBackend('wasm')) setWasmPaths({ ...wasmPaths }); // refused once it has started
    // Threads need headers that a static host may not send, and on two cores gained nothing.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await use('wasm');
    return loadKernels ? installKernels(loadKernels, build) : false;
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await use('cpu');
    return false;
  },
};

async function use(backend: BackendName): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error('tfjs could not initialise it');
  await tf.ready();
}

/** Its memory is given back; `starters` can start it again. */
function discard(backend: 'webgl'): void {
  try {
    tf.removeBackend(backend);
  } catch {
    // Its dispose talks to a context that may be lost already.
  }
}
