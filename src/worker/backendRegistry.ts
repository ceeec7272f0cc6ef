/** tfjs's list of backends: which of them run, and how one is stopped so that it can be started again. */
import * as tf from '@tensorflow/tfjs-core';

/** Asks without starting it, as `tf.findBackend` would. */
export function isRunning(backend: string): boolean {
  return backend in tf.engine().registry;
}

/** Its memory is given back. Its factory stays: a package registers it only once, when it is loaded. */
export function letGo(backend: string): void {
  const factory = tf.findBackendFactory(backend);
  try {
    tf.removeBackend(backend);
  } catch {
    // Its dispose talks to a card that may be lost already. tfjs has deregistered it or will start the other backend.
  }
  if (factory && !tf.findBackendFactory(backend)) tf.registerBackend(backend, factory);
}
