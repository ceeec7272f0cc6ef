/** The text encoder and cross-attention a second time, as loops over arrays in double precision, independent of tfjs. */
import type { TextConfig } from '../../src/model/config';
import { plain, plainLinear, plainSilu, type Plain, type PlainParams } from './plainLayers';

type Rows = readonly (readonly number[])[];

export interface PlainText {
  /** [B][places][width] */
  readonly states: readonly Rows[];
  readonly visible: readonly (readonly boolean[])[];
  /** [B][width] */
  readonly pooled: Rows;
}

const normEpsilon = 1e-5;

export function plainEncodeText(
  p: PlainParams,
  config: TextConfig,
  captions: readonly (readonly number[])[],
  prefix = 'text',
): PlainText {
  const encoded = captions.map((tokens) => {
    const visible = tokens.map((token, place) => token > 0 || (place === 0 && tokens.every((other) => other === 0)));
    const words = table(of(p, `${prefix}.words.weight`));
    const places = table(of(p, `${prefix}.places.weight`));
    let rows: Rows = tokens.map((token, place) => plus(words[token] ?? [], places[place] ?? []));
    for (let layer = 0; layer < config.layers; layer += 1) {
      const name = `${prefix}.${layer}`;
      const read = plainRms(rows, of(p, `${name}.norm1.weight`));
      const lin = (part: string, x: Rows): Rows => linear(p, `${name}.${part}`, x);
      const mixed = plainLook(lin('query', read), lin('key', read), lin('value', read), visible, config.heads).mixed;
      rows = sum(rows, lin('out', mixed));
      const hidden = lin('feed1', plainRms(rows, of(p, `${name}.norm2.weight`)));
      rows = sum(rows, lin('feed2', table(plainSilu(flat(hidden)))));
    }
    const states = plainRms(rows, of(p, `${prefix}.norm.weight`));
    const seen = states.filter((_, place) => visible[place]);
    const pooled = Array.from(
      { length: config.width },
      (_, c) => seen.reduce((total, row) => total + (row[c] ?? NaN), 0) / seen.length,
    );
    return { states, visible, pooled };
  });
  return {
    states: encoded.map(({ states }) => states),
    visible: encoded.map(({ visible }) => visible),
    pooled: encoded.map(({ pooled }) => pooled),
  };
}

/** @param h [B, H, W, C] @returns of the same shape, and maps [B][heads][pixels][places] */
export function plainCross(
  p: PlainParams,
  name: string,
  heads: number,
  h: Plain,
  { states, visible }: PlainText,
): { readonly value: Plain; readonly maps: readonly (readonly Rows[])[] } {
  const [batch = 0, height = 0, width = 0, channels = 0] = h.shape;
  const pixels = height * width;
  const done = Array.from({ length: batch }, (_, b) => {
    const rows = Array.from({ length: pixels }, (__, i) =>
      Array.from(h.data.subarray((b * pixels + i) * channels, (b * pixels + i + 1) * channels)),
    );
    const asked = linear(p, `${name}.query`, plainRms(rows, of(p, `${name}.norm.weight`)));
    const words = states[b] ?? [];
    const looked = plainLook(asked, linear(p, `${name}.key`, words), linear(p, `${name}.value`, words), visible[b] ?? [], heads);
    return { rows: sum(rows, linear(p, `${name}.out`, looked.mixed)), maps: looked.maps };
  });
  return {
    value: plain(
      h.shape,
      done.flatMap(({ rows }) => rows.flat()),
    ),
    maps: done.map(({ maps }) => maps),
  };
}

/** Every query against every visible key, within each head's share of the channels. */
function plainLook(
  query: Rows,
  key: Rows,
  value: Rows,
  visible: readonly boolean[],
  heads: number,
): { readonly mixed: Rows; readonly maps: readonly Rows[] } {
  const channels = query[0]?.length ?? 0;
  const depth = channels / heads;
  const maps = Array.from({ length: heads }, (_, head) =>
    query.map((q) => {
      const exponentials = key.map((k, place) => {
        if (!visible[place]) return 0;
        let score = 0;
        for (let c = head * depth; c < (head + 1) * depth; c += 1) score += (q[c] ?? NaN) * (k[c] ?? NaN);
        return Math.exp(score / Math.sqrt(depth));
      });
      const total = exponentials.reduce((all, each) => all + each, 0);
      return exponentials.map((each) => each / total);
    }),
  );
  const mixed = query.map((_, n) =>
    Array.from({ length: channels }, (__, c) =>
      (maps[Math.floor(c / depth)]?.[n] ?? []).reduce((all, weight, place) => all + weight * (value[place]?.[c] ?? NaN), 0),
    ),
  );
  return { mixed, maps };
}

function plainRms(rows: Rows, gain: Plain): Rows {
  return rows.map((row) => {
    const meanSquare = row.reduce((all, each) => all + each * each, 0) / row.length;
    return row.map((each, c) => (each / Math.sqrt(meanSquare + normEpsilon)) * (gain.data[c] ?? NaN));
  });
}

function linear(p: PlainParams, name: string, rows: Rows): Rows {
  return table(plainLinear(flat(rows), of(p, `${name}.weight`), of(p, `${name}.bias`)));
}

function of(p: PlainParams, name: string): Plain {
  const found = p[name];
  if (found === undefined) throw new Error(`no parameter ${name}`);
  return found;
}

function flat(rows: Rows): Plain {
  return plain([rows.length, rows[0]?.length ?? 0], rows.flat());
}

function table({ shape: [rows = 0, columns = 0], data }: Plain): Rows {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}

function plus(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((each, i) => each + (b[i] ?? NaN));
}

function sum(a: Rows, b: Rows): Rows {
  return a.map((row, i) => plus(row, b[i] ?? []));
}
