/**
 * The network's layers a second time, as loops over arrays in double precision: slow, obvious, and independent of tfjs. What
 * src/model computes with matrix products and convolutions must be what these compute.
 */
import type { NamedArrays, UNetConfig } from '../../src/model/config';

/** Pictures [B, H, W, C], rows [N, C], filters [k, k, C_in, C_out]: the last axis runs fastest. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type PlainParams = Readonly<Record<string, Plain>>;

export function plain(shape: readonly number[], data: ArrayLike<number>): Plain {
  return { shape, data: Float64Array.from(data) };
}

export function plainParams(arrays: NamedArrays): PlainParams {
  return Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, plain(shape, data)]));
}

function dimension(x: Plain, axis: number): number {
  return x.shape[axis] ?? 1;
}

/** A new array of this shape, each entry computed from its index. */
function build(shape: readonly number[], value: (index: readonly number[]) => number): Plain {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = new Float64Array(size);
  const index = shape.map(() => 0);
  for (let i = 0; i < size; i += 1) {
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const length = shape[axis] ?? 1;
      index[axis] = rest % length;
      rest = Math.floor(rest / length);
    }
    data[i] = value(index);
  }
  return { shape, data };
}

/** The entry at an index; outside the array it is 0, which is what padding means. */
function at(x: Plain, ...index: readonly number[]): number {
  let place = 0;
  for (let axis = 0; axis < x.shape.length; axis += 1) {
    const length = dimension(x, axis);
    const i = index[axis] ?? 0;
    if (i < 0 || i >= length) return 0;
    place = place * length + i;
  }
  return x.data[place] ?? NaN;
}

function map(x: Plain, f: (value: number) => number): Plain {
  return { shape: x.shape, data: x.data.map(f) };
}

function plainAdd(a: Plain, b: Plain): Plain {
  return { shape: a.shape, data: a.data.map((value, i) => value + (b.data[i] ?? NaN)) };
}

export function plainSilu(x: Plain): Plain {
  return map(x, (value) => value / (1 + Math.exp(-value)));
}

function plainRelu(x: Plain): Plain {
  return map(x, (value) => Math.max(0, value));
}

/** The largest of each 2×2 pixels; an odd row or column at the end is left out. */
export function plainMaxPool(x: Plain): Plain {
  const [batch, height, width, channels] = [dimension(x, 0), dimension(x, 1), dimension(x, 2), dimension(x, 3)];
  return build([batch, Math.floor(height / 2), Math.floor(width / 2), channels], ([b = 0, i = 0, j = 0, c = 0]) =>
    Math.max(...[0, 1, 2, 3].map((cell) => at(x, b, 2 * i + (cell >> 1), 2 * j + (cell & 1), c))),
  );
}

/** Mean over the rows of −log of the label's share of the exponentials. */
export function plainCrossEntropy(logits: Plain, labels: readonly number[]): number {
  const classes = Array.from({ length: dimension(logits, 1) }, (_, c) => c);
  const surprises = labels.map((label, n) => {
    const total = classes.reduce((sum, c) => sum + Math.exp(at(logits, n, c)), 0);
    return -Math.log(Math.exp(at(logits, n, label)) / total);
  });
  return surprises.reduce((sum, value) => sum + value, 0) / labels.length;
}

export interface PlainConv {
  readonly bias?: Plain;
  readonly stride?: number;
  readonly pad?: 'same' | 'valid';
}

export function plainConv(x: Plain, w: Plain, { bias, stride = 1, pad = 'same' }: PlainConv = {}): Plain {
  const [batch, height, width] = [dimension(x, 0), dimension(x, 1), dimension(x, 2)];
  const [k, channelsIn, channelsOut] = [dimension(w, 0), dimension(w, 2), dimension(w, 3)];
  const before = pad === 'same' ? Math.floor((k - 1) / 2) : 0;
  const length = (side: number): number => (pad === 'same' ? Math.ceil(side / stride) : Math.floor((side - k) / stride) + 1);
  return build([batch, length(height), length(width), channelsOut], ([b = 0, i = 0, j = 0, o = 0]) => {
    let sum = bias === undefined ? 0 : at(bias, o);
    for (let u = 0; u < k; u += 1) {
      for (let v = 0; v < k; v += 1) {
        for (let c = 0; c < channelsIn; c += 1)
          sum += at(x, b, i * stride + u - before, j * stride + v - before, c) * at(w, u, v, c, o);
      }
    }
    return sum;
  });
}

export function plainLinear(x: Plain, w: Plain, bias?: Plain): Plain {
  return build([dimension(x, 0), dimension(w, 1)], ([n = 0, o = 0]) => {
    let sum = bias === undefined ? 0 : at(bias, o);
    for (let c = 0; c < dimension(w, 0); c += 1) sum += at(x, n, c) * at(w, c, o);
    return sum;
  });
}

const normEpsilon = 1e-5;

export function plainRmsNorm(x: Plain, gain: Plain): Plain {
  const channels = dimension(x, 3);
  return build(x.shape, ([b = 0, i = 0, j = 0, c = 0]) => {
    let squares = 0;
    for (let d = 0; d < channels; d += 1) squares += at(x, b, i, j, d) ** 2;
    return (at(x, b, i, j, c) / Math.sqrt(squares / channels + normEpsilon)) * at(gain, c);
  });
}

export function plainGroupNorm(x: Plain, gain: Plain, bias: Plain, groups: number): Plain {
  const [height, width, channels] = [dimension(x, 1), dimension(x, 2), dimension(x, 3)];
  const size = channels / groups;
  return build(x.shape, ([b = 0, i = 0, j = 0, c = 0]) => {
    const first = Math.floor(c / size) * size;
    const members: number[] = [];
    for (let u = 0; u < height; u += 1) {
      for (let v = 0; v < width; v += 1) for (let d = first; d < first + size; d += 1) members.push(at(x, b, u, v, d));
    }
    const mean = members.reduce((sum, value) => sum + value, 0) / members.length;
    const variance = members.reduce((sum, value) => sum + (value - mean) ** 2, 0) / members.length;
    return ((at(x, b, i, j, c) - mean) / Math.sqrt(variance + normEpsilon)) * at(gain, c) + at(bias, c);
  });
}

export function plainModulate(x: Plain, scale: Plain, shift: Plain): Plain {
  return build(x.shape, ([b = 0, i = 0, j = 0, c = 0]) => at(x, b, i, j, c) * (1 + at(scale, b, c)) + at(shift, b, c));
}

export function plainUpsample(x: Plain): Plain {
  const [batch, height, width, channels] = [dimension(x, 0), dimension(x, 1), dimension(x, 2), dimension(x, 3)];
  return build([batch, 2 * height, 2 * width, channels], ([b = 0, i = 0, j = 0, c = 0]) =>
    at(x, b, Math.floor(i / 2), Math.floor(j / 2), c),
  );
}

/** Channel order after folding: row in the 2×2 cell, column in it, channel. */
export function plainUnshuffle(x: Plain): Plain {
  const [batch, height, width, channels] = [dimension(x, 0), dimension(x, 1), dimension(x, 2), dimension(x, 3)];
  return build([batch, height / 2, width / 2, 4 * channels], ([b = 0, i = 0, j = 0, q = 0]) => {
    const cell = Math.floor(q / channels);
    return at(x, b, 2 * i + Math.floor(cell / 2), 2 * j + (cell % 2), q % channels);
  });
}

export function plainShuffle(x: Plain): Plain {
  const [batch, height, width, folded] = [dimension(x, 0), dimension(x, 1), dimension(x, 2), dimension(x, 3)];
  const channels = folded / 4;
  return build([batch, 2 * height, 2 * width, channels], ([b = 0, i = 0, j = 0, c = 0]) =>
    at(x, b, Math.floor(i / 2), Math.floor(j / 2), (2 * (i % 2) + (j % 2)) * channels + c),
  );
}

/** Every pixel's query against every pixel's key, within each head's share of the channels. */
export function plainAttend(query: Plain, key: Plain, value: Plain, heads: number): Plain {
  const [height, width, channels] = [dimension(query, 1), dimension(query, 2), dimension(query, 3)];
  const depth = channels / heads;
  return build(query.shape, ([b = 0, i = 0, j = 0, c = 0]) => {
    const first = Math.floor(c / depth) * depth;
    let total = 0;
    let sum = 0;
    for (let u = 0; u < height; u += 1) {
      for (let v = 0; v < width; v += 1) {
        let score = 0;
        for (let d = first; d < first + depth; d += 1) score += at(query, b, i, j, d) * at(key, b, u, v, d);
        const weight = Math.exp(score / Math.sqrt(depth));
        total += weight;
        sum += weight * at(value, b, u, v, c);
      }
    }
    return sum / total;
  });
}

export function plainTimeFeatures(t: readonly number[], T: number, features: number): Plain {
  const half = features / 2;
  return build([t.length, features], ([n = 0, k = 0]) => {
    const angle = ((100 * ((t[n] ?? NaN) - 1)) / T) * 1000 ** (-(k % half) / (half - 1));
    return k < half ? Math.sin(angle) : Math.cos(angle);
  });
}

/** The judge from the parts above: features and logits. */
export function plainJudge(p: PlainParams, convolutions: number, x: Plain): { readonly features: Plain; readonly logits: Plain } {
  const of = (name: string): Plain => {
    const found = p[name];
    if (found === undefined) throw new Error(`no parameter ${name}`);
    return found;
  };
  let h = x;
  for (let i = 0; i < convolutions; i += 1) {
    h = plainMaxPool(plainRelu(plainConv(h, of(`conv.${i}.weight`), { bias: of(`conv.${i}.bias`) })));
  }
  const batch = dimension(h, 0);
  const flat = { shape: [batch, h.data.length / batch], data: h.data };
  const features = plainRelu(plainLinear(flat, of('features.weight'), of('features.bias')));
  return { features, logits: plainLinear(features, of('classes.weight'), of('classes.bias')) };
}

/** Channels of one picture, then those of the other. */
function plainBeside(x: Plain, other: Plain): Plain {
  const [batch, height, width, channels] = [dimension(x, 0), dimension(x, 1), dimension(x, 2), dimension(x, 3)];
  return build([batch, height, width, channels + dimension(other, 3)], ([b = 0, i = 0, j = 0, c = 0]) =>
    c < channels ? at(x, b, i, j, c) : at(other, b, i, j, c - channels),
  );
}

export interface PlainGiven {
  /** Classes, or config.classes for "not told". */
  readonly labels: readonly number[];
  readonly small?: Plain;
  readonly augmentation?: readonly number[];
}

/** The whole U-Net from the parts above. */
export function plainUnet(
  p: PlainParams,
  config: UNetConfig,
  x: Plain,
  t: readonly number[],
  T: number,
  { labels, small, augmentation }: PlainGiven,
): Plain {
  const of = (name: string): Plain => {
    const found = p[name];
    if (found === undefined) throw new Error(`no parameter ${name}`);
    return found;
  };
  const conv = (name: string, h: Plain, options: PlainConv = {}): Plain =>
    plainConv(h, of(`${name}.weight`), { ...options, bias: of(`${name}.bias`) });
  const lin = (name: string, h: Plain): Plain => plainLinear(h, of(`${name}.weight`), of(`${name}.bias`));
  const norm = (name: string, h: Plain): Plain => {
    if (config.norm === 'none') return h;
    return config.norm === 'rms'
      ? plainRmsNorm(h, of(`${name}.weight`))
      : plainGroupNorm(h, of(`${name}.weight`), of(`${name}.bias`), 8);
  };
  let cond = lin('time', plainTimeFeatures(t, T, config.timeFeatures));
  const addRows = (name: string, rows: readonly number[] | undefined): void => {
    const table = of(name);
    cond = plainAdd(
      cond,
      build(cond.shape, ([n = 0, e = 0]) => at(table, rows?.[n] ?? NaN, e)),
    );
  };
  if (config.classes > 0) addRows('label.weight', labels);
  if (config.augmentationLevels > 0) addRows('augmentation.weight', augmentation);
  cond = plainSilu(cond);
  const block = (name: string, h: Plain): Plain => {
    const hidden = conv(`${name}.conv1`, plainSilu(norm(`${name}.norm`, h)));
    const told = plainModulate(hidden, lin(`${name}.scale`, cond), lin(`${name}.shift`, cond));
    return plainAdd(h, conv(`${name}.conv2`, plainSilu(told)));
  };
  const attention = (name: string, h: Plain): Plain => {
    const input = norm(`${name}.norm`, h);
    const heads = Math.max(1, Math.floor(dimension(h, 3) / 32));
    const mixed = plainAttend(conv(`${name}.query`, input), conv(`${name}.key`, input), conv(`${name}.value`, input), heads);
    return plainAdd(h, conv(`${name}.out`, mixed));
  };

  const innermost = config.widths.length - 1;
  const seen = small === undefined ? x : plainBeside(x, small);
  let h = conv('stem', config.stem === 'unshuffle' ? plainUnshuffle(seen) : seen);
  const skips: Plain[] = [];
  for (let level = 0; level < innermost; level += 1) {
    h = block(`down.${level}.block`, h);
    skips.push(h);
    h = conv(`down.${level}.down`, h, { stride: 2, pad: 'valid' });
  }
  h = block('mid.0', h);
  if (config.attention) h = attention('mid.attention', h);
  for (let i = 1; i < config.innerBlocks; i += 1) h = block(`mid.${i}`, h);
  for (let level = innermost - 1; level >= 0; level -= 1) {
    h = block(`up.${level}.block`, plainAdd(plainUpsample(conv(`up.${level}.up`, h)), skips[level] ?? h));
  }
  const result = conv('out', plainSilu(norm('out.norm', h)));
  return config.stem === 'unshuffle' ? plainShuffle(result) : result;
}
