/**
 * The running backend, and what happens when it goes away. A lost WebGL context throws nothing by itself: reads simply never
 * come back. So whoever waits for the GPU waits through `guard`, which ends when the context is lost.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { startBackend, type BackendHost } from './backend';
import type { BackendAsk, BackendReport } from './protocol';

export interface Device {
  readonly report: BackendReport;
  isLost(): boolean;
  /** The value, unless the GPU is lost first. @throws backend/lost */
  guard<T>(promise: Promise<T>): Promise<T>;
  /** Called once, when the GPU is lost. */
  onLost(listener: () => void): void;
  /** Takes the GPU away, as a driver's crash would. @throws range, where there is none */
  lose(): void;
}

export async function openDevice(ask: BackendAsk, host: BackendHost): Promise<Device> {
  const report = await startBackend(ask, host);
  const gl = report.backend === 'webgl' ? contextOf(tf.backend()) : null;
  let markLost: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => (markLost = resolve));
  gl?.canvas.addEventListener('webglcontextlost', () => markLost());
  const failure = lost.then(() => {
    throw new AppError('backend/lost', 'The graphics card was taken away from this page in the middle of its work.');
  });
  failure.catch(() => undefined); // told to those who wait; nobody need be waiting
  return {
    report,
    isLost: () => gl?.isContextLost() ?? false,
    guard: <T>(promise: Promise<T>) => Promise.race([promise, failure]),
    onLost: (listener) => void lost.then(listener),
    lose: () => {
      const extension = gl?.getExtension('WEBGL_lose_context');
      if (!extension) throw new AppError('range', 'There is no graphics context to lose: the processor computes here.');
      extension.loseContext();
    },
  };
}

/**
 * Forgets a lost backend, so that the next one starts afresh. Its tensors must have been let go before.
 */
export function discardLostBackend(): void {
  const gone = tf.getBackend();
  try {
    tf.removeBackend(gone);
  } catch {
    // Its dispose talks to a context that is no longer there. tfjs has deregistered it or will start the other backend.
  }
}

function contextOf(backend: unknown): WebGL2RenderingContext | null {
  const holder = backend as { readonly gpgpu?: { readonly gl?: unknown } }; // MathBackendWebGL, whose class is loaded on demand
  const gl = holder.gpgpu?.gl;
  return gl instanceof WebGL2RenderingContext ? gl : null;
}
