/**
 * Chooses and starts a tfjs backend. Where there is a real graphics card, the fastest of WebGL, WebGPU and WASM, as measured; WASM
 * otherwise, which trains this network in a fraction of the time that a software renderer takes. Each backend is loaded when needed and not before.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { precision } from '../training/precision';
import { loadWebgpu } from './backendWebgpu';
import { isRunning, letGo } from './backendRegistry';
import { findGraphics, noGraphics, realOnes, type Graphics } from './graphics';
import type { EngineHost, KernelBuild } from './host';
import { measureStep, probe, winner } from './probe';
import type { BackendAsk, BackendName, BackendReport, ProbeResult } from './protocol';
import { softwareRenderer } from './renderer';
import { installKernels, kernelBuild, strictBuild } from './simdKernels';

export type BackendHost = Pick<EngineHost, 'where' | 'wasmPaths' | 'loadKernels'>;

/**
 * @param measure how a started backend is measured; tests measure something smaller
 * @throws backend/none, when neither the chosen backend nor WASM starts
 */
export async function startBackend(ask: BackendAsk, host: BackendHost, measure = measureStep): Promise<BackendReport> {
  const { choice } = ask;
  const wantsCard = (choice === 'auto' && ask.reproducible !== true) || choice === 'webgl' || choice === 'webgpu';
  const graphics = wantsCard ? await findGraphics(host.where) : noGraphics;
  const starting: Starting = { ...host, build: ask.reproducible ? strictBuild() : kernelBuild() };
  const measured = choice === 'auto' ? await measuredHere(ask, graphics, starting, measure) : null;
  const problems: string[] = [];
  let excuse = '';
  for (const { backend, why } of candidates(ask, graphics, measured)) {
    try {
      const hasKernels = await starters[backend](starting);
      // Those that were measured hold a card of their own.
      for (const other of cards) if (other !== backend && isRunning(other)) letGo(other);
      return {
        backend,
        renderer: isCard(backend) ? graphics[cardNames[backend]] : null,
        why: why + excuse,
        where: host.where,
        choice,
        reproducible: backend === 'wasm' && hasKernels && starting.build === 'simd',
        precision: precision(),
        probe: measured,
      };
    } catch (thrown) {
      if (isCard(backend)) excuse = ` ${titles[backend]} was there, but would not start.`;
      problems.push(`${backend}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  throw new AppError(
    'backend/none',
    'This browser can run the network neither on its graphics card nor in WebAssembly, so nothing can be trained here. Reading still works; a current Chrome, Firefox, Safari or Edge will train.',
    problems.join('\n'),
  );
}

type Card = 'webgl' | 'webgpu';
const cards: readonly Card[] = ['webgl', 'webgpu'];
const titles = { webgl: 'WebGL', webgpu: 'WebGPU' } as const;
const cardNames = { webgl: 'renderer', webgpu: 'adapter' } as const;

function isCard(backend: BackendName): backend is Card {
  return backend === 'webgl' || backend === 'webgpu';
}

/** What was measured on this graphics card before, or is now; null where there is nothing to compare. */
async function measuredHere(
  { probe: asked }: BackendAsk,
  graphics: Graphics,
  starting: Starting,
  measure: typeof measureStep,
): Promise<ProbeResult | null> {
  const isForced = asked?.isForced === true;
  const real = realOnes(graphics);
  // WebGPU in software takes twenty seconds a step, so nobody gets to force that.
  const measurable: Graphics = isForced ? { ...real, renderer: graphics.renderer } : real;
  if (measurable.renderer === null && measurable.adapter === null) return null;
  const before = isForced ? null : stillTrue(asked?.remembered ?? null, measurable);
  if (before) return before;
  return probe(measurable, async (backend) => {
    await starters[backend](starting);
    return measure();
  });
}

/** What is remembered of the same card; without WebGPU, should that have gone since. Exported for its tests. */
export function stillTrue(remembered: ProbeResult | null, { renderer, adapter }: Graphics): ProbeResult | null {
  if (remembered?.renderer !== renderer) return null;
  if (remembered.adapter === adapter) return remembered;
  return adapter === null ? { ...remembered, adapter, webgpu: null } : null;
}

interface Candidate {
  readonly backend: BackendName;
  readonly why: string;
}

/** What to try, in order, and what to tell the reader. Exported for its tests. */
export function candidates(
  { choice, reproducible = false }: BackendAsk,
  graphics: Graphics,
  measured: ProbeResult | null,
): readonly Candidate[] {
  if (choice === 'cpu') return [{ backend: 'cpu', why: 'Plain JavaScript, because you asked for it; it is by far the slowest.' }];
  if (choice === 'wasm') return [{ backend: 'wasm', why: 'The processor, through WebAssembly, because you asked for it.' }];
  if (choice === 'auto' && reproducible) {
    return [{ backend: 'wasm', why: 'The processor, through WebAssembly, because you asked for runs that can be repeated.' }];
  }
  if (choice === 'webgl' || choice === 'webgpu') return askedCandidates(choice, graphics[cardNames[choice]]);
  if (measured) return measuredCandidates(measured);
  const { renderer } = graphics;
  if (renderer === null) {
    return [{ backend: 'wasm', why: 'The processor, through WebAssembly. This browser offers no WebGL 2 that can compute.' }];
  }
  if (softwareRenderer(renderer)) {
    const why = 'The processor, through WebAssembly. WebGL is only imitated in software here, and far slower.';
    return [{ backend: 'wasm', why }];
  }
  return [{ backend: 'webgl', why: 'The graphics card, through WebGL: the fastest that this browser offers.' }, wasmInstead];
}

const offers = { webgl: 'WebGL 2 that can compute', webgpu: 'WebGPU' } as const;
const slowness = { webgl: 'several seconds', webgpu: 'twenty seconds' } as const;

function askedCandidates(choice: Card, name: string | null): readonly Candidate[] {
  if (name === null) {
    const missing = `You asked for the graphics card, but this browser offers no ${offers[choice]}.`;
    return [{ backend: 'wasm', why: `The processor, through WebAssembly. ${missing}` }];
  }
  const warning = softwareRenderer(name) ? ` The processor stands in for it here: expect ${slowness[choice]} a step.` : '';
  const why = `The graphics card, through ${titles[choice]}, because you asked for it.${warning}`;
  return [{ backend: choice, why }, wasmInstead];
}

function measuredCandidates(measured: ProbeResult): readonly Candidate[] {
  const best = winner(measured);
  if (best !== 'wasm') {
    const other: Card = best === 'webgl' ? 'webgpu' : 'webgl';
    const than = measured[other] ? `than ${titles[other]} and the processor` : 'than the processor';
    const next = winner({ ...measured, [best]: null });
    const cardInstead = next === 'wasm' ? [] : [{ backend: next, why: `The graphics card, through ${titles[next]}.` }];
    return [
      { backend: best, why: `The graphics card, through ${titles[best]}: it trained faster here ${than}.` },
      ...cardInstead,
      wasmInstead,
    ];
  }
  return [{ backend: 'wasm', why: `The processor, through WebAssembly: ${whyNotTheCard(measured)}` }];
}

function whyNotTheCard(measured: ProbeResult): string {
  const precisions = cards.flatMap((card) => measured[card]?.precision ?? []);
  if (precisions.includes('float32')) return 'it trained faster here than the graphics card.';
  return precisions.length > 0
    ? 'the graphics card computes with half the digits here.'
    : 'the graphics card could not train here.';
}

const wasmInstead: Candidate = { backend: 'wasm', why: 'The processor, through WebAssembly.' };

interface Starting extends BackendHost {
  /** Of our kernels for WASM; null for none. */
  readonly build: KernelBuild | null;
}

/** Each tells whether our own kernels are in place. */
const starters: Readonly<Record<BackendName, (starting: Starting) => Promise<boolean>>> = {
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    // Whether a software renderer will do has been decided above; by itself tfjs would refuse one.
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    await use('webgl');
    // Their intermediate results would not fit 16-bit floats; stock operations were measured to learn with those.
    if (precision() === 'float16') return false;
    const { installWebglKernels } = await import('../model/kernels/webgl/install');
    return installWebglKernels();
  },
  webgpu: async () => {
    await loadWebgpu();
    await use('webgpu');
    return false;
  },
  wasm: async ({ wasmPaths, loadKernels, build }) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPaths && !isRunning('wasm')) setWasmPaths({ ...wasmPaths }); // refused once it has started
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
