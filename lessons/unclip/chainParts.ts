/**
 * unCLIP in the order in which it runs: a caption's embedding, the prior's walk from noise to an embedding of a picture, the decoder's walk
 * from noise to a picture that has this embedding, and, if wanted, lesson 7's upsamplers behind it. Each part is one question to the engine.
 */
import { shrink } from '$lib/data/resize';
import { drawChain, type Draws } from '../upsampling/chain';
import { firstNetworks, firstWalks, sides, sourceOf } from '../upsampling/chainStages';
import { upsamplersFrom } from '../upsampling/upsample';
import { embeddedCaptions, type Asks } from './asks';
import type { PriorMoment } from './chainFilm';
import { decoderRequest, priorRequest, repeatedRow, type DecoderSteps } from './requests';

/** The part of the session that embeds and draws. */
export type Chains = Asks & Draws;

export interface ChainAsk {
  readonly caption: string;
  /** Pictures, each from noise of its own. */
  readonly count: number;
  readonly hasPrior: boolean;
  readonly priorScale: number;
  readonly guidanceScale: number;
  readonly trained: DecoderSteps;
  /** What the decoder's picture is made small to before the upsamplers get it; null without them. */
  readonly upFrom: 7 | 14 | null;
  readonly seed: number;
}

/** One moment of a walk to pictures. */
export interface PictureMoment {
  readonly t: number;
  /** [count, side, side] */
  readonly xt: Float32Array;
  readonly x0: Float32Array | null;
}

export interface UpStage {
  readonly side: number;
  readonly frames: readonly PictureMoment[];
}

/** Told as it happens. */
export interface ChainListener {
  readonly signal: AbortSignal;
  readonly ontext: (embedding: Float32Array) => void;
  readonly onprior: (moment: PriorMoment) => void;
  readonly ondecoder: (moment: PictureMoment) => void;
  /** @param stage of the upsamplers asked for, which */
  readonly onup: (stage: number, moment: PictureMoment) => void;
}

/** @throws what the engine rejects with; request/cancelled, once the signal says so */
export async function runChain(session: Chains, ask: ChainAsk, listener: ChainListener): Promise<void> {
  const { caption, count, guidanceScale, trained, upFrom, seed } = ask;
  const text = await embeddedCaptions(session, [caption], listener.signal);
  listener.ontext(text);

  const vectors = ask.hasPrior ? await walkOfPrior(session, ask, listener) : repeatedRow(text, count);

  const request = decoderRequest({ vectors, trained, guidanceScale, seed }, { frames: 'all' });
  let drawn = new Float32Array();
  for await (const { t, xt, x0 } of session.sample(request, { signal: listener.signal })) {
    listener.ondecoder({ t, xt, x0 });
    drawn = Float32Array.from(xt);
  }
  if (upFrom !== null) await enlarge(session, { small: shrink(drawn, sides['up-28'], upFrom), upFrom, count, seed }, listener);
}

/** A draw from P(image embedding | caption): an embedding that a picture of this caption could have, one for each picture. [count · 32] */
async function walkOfPrior(session: Chains, ask: ChainAsk, { signal, onprior }: ChainListener): Promise<Float32Array> {
  const { caption, count, priorScale, seed } = ask;
  const captions = Array.from({ length: count }, () => caption);
  let last = new Float32Array();
  await session.ask('prior.sample', priorRequest({ captions, guidanceScale: priorScale, seed }, 'all'), {
    signal,
    onPart: ({ t, xt, x0 }) => {
      onprior({ t, xt, x0 });
      last = Float32Array.from(xt);
    },
  });
  return last;
}

interface Enlarging {
  /** [count, upFrom, upFrom] */
  readonly small: Float32Array;
  readonly upFrom: 7 | 14;
  readonly count: number;
  readonly seed: number;
}

/** The upsamplers are told no digit: the paper's, too, see the small picture alone (section 2.1). */
async function enlarge(
  session: Chains,
  { small, upFrom, count, seed }: Enlarging,
  { signal, onup }: ChainListener,
): Promise<void> {
  const roles = upsamplersFrom(upFrom);
  const walks = firstWalks(1);
  await drawChain(
    session,
    {
      stages: roles.map((role) => ({ ...walks[role], source: sourceOf(role, firstNetworks) })),
      labels: Array.from({ length: count }, () => null),
      seed,
      start: small,
      firstStage: 3 - roles.length,
    },
    { signal, onframe: (stage, { t, xt, x0 }) => onup(stage, { t, xt, x0 }) },
  );
}
