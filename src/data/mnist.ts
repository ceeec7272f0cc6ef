/**
 * MNIST as the page has it: a first shard to begin with, the others arriving while training runs. A picture is known by
 * its index in the original training file, whatever has arrived. Asking for one that is not here throws; nothing is ever
 * blank.
 */
import { AppError, toFailure, type Failure } from '../base/errors';
import { download, type DownloadOptions } from './download';
import { imageBytes, parseManifest, type Manifest, type ShardEntry, type Split } from './manifest';
import { unpackShard, type Shard } from './shard';

export interface MnistProgress {
  readonly imagesLoaded: number;
  /** 0 until the manifest has arrived. */
  readonly imagesTotal: number;
  readonly bytesLoaded: number;
  readonly bytesTotal: number;
  readonly loading: boolean;
  /** Why loading stopped; retry() clears it. */
  readonly failure: Failure | null;
}

export interface MnistOptions {
  /** Root of the site; the files are in its folder mnist/. */
  readonly baseUrl: string;
  readonly fetch?: typeof fetch;
  readonly onProgress?: (progress: MnistProgress) => void;
  readonly wait?: DownloadOptions['wait'];
}

export interface MnistStore {
  /** Images per training shard. @throws internal, before loadFirst() is done */
  readonly counts: readonly number[];
  /** Training shards that are here; they arrive in order. */
  loadedShards(): number;
  shardReady(shard: number): boolean;
  /** The manifest and the first shard: enough to begin. @throws data/fetch, data/format */
  loadFirst(): Promise<void>;
  /** Every other training shard, one after the other. @throws data/fetch, data/format; what has arrived stays */
  loadRest(): Promise<void>;
  /** Goes on with what failed. @throws data/fetch, data/format */
  retry(): Promise<void>;
  /** One shard of the test set. @throws data/fetch, data/format */
  loadTest(shard: number): Promise<Shard>;
  /** [28, 28], 0 … 255; a view, not to be written to. @throws range; data/fetch, while its shard is not here */
  image(index: number): Uint8Array;
  /** 0 … 9. @throws range; data/fetch, while its shard is not here */
  label(index: number): number;
  progress(): MnistProgress;
}

export function createMnist(options: MnistOptions): MnistStore {
  const folder = `${options.baseUrl.replace(/\/$/, '')}/mnist/`;
  const fetchFile = options.fetch ?? ((input, init) => fetch(input, init));
  const wait = options.wait ?? ((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)));
  const shards = new Map<ShardEntry, Shard>();
  let manifest: Manifest | null = null;
  let arriving = 0; // bytes of the training shard on its way
  let loads = 0; // calls of loadFirst and loadRest under way
  let wantsRest = false;
  let failure: Failure | null = null;
  /** Calls queue here, so that two of them never fetch the same file. */
  let queue: Promise<unknown> = Promise.resolve();

  const entries = (split: Split): readonly ShardEntry[] => manifest?.shards.filter((entry) => entry.split === split) ?? [];

  const progress = (): MnistProgress => {
    const all = entries('train');
    const here = all.filter((entry) => shards.has(entry));
    return {
      imagesLoaded: sum(here.map((entry) => entry.count)),
      imagesTotal: sum(all.map((entry) => entry.count)),
      bytesLoaded: sum(here.map((entry) => entry.bytes)) + arriving,
      bytesTotal: sum(all.map((entry) => entry.bytes)),
      loading: loads > 0,
      failure,
    };
  };
  const report = (): void => options.onProgress?.(progress());

  const fetchManifest = async (): Promise<Manifest> => {
    if (manifest) return manifest;
    // no-cache asks the server whether the list has changed: an old one would call new shards damaged.
    const bytes = await download(`${folder}manifest.json`, { fetch: fetchFile, wait, cache: 'no-cache' });
    manifest = parseManifest(new TextDecoder().decode(bytes));
    return manifest;
  };

  const fetchShard = async (entry: ShardEntry, onBytes?: (bytes: number) => void): Promise<Shard> => {
    const present = shards.get(entry);
    if (present) return present;
    const url = `${folder}${entry.file}`;
    const attempt = async (cache: RequestCache): Promise<Shard> =>
      unpackShard(await download(url, { fetch: fetchFile, wait, cache, onBytes }), entry);
    const shard = await attempt('default').catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'data/format') return attempt('reload');
      throw error;
    });
    shards.set(entry, shard);
    return shard;
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined); // its caller hears of the failure; the next in the queue still runs
    return result;
  };

  /** Brings the first shard, or all of them, and reports on the way. */
  const loadTraining = async (limit: number): Promise<void> => {
    loads += 1;
    failure = null;
    report();
    try {
      await inTurn(async () => {
        await fetchManifest();
        for (const entry of entries('train').slice(0, limit)) {
          await fetchShard(entry, (bytes) => {
            arriving = bytes;
            report();
          });
          arriving = 0;
          report();
        }
      });
      failure = null; // an earlier call in the queue may have failed where this one got through
    } catch (error) {
      failure = toFailure(error);
      throw error;
    } finally {
      arriving = 0;
      loads -= 1;
      report();
    }
  };

  const locate = (index: number): { readonly shard: Shard; readonly offset: number } => {
    const total = progress().imagesTotal;
    if (!Number.isInteger(index) || index < 0 || (manifest && index >= total)) {
      throw new AppError('range', `There is no training picture ${index}; they are numbered 0 to ${total - 1}.`);
    }
    let first = 0;
    for (const entry of entries('train')) {
      if (index < first + entry.count) {
        const shard = shards.get(entry);
        if (shard) return { shard, offset: index - first };
        break;
      }
      first += entry.count;
    }
    throw new AppError('data/fetch', `Training picture ${index} has not arrived yet. Wait for the rest of MNIST, or try again.`);
  };

  return {
    get counts() {
      if (!manifest) throw new AppError('internal', 'The list of MNIST files was read before it had arrived.');
      return entries('train').map((entry) => entry.count);
    },
    loadedShards: () => entries('train').filter((entry) => shards.has(entry)).length,
    shardReady: (k) => {
      const entry = entries('train')[k];
      return entry !== undefined && shards.has(entry);
    },
    loadFirst: () => loadTraining(1),
    loadRest: () => {
      wantsRest = true;
      return loadTraining(Infinity);
    },
    retry: () => loadTraining(wantsRest ? Infinity : 1),
    loadTest: (k) =>
      inTurn(async () => {
        await fetchManifest();
        const entry = entries('test')[k];
        if (!entry) throw new AppError('range', `There is no test shard ${k}; there are ${entries('test').length}.`);
        return fetchShard(entry);
      }),
    image: (index) => {
      const { shard, offset } = locate(index);
      return shard.images.subarray(offset * imageBytes, (offset + 1) * imageBytes);
    },
    label: (index) => {
      const { shard, offset } = locate(index);
      const label = shard.labels[offset];
      if (label === undefined) throw new AppError('internal', `Picture ${index} has no label.`);
      return label;
    },
    progress,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
