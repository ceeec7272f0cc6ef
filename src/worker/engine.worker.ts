/**
 * The engine in a worker: messages in, messages out. Nothing but this stands in the worker's first file, and nothing may be imported
 * from it: WebKit runs a worker's first module a second time when a later one imports it, and there would be two engines.
 */
import type { Command } from './protocol';

const scope = self as unknown as DedicatedWorkerGlobalScope; // the project is typed for pages; this file runs in a worker
const engine = import('./serve').then(({ serve }) => serve((event, transfer) => scope.postMessage(event, transfer), 'worker'));
scope.onmessage = (message: MessageEvent<Command>) => void engine.then((ready) => ready.handle(message.data));
// A rejection that nobody handles is a defect: as an error of the worker it reaches the page, which then fails what is pending.
scope.onunhandledrejection = (event) => {
  throw event.reason;
};
