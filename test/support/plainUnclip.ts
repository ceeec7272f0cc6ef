/** The contrastive embedding, its loss and the prior a second time, as loops over arrays in double precision, independent of tfjs. */
import type { ContrastiveConfig } from '../../src/model/contrastiveConfig';
import type { PriorConfig } from '../../src/model/priorConfig';
import {
  plain,
  plainConv,
  plainLinear,
  plainRmsNorm,
  plainSilu,
  plainTimeFeatures,
  plainUnshuffle,
  type Plain,
  type PlainParams,
} from './plainLayers';
import { plainEncodeText } from './plainText';

type Rows = readonly (readonly number[])[];

function of(p: PlainParams, name: string): Plain {
  const found = p[name];
  if (found === undefined) throw new Error(`no parameter ${name}`);
  return found;
}

const lin = (p: PlainParams, name: string, x: Plain): Plain => plainLinear(x, of(p, `${name}.weight`), of(p, `${name}.bias`));

function sum(...all: readonly Plain[]): Plain {
  const [first] = all;
  if (!first) throw new Error('nothing to add');
  return { shape: first.shape, data: first.data.map((_, i) => all.reduce((total, x) => total + (x.data[i] ?? NaN), 0)) };
}

function rowsOf({ shape, data }: Plain): Rows {
  const [count = 0, width = 0] = shape;
  return Array.from({ length: count }, (_, row) => Array.from(data.subarray(row * width, (row + 1) * width)));
}

function unit(rows: Rows): Rows {
  return rows.map((row) => row.map((value) => value / Math.hypot(...row)));
}

export function plainEmbedImages(p: PlainParams, { blocks }: ContrastiveConfig, x: Plain): Rows {
  const conv = (name: string, h: Plain, stride = 1): Plain =>
    plainConv(h, of(p, `${name}.weight`), { bias: of(p, `${name}.bias`), stride, pad: stride === 1 ? 'same' : 'valid' });
  const active = (name: string, h: Plain): Plain => plainSilu(plainRmsNorm(h, of(p, `${name}.weight`)));
  let h = conv('image.stem', plainUnshuffle(x));
  h = conv('image.down', active('image.down.norm', h), 2);
  for (let i = 0; i < blocks; i += 1) h = sum(h, conv(`image.${i}`, active(`image.${i}.norm`, h)));
  const { shape, data } = active('image.norm', h);
  const [batch = 1] = shape;
  return unit(rowsOf(lin(p, 'image.out', plain([batch, data.length / batch], data))));
}

export function plainEmbedTokens(p: PlainParams, { text }: ContrastiveConfig, captions: Rows): Rows {
  const { pooled } = plainEncodeText(p, text, captions);
  return unit(rowsOf(lin(p, 'caption.out', plain([captions.length, text.width], pooled.flat()))));
}

/** −½·(log of the share that a row gives to its own column + the same with rows and columns exchanged). */
export function plainPairSurprise(images: Rows, texts: Rows, scale: number): readonly number[] {
  const score = (i: number, j: number): number =>
    scale * (images[i] ?? []).reduce((total, value, k) => total + value * (texts[j]?.[k] ?? NaN), 0);
  const all = images.map((_, i) => i);
  return all.map((i) => {
    const row = all.reduce((total, j) => total + Math.exp(score(i, j)), 0);
    const column = all.reduce((total, j) => total + Math.exp(score(j, i)), 0);
    return -(Math.log(Math.exp(score(i, i)) / row) + Math.log(Math.exp(score(i, i)) / column)) / 2;
  });
}

/** @param x [B, features] @param captions [B, features], both scaled */
export function plainPrior(
  p: PlainParams,
  config: PriorConfig,
  x: Plain,
  t: readonly number[],
  T: number,
  captions: Plain,
): Plain {
  const norm = (name: string, h: Plain): Plain => {
    const [batch = 1, width = 1] = h.shape;
    return { shape: h.shape, data: plainRmsNorm(plain([batch, 1, 1, width], h.data), of(p, `${name}.weight`)).data };
  };
  let h = sum(lin(p, 'noised', x), lin(p, 'time', plainTimeFeatures(t, T, config.timeFeatures)), lin(p, 'caption', captions));
  for (let i = 0; i < config.blocks; i += 1) {
    const hidden = plainSilu(lin(p, `block.${i}.in`, plainSilu(norm(`block.${i}.norm`, h))));
    h = sum(h, lin(p, `block.${i}.out`, hidden));
  }
  return lin(p, 'clean', h);
}
