/**
 * Convolutions as products of matrices with patches, for the layers around the residual blocks: 1×1, 2×2 with stride 2, and 3×3 with
 * few channels on one side. One side of such a layer is wide (C channels, a multiple of 8), the other narrow; a row of `patches`
 * holds the k·k narrow pixels that one wide pixel meets, and F [k·k·c, C] is the filter:
 *   gather: wide = patches(narrow)·F;  scatter: narrow = Σ of wide·Fᵀ over overlapping patches;  filter: dF = patches(narrow)ᵀ·wide.
 * A layer that widens gathers forward and scatters backward; one that narrows does the opposite. Sizes are floats, pointers bytes.
 */
import { gemm, gemmTransposed, packPanels } from './matrix';
import { packTransposed } from './winograd';

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }

// @ts-ignore: decorator
@inline
function roundUp(n: i32, multiple: i32): i32 { return (n + multiple - 1) / multiple * multiple; }

function copyFloats(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(to + floats(i), v128.load(from + floats(i)));
  for (; i < count; i += 1) store<f32>(to + floats(i), load<f32>(from + floats(i)));
}

function addFloats(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(to + floats(i), f32x4.add(v128.load(to + floats(i)), v128.load(from + floats(i))));
  for (; i < count; i += 1) store<f32>(to + floats(i), load<f32>(to + floats(i)) + load<f32>(from + floats(i)));
}

function addBias(y: usize, bias: usize, rows: i32, C: i32): void {
  for (let row = 0; row < rows; row += 1) {
    addFloats(bias, y, C);
    y += floats(C);
  }
}

/** sums [C] += the sum of x [rows, C] over its rows. */
export function addRows(x: usize, sums: usize, rows: i32, C: i32): void {
  let c = 0;
  for (; c + 4 <= C; c += 4) {
    let sum = f32x4.splat(0);
    let at = x + floats(c);
    for (let row = 0; row < rows; row += 1) {
      sum = f32x4.add(sum, v128.load(at));
      at += floats(C);
    }
    v128.store(sums + floats(c), f32x4.add(v128.load(sums + floats(c)), sum));
  }
  for (; c < C; c += 1) {
    let sum: f32 = 0;
    let at = x + floats(c);
    for (let row = 0; row < rows; row += 1) {
      sum += load<f32>(at);
      at += floats(C);
    }
    store<f32>(sums + floats(c), load<f32>(sums + floats(c)) + sum);
  }
}

/** sums [C] of x [rows, C]. */
export function columnSums(x: usize, sums: usize, rows: i32, C: i32): void {
  memory.fill(sums, 0, floats(C));
  addRows(x, sums, rows, C);
}

/** One narrow picture [H, W, c] → rows [P, K] of its patches, K ≥ k·k·c and zeros beyond; padded: room for the picture and its border. */
function toPatches(narrow: usize, rows: usize, padded: usize, H: i32, W: i32, c: i32, k: i32, stride: i32, border: i32, K: i32): void {
  const PW = W + 2 * border;
  let from = narrow;
  if (border > 0) {
    memory.fill(padded, 0, floats((H + 2 * border) * PW * c));
    for (let row = 0; row < H; row += 1) {
      memory.copy(padded + floats(((row + border) * PW + border) * c), narrow + floats(row * W * c), floats(W * c));
    }
    from = padded;
  }
  const lines = (H + 2 * border - k) / stride + 1;
  const columns = (PW - k) / stride + 1;
  const run = k * c;
  const rest = K - k * run;
  for (let i = 0; i < lines; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      let at = from + floats((i * stride * PW + j * stride) * c);
      for (let u = 0; u < k; u += 1) {
        copyFloats(at, rows, run);
        at += floats(PW * c);
        rows += floats(run);
      }
      if (rest > 0) memory.fill(rows, 0, floats(rest));
      rows += floats(rest);
    }
  }
}

/** Rows [P, K] added up where their patches lie → one narrow picture [H, W, c]; the opposite of toPatches. */
function fromPatches(rows: usize, narrow: usize, padded: usize, H: i32, W: i32, c: i32, k: i32, stride: i32, border: i32, K: i32): void {
  const PW = W + 2 * border;
  const to = border > 0 ? padded : narrow;
  memory.fill(to, 0, floats((H + 2 * border) * PW * c));
  const lines = (H + 2 * border - k) / stride + 1;
  const columns = (PW - k) / stride + 1;
  const run = k * c;
  for (let i = 0; i < lines; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      let at = to + floats((i * stride * PW + j * stride) * c);
      let row = rows;
      for (let u = 0; u < k; u += 1) {
        addFloats(row, at, run);
        at += floats(PW * c);
        row += floats(run);
      }
      rows += floats(K);
    }
  }
  if (border === 0) return;
  for (let row = 0; row < H; row += 1) {
    memory.copy(narrow + floats(row * W * c), padded + floats(((row + border) * PW + border) * c), floats(W * c));
  }
}

/** w [k, k, C, c], of a layer that narrows → F [k·k·c, C]: reversed in space, its channels swapped. */
export function turnFilter(w: usize, f: usize, taps: i32, C: i32, c: i32): void {
  for (let tap = 0; tap < taps; tap += 1) {
    const from = w + floats((taps - 1 - tap) * C * c);
    for (let o = 0; o < c; o += 1) {
      for (let i = 0; i < C; i += 1) {
        store<f32>(f, load<f32>(from + floats(i * c + o)));
        f += 4;
      }
    }
  }
}

/** F [k·k·c, C] → w [k, k, C, c]: turnFilter's way back. */
export function turnFilterBack(f: usize, w: usize, taps: i32, C: i32, c: i32): void {
  for (let tap = 0; tap < taps; tap += 1) {
    const to = w + floats((taps - 1 - tap) * C * c);
    for (let o = 0; o < c; o += 1) {
      for (let i = 0; i < C; i += 1) {
        store<f32>(to + floats(i * c + o), load<f32>(f));
        f += 4;
      }
    }
  }
}

/**
 * wide [B·P, C] = patches(narrow [B, H, W, c])·F (+ bias [C], where not 0), P pixels a picture.
 * scratch: P·roundUp(k·k·c, 4) + C·roundUp(k·k·c, 4) + the padded picture.
 */
export function gather(
  narrow: usize, f: usize, bias: usize, wide: usize, scratch: usize,
  B: i32, H: i32, W: i32, c: i32, C: i32, k: i32, stride: i32, border: i32, P: i32,
): void {
  const used = k * k * c;
  const K = roundUp(used, 4);
  const panels = scratch;
  const rows = panels + floats(C * K);
  const padded = rows + floats(P * K);
  packPanelsPadded(f, panels, used, K, C);
  const isPlain = k === 1 && stride === 1 && K === used;
  for (let picture = 0; picture < B; picture += 1) {
    if (!isPlain) toPatches(narrow, rows, padded, H, W, c, k, stride, border, K);
    gemm(isPlain ? narrow : rows, panels, wide, P, K, C);
    if (bias) addBias(wide, bias, P, C);
    narrow += floats(H * W * c);
    wide += floats(P * C);
  }
}

/** As packPanels of b [used, N], with rows of zeros up to K. */
function packPanelsPadded(b: usize, panels: usize, used: i32, K: i32, N: i32): void {
  if (used === K) {
    packPanels(b, panels, K, N);
    return;
  }
  memory.fill(panels, 0, floats(K * N));
  for (let n = 0; n < N; n += 8) {
    const panel = panels + floats(n * K);
    for (let row = 0; row < used; row += 1) copyFloats(b + floats(row * N + n), panel + floats(8 * row), 8);
  }
}

/**
 * narrow [B, H, W, c] = wide [B·P, C]·Fᵀ, added up over patches (+ bias [c], where not 0).
 * scratch: (2·C + P)·roundUp(k·k·c, 8) + the padded picture.
 */
export function scatter(
  wide: usize, f: usize, bias: usize, narrow: usize, scratch: usize,
  B: i32, H: i32, W: i32, c: i32, C: i32, k: i32, stride: i32, border: i32, P: i32,
): void {
  const used = k * k * c;
  const K = roundUp(used, 8);
  const panels = scratch;
  const whole = panels + floats(C * K);
  const rows = whole + floats(C * K);
  const padded = rows + floats(P * K);
  memory.copy(whole, f, floats(used * C));
  memory.fill(whole + floats(used * C), 0, floats((K - used) * C));
  packTransposed(whole, panels, K, C);
  const isPlain = k === 1 && stride === 1 && K === used;
  for (let picture = 0; picture < B; picture += 1) {
    gemm(wide, panels, isPlain ? narrow : rows, P, C, K);
    if (!isPlain) fromPatches(rows, narrow, padded, H, W, c, k, stride, border, K);
    if (bias) addBias(narrow, bias, H * W, c);
    wide += floats(P * C);
    narrow += floats(H * W * c);
  }
}

/**
 * dF [k·k·c, C] = patches(narrow)ᵀ·wide, over all pictures.
 * scratch: (C + P)·roundUp(k·k·c, 4) + the padded picture.
 */
export function filterSums(
  narrow: usize, wide: usize, df: usize, scratch: usize,
  B: i32, H: i32, W: i32, c: i32, C: i32, k: i32, stride: i32, border: i32, P: i32,
): void {
  const used = k * k * c;
  const K = roundUp(used, 4);
  const sums = scratch;
  const rows = sums + floats(C * K);
  const padded = rows + floats(P * K);
  memory.fill(sums, 0, floats(C * K));
  const isPlain = k === 1 && stride === 1 && K === used;
  for (let picture = 0; picture < B; picture += 1) {
    if (!isPlain) toPatches(narrow, rows, padded, H, W, c, k, stride, border, K);
    gemmTransposed(isPlain ? narrow : rows, wide, sums, P, K, C);
    narrow += floats(H * W * c);
    wide += floats(P * C);
  }
  memory.copy(df, sums, floats(used * C));
}
