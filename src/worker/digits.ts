/** MNIST as the engine uses it: loading is started once, tells the page how it goes, and training waits for what it needs. */
import { toFailure } from '../base/errors';
import { fillBatch, type Batches } from '../data/batches';
import { createMnist, type MnistStore } from '../data/mnist';
import type { Batch } from '../training/noising';
import type { DataReport, News } from './protocol';
import { orCancelled } from './requests';

export interface Digits {
  /** Images per training shard; known once the first shard is here. */
  readonly counts: readonly number[];
  report(): DataReport;
  /** Begins, or tries again. Settles when the first shard is here; the others follow by themselves. @throws data/fetch, data/format */
  load(): Promise<void>;
  /** True when every picture of the batch is here. */
  ready(batches: Batches, step: number): boolean;
  /** The batch of a step, as soon as its pictures are here, however long that takes. @throws request/cancelled */
  batch(batches: Batches, step: number, signal: AbortSignal): Promise<Batch>;
  /** The first picture of each class [10, 28, 28], −1 … 1, out of the first shard, which must be here. */
  examples(): Float32Array;
  /** The first picture of each class, or so many of the first shard, which must be here. */
  pictures(which: 'one of each' | number): Batch;
  /** Settles when the first shard is here, however long that takes. @throws request/cancelled */
  first(signal: AbortSignal): Promise<void>;
}

const classes = 10;

/** Places of the first picture of each class; a class that the first shard lacks is stood in for by its first picture. */
function firstOfEach(store: Pick<MnistStore, 'label' | 'counts'>): Uint32Array {
  const labels = Array.from({ length: store.counts[0] ?? 0 }, (_, i) => store.label(i));
  return Uint32Array.from({ length: classes }, (_, digit) => Math.max(0, labels.indexOf(digit)));
}

function firstOnes({ counts }: Pick<MnistStore, 'counts'>, wanted: number): Uint32Array {
  return Uint32Array.from({ length: Math.min(wanted, counts[0] ?? 0) }, (_, i) => i);
}

export function createDigits(options: {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly tell: (news: News) => void;
}): Digits {
  const { tell } = options;
  let waiting: (() => void)[] = [];
  let told = '';
  let loading: Promise<void> | null = null;

  const store: MnistStore = createMnist({
    baseUrl: options.baseUrl,
    fetch: options.fetch,
    onProgress: () => {
      const data = report();
      const line = JSON.stringify(data);
      if (line === told) return; // bytes arrive far more often than pictures
      told = line;
      tell({ type: 'data', data });
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  });

  const report = (): DataReport => {
    const { imagesLoaded, imagesTotal, loading: isLoading, failure } = store.progress();
    return { imagesLoaded, imagesTotal, loading: isLoading, failure };
  };

  const begin = async (): Promise<void> => {
    await store.loadFirst();
    void store.loadRest().catch((thrown: unknown) => {
      loading = null; // so that the next load() tries again
      tell({ type: 'notice', failure: toFailure(thrown) });
    });
  };

  const load = (): Promise<void> => {
    loading ??= begin().catch((thrown: unknown) => {
      loading = null;
      throw thrown;
    });
    return loading;
  };

  const change = (signal: AbortSignal): Promise<void> =>
    orCancelled(new Promise<void>((resolve) => waiting.push(resolve)), signal);

  const ready = (batches: Batches, step: number): boolean => batches.shardsNeeded(step).every((shard) => store.shardReady(shard));

  return {
    get counts() {
      return store.counts;
    },
    report,
    load,
    ready,
    batch: async (batches, step, signal) => {
      while (!ready(batches, step)) await change(signal);
      return fillBatch(store, batches.indices(step));
    },
    examples: () => fillBatch(store, firstOfEach(store)).x0,
    pictures: (which) => fillBatch(store, which === 'one of each' ? firstOfEach(store) : firstOnes(store, which)),
    first: async (signal) => {
      while (!store.shardReady(0)) await change(signal);
    },
  };
}
