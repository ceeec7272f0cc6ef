/**
 * Opens the engine: the only `new Worker` of the notebook. It runs in a worker wherever a worker can draw on the GPU; where
 * only the page can (Safari before 17), it runs on the page's own thread, behind the same wire.
 */
import { AppError } from '../base/errors';
import { probeAsk, rememberProbe } from './deviceSettings';
import { watchLifeLine } from './lifeLine';
import { softwareRenderer, webglRenderer } from './renderer';
import { createClient, type Client } from './remote';
import type { EnginePort } from './port';
import type { Answer, Ask, BackendChoice, Command, Event } from './protocol';

export type { Client, CallOptions, SampleStream } from './remote';

export interface Connection extends Answer<'init'> {
  readonly client: Client;
}

export interface ConnectOptions {
  readonly choice: BackendChoice;
  /** The site's root, absolute or relative to the page, without a slash at its end. */
  readonly base: string;
  readonly reproducible?: boolean;
  /** The page's query: ?probe=1 measures the backends again. */
  readonly search?: string;
  /** The notebook's version: what an older one measured counts no more. */
  readonly version?: string;
}

/**
 * Starts an engine and restores what was saved.
 * @throws backend/none when not even WASM starts; internal when the worker cannot be loaded
 */
export async function connect({
  choice,
  base,
  reproducible = false,
  search = '',
  version = '',
}: ConnectOptions): Promise<Connection> {
  const options = { choice, reproducible, probe: probeAsk(search, version), baseUrl: new URL(`${base}/`, location.href).href };
  const first = await start(workerPort(), options);
  if (first.backend.probe) rememberProbe(first.backend.probe, version);
  const wantsGpu = (choice === 'auto' && !reproducible) || choice === 'webgl';
  // A worker that has measured has a GPU, and found it slower.
  if (first.backend.renderer !== null || first.backend.probe || !wantsGpu || !pageHasGpu()) return first;
  first.client.close();
  const second = await start(await pagePort(), options);
  if (second.backend.probe) rememberProbe(second.backend.probe, version);
  if (second.backend.renderer !== null) return second;
  second.client.close(); // no better than the worker was, and it would share the page's thread
  return start(workerPort(), { ...options, choice: 'wasm' });
}

async function start(port: EnginePort, ask: Ask<'init'>): Promise<Connection> {
  const client = createClient(port);
  try {
    return { client, ...(await client.call('init', ask)) };
  } catch (thrown) {
    client.close();
    throw thrown;
  }
}

function pageHasGpu(): boolean {
  const renderer = webglRenderer(document.createElement('canvas'));
  return renderer !== null && !softwareRenderer(renderer);
}

/** Names have to differ on the page; the clock keeps those of two tabs apart. */
let workersMade = 0;

function workerPort(): EnginePort {
  const name = `engine-${Date.now()}-${(workersMade += 1)}`;
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name });
  const watch = new AbortController();
  return {
    post: (command, transfer) => worker.postMessage(command, transfer),
    listen: (onEvent, onCrash) => {
      const crash = (detail: string): void =>
        onCrash({
          code: 'internal',
          message: 'The engine that trains and draws has stopped. What was saved is safe: restart it to go on from there.',
          detail,
        });
      let isHeard = false;
      worker.onmessage = (message: MessageEvent<Event>) => {
        if (!isHeard) watchLifeLine(name, watch.signal, () => crash('the browser has ended the worker'));
        isHeard = true;
        onEvent(message.data);
      };
      worker.onmessageerror = () => crash('a message could not be read');
      worker.onerror = (error) => {
        error.preventDefault();
        crash(error.message || 'the worker could not be loaded');
      };
    },
    close: () => {
      watch.abort();
      worker.terminate();
    },
  };
}

/** An engine on the page's own thread. Exported for its test: where it is needed no test of ours can run. */
export async function pagePort(): Promise<EnginePort> {
  const { serve } = await import('./serve');
  const { port1, port2 } = new MessageChannel();
  const engine = serve((event, transfer) => port2.postMessage(event, transfer), 'page');
  port2.onmessage = (message: MessageEvent<Command>) => engine.handle(message.data);
  return {
    post: (command, transfer) => port1.postMessage(command, transfer),
    listen: (onEvent, onCrash) => {
      port1.onmessage = (message: MessageEvent<Event>) => onEvent(message.data);
      port1.onmessageerror = () => onCrash(new AppError('internal', 'The engine sent something that could not be read.'));
    },
    close: () => {
      port1.close();
      port2.close();
      engine.close();
    },
  };
}
