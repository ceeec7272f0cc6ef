/** The engine in a worker: messages in, messages out. */
import { holdLifeLine } from './lifeLine';
import { serve } from './serve';
import type { Command } from './protocol';

const scope = self as unknown as DedicatedWorkerGlobalScope; // the project is typed for pages; this file runs in a worker
const engine = serve((event, transfer) => scope.postMessage(event, transfer), 'worker');
// The page watches this line as soon as it hears from us, so nothing is answered before it is held.
const held = holdLifeLine(scope.name);
scope.onmessage = (message: MessageEvent<Command>) => void held.then(() => engine.handle(message.data));
// A rejection that nobody handles is a defect: as an error of the worker it reaches the page, which then fails what is pending.
scope.onunhandledrejection = (event) => {
  throw event.reason;
};
