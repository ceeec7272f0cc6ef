/**
 * The running backend, and what happens when it goes away. What a lost graphics card was asked for may never come back
 * (graphicsCard.ts), so whoever waits for it waits through `guard`, which ends when the card is lost.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { startBackend, type BackendHost } from './backend';
import { letGo } from './backendRegistry';
import { cardOf } from './graphicsCard';
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

/** How much sooner than the news of its loss a card's refusals may come. */
const graceMs = 100;

export async function openDevice(ask: BackendAsk, host: BackendHost): Promise<Device> {
  const report = await startBackend(ask, host);
  const card = cardOf(tf.backend());
  const lost = card?.lost ?? new Promise<never>(() => undefined);
  const failure = lost.then((): never => {
    throw new AppError('backend/lost', 'The graphics card was taken away from this page in the middle of its work.');
  });
  failure.catch(() => undefined); // told to those who wait; nobody need be waiting
  /** What went wrong, or the loss that was behind it. */
  const explain = async (thrown: unknown): Promise<never> => {
    if (card && !(thrown instanceof AppError)) {
      await Promise.race([failure, new Promise<void>((resolve) => setTimeout(resolve, graceMs))]);
    }
    throw thrown;
  };
  return {
    report,
    isLost: () => card?.isLost() ?? false,
    guard: <T>(promise: Promise<T>) => Promise.race([promise.catch(explain), failure]),
    onLost: (listener) => void lost.then(listener),
    lose: () => {
      if (card?.lose() !== true) {
        throw new AppError('range', 'There is no graphics context to lose: the processor computes here.');
      }
    },
  };
}

/** Forgets a lost backend, so that the next one starts afresh. Its tensors must have been let go before. */
export function discardLostBackend(): void {
  letGo(tf.getBackend());
}
