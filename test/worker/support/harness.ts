/** An engine in Node, on the WASM backend, with a store in memory and digits of its own: what the node tests talk to. */
import { gzipSync } from 'node:zlib';
import { crc32 } from '../../../src/base/checksum';
import type { Recipe } from '../../../src/training/recipe';
import type { CheckpointStore } from '../../../src/worker/checkpointStore';
import { createEngine } from '../../../src/worker/engine';
import type { EngineHost } from '../../../src/worker/host';
import type { Command, Event, News, RunSnapshot } from '../../../src/worker/protocol';
import { createClient, type Client } from '../../../src/worker/remote';
import { smallRecipe } from './small';

export type MemoryStore = CheckpointStore & { readonly records: Map<string, unknown> };

export function memoryStore(): MemoryStore {
  const records = new Map<string, unknown>();
  return {
    records,
    read: async (key) => structuredClone(records.get(key)),
    write: async (key, record) => void records.set(key, structuredClone(record)),
    remove: async (key) => void records.delete(key),
  };
}

/** Files by name; a missing one answers 404. */
export type Site = Map<string, Uint8Array<ArrayBuffer>>;

/** Two shards of 16 pictures each: bright squares whose place and class go together. */
export function smallSite(): Site {
  const site: Site = new Map();
  const [pixels, count, side] = [784, 16, 28];
  const shards = [0, 1].map((k) => {
    const bytes = new Uint8Array(count * (pixels + 1));
    for (let i = 0; i < count; i += 1) {
      const label = (i + k) % 10;
      for (let y = 0; y < 8; y += 1)
        bytes.fill(255, i * pixels + (y + label) * side + label, i * pixels + (y + label) * side + label + 8);
      bytes[count * pixels + i] = label;
    }
    const zipped = new Uint8Array(gzipSync(bytes));
    site.set(`train-${k}.bin`, zipped);
    return { file: `train-${k}.bin`, split: 'train', count, bytes: zipped.length, crc32: crc32(bytes) };
  });
  site.set('manifest.json', new TextEncoder().encode(JSON.stringify({ version: 1, source: 'test', shards })));
  return site;
}

export interface Harness {
  readonly client: Client;
  readonly news: readonly News[];
  readonly events: readonly Event[];
  readonly store: MemoryStore;
  readonly site: Site;
  /** Sends a command past the client. */
  send(command: Command): void;
  /** Settles as soon as something has happened. */
  until(happened: () => boolean): Promise<void>;
  /** Starts the engine and puts the small network in place of the quick one. */
  ready(recipe?: Recipe): Promise<RunSnapshot>;
  /** Trains to a step and waits until training stands. */
  trainTo(step: number): Promise<RunSnapshot>;
  /** What the last news of a status said. */
  status(): string | undefined;
}

export function harness(
  options: {
    readonly store?: MemoryStore;
    readonly site?: Site;
    readonly locks?: EngineHost['locks'];
    readonly openStore?: EngineHost['openStore'];
    readonly fetch?: EngineHost['fetch'];
    readonly loadKernels?: EngineHost['loadKernels'];
  } = {},
): Harness {
  const { store = memoryStore(), site = smallSite(), locks = null } = options;
  const news: News[] = [];
  const events: Event[] = [];
  let onEvent: (event: Event) => void = () => undefined;
  let waiting: (() => void)[] = [];

  const engine = createEngine({
    where: 'worker',
    wasmPaths: null,
    loadKernels: options.loadKernels ?? null,
    locks,
    openStore: options.openStore ?? (async () => store),
    fetch:
      options.fetch ??
      (async (input) => {
        const file = site.get(String(input).split('/').at(-1) ?? '');
        return file ? new Response(file) : new Response('gone', { status: 404 });
      }),
    post: (event) => {
      const copy = structuredClone(event);
      events.push(copy);
      if (copy.type === 'news') news.push(copy.news);
      setImmediate(() => {
        onEvent(copy);
        for (const wake of waiting.splice(0)) wake();
      });
    },
  });
  const send = (command: Command): void => void setImmediate((sent: Command) => engine.handle(sent), structuredClone(command));
  const client = createClient({ post: send, listen: (listener) => (onEvent = listener), close: () => engine.close() });

  const until = async (happened: () => boolean): Promise<void> => {
    while (!happened()) await new Promise<void>((resolve) => (waiting = [...waiting, resolve]));
  };
  const status = (): string | undefined => news.flatMap((told) => (told.type === 'run.status' ? [told.status.kind] : [])).at(-1);

  return {
    client,
    news,
    events,
    store,
    site,
    send,
    until,
    status,
    ready: async (recipe = smallRecipe) => {
      await client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
      return client.call('run.create', { recipe, seed: 5 });
    },
    trainTo: async (step) => {
      const before = news.length;
      await client.call('run.start', { runId: 'quick', untilStep: step });
      await until(() =>
        news.slice(before).some((told) => told.type === 'run.status' && ['paused', 'failed'].includes(told.status.kind)),
      );
      return client.call('run.pause', { runId: 'quick' });
    },
  };
}
