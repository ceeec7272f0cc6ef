/** A line to an engine, wherever it runs: in a worker, or on the page's own thread behind a MessageChannel. */
import type { Failure } from '../base/errors';
import type { Command, Event } from './protocol';

export interface EnginePort {
  post(command: Command, transfer: Transferable[]): void;
  /** Called once: who hears the events, and who hears that the other end has died. */
  listen(onEvent: (event: Event) => void, onCrash: (failure: Failure) => void): void;
  close(): void;
}
