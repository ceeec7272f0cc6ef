/**
 * The engine in a worker: messages in, messages out. Nothing but this stands in the worker's first file, and nothing may be imported
 * from it: WebKit runs a worker's first module a second time when a later one imports it, and there would be two engines.
 */
import type { Engine } from './engine';
import type { Command } from './protocol';

const scope = self as unknown as DedicatedWorkerGlobalScope; // the project is typed for pages; this file runs in a worker
const engine = start();
scope.onmessage = (message: MessageEvent<Command>) => void engine.then((ready) => ready.handle(message.data));
// A rejection that nobody handles is a defect: as an error of the worker it reaches the page, which then fails what is pending.
scope.onunhandledrejection = (event) => {
  throw event.reason;
};

async function start(): Promise<Engine> {
  const [{ serve }, { holdLifeLine }] = await Promise.all([import('./serve'), import('./lifeLine')]);
  // The page watches this line as soon as it hears from us, so nothing is answered before it is held.
  await holdLifeLine(scope.name);
  return serve((event, transfer) => scope.postMessage(event, transfer), 'worker');
}
