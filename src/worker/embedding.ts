/**
 * What can be asked of the parts of unCLIP that draw no pictures: where pictures and captions lie in the space that they share, and what
 * the prior makes of a caption. Weights are fetched when they are first asked for; no tensor is held between two questions.
 */
import { AppError } from '../base/errors';
import { padId } from '../data/captions/vocabulary';
import { tokenize } from '../data/captions/tokenizer';
import { embedAllTokens, embedPictures } from '../evaluation/embed';
import type { NamedArrays } from '../model/config';
import { elements } from '../model/parameters';
import { priorFlops } from '../model/priorConfig';
import { checkTensors, decodeSafetensors } from '../model/safetensors';
import { disposeAll, toTensors, type Params } from '../model/tensors';
import { contrastiveConfig } from '../training/contrastiveSettings';
import { priorConfig } from '../training/priorSettings';
import { shippedParts, type ShippedPart } from '../training/shippedParts';
import type { Device } from './device';
import { fetchWeights } from './fetchWeights';
import { hold } from './hold';
import { drawEmbeddings } from './priorDrawing';
import type { Answer, Ask, EmbeddingName } from './protocol';
import { orCancelled, throwIfCancelled, type Request } from './requests';

export interface EmbedCommandParts {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly device: () => Promise<Device>;
  /** The averaged weights of the reader's own embedding, borrowed until its next step. @throws range, where there is none */
  readonly ownEmbedding: () => Promise<Params>;
}

const mostAtOnce = 1000;
const missing =
  'A trained part of unCLIP could not be fetched. Check the connection and try again; your own runs draw without it.';

export class EmbedCommands {
  readonly #parts: EmbedCommandParts;
  readonly #files = new Map<ShippedPart, Promise<NamedArrays>>();

  constructor(parts: EmbedCommandParts) {
    this.#parts = parts;
  }

  /** @throws range, shape, data/fetch, weights/format, backend/lost, request/cancelled */
  async pictures({ pixels, name }: Ask<'embed.pictures'>, signal: AbortSignal): Promise<Answer<'embed.pictures'>> {
    checkCount(pixels.length / contrastiveConfig.imageSize ** 2, 'pictures');
    const embeddings = await this.#withEmbedding(name, signal, (params) => embedPictures(params, contrastiveConfig, pixels));
    return { embeddings };
  }

  /** @throws as above */
  async captions({ captions, name }: Ask<'embed.captions'>, signal: AbortSignal): Promise<Answer<'embed.captions'>> {
    checkCount(captions.length, 'captions');
    const tokens = tokensOf(captions);
    const embeddings = await this.#withEmbedding(name, signal, (params) => embedAllTokens(params, contrastiveConfig, tokens));
    return { embeddings };
  }

  /** @throws as above */
  async prior(
    { captions, ...walk }: Ask<'prior.sample'>,
    { signal, part }: Request<'prior.sample'>,
  ): Promise<Answer<'prior.sample'>> {
    const device = await this.#parts.device();
    throwIfCancelled(signal);
    const startedAt = performance.now();
    const tokens = tokensOf(captions);
    checkCount(captions.length, 'captions');
    const embeddings = await this.#withEmbedding(undefined, signal, (params) =>
      embedAllTokens(params, contrastiveConfig, tokens),
    );
    const told = withoutEmpty(embeddings, tokens);
    const params = toTensors(await orCancelled(this.#weights('prior'), signal));
    let nfe = 0;
    try {
      for await (const frame of drawEmbeddings(params, priorConfig, { ...walk, told }, { device, signal })) {
        nfe = frame.nfe;
        part(frame, frame.x0 ? [frame.xt.buffer, frame.x0.buffer] : [frame.xt.buffer]);
      }
    } finally {
      disposeAll(params);
    }
    return {
      nfe,
      ms: performance.now() - startedAt,
      backend: device.report.backend,
      flopsPerEvaluation: priorFlops(priorConfig),
      parameters: shippedParts.prior.parameters().reduce((sum, { shape }) => sum + elements(shape), 0),
    };
  }

  async #withEmbedding<T>(
    name: EmbeddingName = 'contrastive',
    signal: AbortSignal,
    use: (params: Params) => Promise<T>,
  ): Promise<T> {
    const device = await this.#parts.device();
    throwIfCancelled(signal);
    const params = await orCancelled(this.#embedding(name), signal);
    // Held until the work is over, whether or not somebody still waits for it.
    const work = device.guard(use(params)).finally(() => disposeAll(params));
    return orCancelled(work, signal);
  }

  /** The caller's. */
  async #embedding(name: EmbeddingName): Promise<Params> {
    if (name === 'contrastive') return toTensors(await this.#weights('contrastive'));
    return hold(await this.#parts.ownEmbedding());
  }

  #weights(part: ShippedPart): Promise<NamedArrays> {
    const known = this.#files.get(part);
    if (known) return known;
    const coming = this.#fetch(part).catch((thrown: unknown) => {
      this.#files.delete(part); // so that the next call tries again
      throw thrown;
    });
    this.#files.set(part, coming);
    return coming;
  }

  async #fetch(part: ShippedPart): Promise<NamedArrays> {
    const { path, parameters } = shippedParts[part];
    const { arrays } = decodeSafetensors(await fetchWeights(this.#parts.baseUrl + path, this.#parts.fetch, missing));
    checkTensors(arrays, parameters());
    return arrays;
  }
}

/** [captions · places] */
function tokensOf(captions: readonly (string | null)[]): Int32Array {
  return Int32Array.from(captions.flatMap((caption) => [...tokenize(caption ?? '').ids]));
}

/** Rows of zeros, the prior's "not told", where a caption says nothing. */
function withoutEmpty(embeddings: Float32Array, tokens: Int32Array): Float32Array {
  const { places } = contrastiveConfig.text;
  const { features } = contrastiveConfig;
  return embeddings.map((value, i) => {
    const row = Math.floor(i / features);
    return tokens.subarray(row * places, (row + 1) * places).every((token) => token === padId) ? 0 : value;
  });
}

function checkCount(count: number, what: string): void {
  if (count > 0 && count <= mostAtOnce) return;
  throw new AppError('range', `Between 1 and ${mostAtOnce} ${what} can be embedded at once; ${count} were given.`);
}
