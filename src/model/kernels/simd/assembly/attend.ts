/**
 * Attention to eight places, a caption's: with so few keys a row of scores is two vectors, and nothing has to be laid out anew.
 * Queries [B·N, C], keys and values [B·8, C], visible [B, 8] (1, or 0 for padding); heads are stretches of `depth` channels, a
 * multiple of 4. Weights, kept for the gradient: [B, heads, N, 8].
 */
import { exp4, horizontalSum } from './activations';
import { madd } from './matrix';

const places = 8;
/** Taken from the score of a place that nobody sees, so that it is never the largest. */
const hidden: f32 = 1e4;

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }

/** rows [8, depth] that lie C floats apart → panel [depth, 8] */
function turn(rows: usize, panel: usize, depth: i32, C: i32): void {
  for (let j = 0; j < depth; j += 1) {
    for (let m = 0; m < places; m += 1) store<f32>(panel + floats(j * places + m), load<f32>(rows + floats(m * C + j)));
  }
}

/** out [N, 8] = rows [N, depth] that lie C floats apart · panel [depth, 8] */
function products(rows: usize, panel: usize, out: usize, N: i32, depth: i32, C: i32): void {
  const zero = f32x4.splat(0);
  const apart = floats(C);
  let n = 0;
  for (; n + 2 <= N; n += 2) {
    let a0 = zero, a1 = zero, b0 = zero, b1 = zero;
    let a = rows, b = rows + apart, p = panel;
    for (let j = 0; j < depth; j += 1) {
      const left = v128.load(p), right = v128.load(p, 16);
      let s = v128.load32_splat(a);
      a0 = madd(s, left, a0);
      a1 = madd(s, right, a1);
      s = v128.load32_splat(b);
      b0 = madd(s, left, b0);
      b1 = madd(s, right, b1);
      a += 4; b += 4; p += 32;
    }
    v128.store(out, a0); v128.store(out, a1, 16); v128.store(out, b0, 32); v128.store(out, b1, 48);
    out += 64;
    rows += 2 * apart;
  }
  if (n == N) return;
  let a0 = zero, a1 = zero;
  for (let j = 0; j < depth; j += 1) {
    const s = v128.load32_splat(rows + floats(j));
    a0 = madd(s, v128.load(panel + floats(j * places)), a0);
    a1 = madd(s, v128.load(panel + floats(j * places), 16), a1);
  }
  v128.store(out, a0); v128.store(out, a1, 16);
}

/** out [N, depth] = weights [N, 8] · rows [8, depth]; rows of out and of rows lie C floats apart. */
function mix(weights: usize, rows: usize, out: usize, N: i32, depth: i32, C: i32): void {
  for (let j = 0; j < depth; j += 4) {
    const at = rows + floats(j);
    const r0 = v128.load(at), r1 = v128.load(at + floats(C)), r2 = v128.load(at + floats(2 * C)), r3 = v128.load(at + floats(3 * C));
    const r4 = v128.load(at + floats(4 * C)), r5 = v128.load(at + floats(5 * C));
    const r6 = v128.load(at + floats(6 * C)), r7 = v128.load(at + floats(7 * C));
    let to = out + floats(j), w = weights;
    for (let n = 0; n < N; n += 1) {
      let sum = f32x4.mul(v128.load32_splat(w), r0);
      sum = madd(v128.load32_splat(w, 4), r1, sum);
      sum = madd(v128.load32_splat(w, 8), r2, sum);
      sum = madd(v128.load32_splat(w, 12), r3, sum);
      sum = madd(v128.load32_splat(w, 16), r4, sum);
      sum = madd(v128.load32_splat(w, 20), r5, sum);
      sum = madd(v128.load32_splat(w, 24), r6, sum);
      sum = madd(v128.load32_splat(w, 28), r7, sum);
      v128.store(to, sum);
      to += floats(C);
      w += 32;
    }
  }
}

/** out [8, depth] = weights [N, 8]ᵀ · rows [N, depth]; rows of out and of rows lie C floats apart. */
function gatherBack(weights: usize, rows: usize, out: usize, N: i32, depth: i32, C: i32): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < depth; j += 4) {
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
    let from = rows + floats(j), w = weights;
    for (let n = 0; n < N; n += 1) {
      const row = v128.load(from);
      s0 = madd(v128.load32_splat(w), row, s0);
      s1 = madd(v128.load32_splat(w, 4), row, s1);
      s2 = madd(v128.load32_splat(w, 8), row, s2);
      s3 = madd(v128.load32_splat(w, 12), row, s3);
      s4 = madd(v128.load32_splat(w, 16), row, s4);
      s5 = madd(v128.load32_splat(w, 20), row, s5);
      s6 = madd(v128.load32_splat(w, 24), row, s6);
      s7 = madd(v128.load32_splat(w, 28), row, s7);
      from += floats(C);
      w += 32;
    }
    let to = out + floats(j);
    v128.store(to, s0); to += floats(C);
    v128.store(to, s1); to += floats(C);
    v128.store(to, s2); to += floats(C);
    v128.store(to, s3); to += floats(C);
    v128.store(to, s4); to += floats(C);
    v128.store(to, s5); to += floats(C);
    v128.store(to, s6); to += floats(C);
    v128.store(to, s7);
  }
}

// @ts-ignore: decorator
@inline
function largest(x: v128): f32 {
  return max<f32>(
    max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/** Each row of scores [N, 8] times scale → its softmax over the visible places, in place. */
function softmax(scores: usize, visible: usize, N: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  const one = f32x4.splat(1);
  const shut = f32x4.splat(hidden);
  const left = f32x4.mul(f32x4.sub(v128.load(visible), one), shut);
  const right = f32x4.mul(f32x4.sub(v128.load(visible, 16), one), shut);
  for (let n = 0; n < N; n += 1) {
    let a = madd(v128.load(scores), factor, left);
    let b = madd(v128.load(scores, 16), factor, right);
    const most = f32x4.splat(largest(f32x4.max(a, b)));
    a = f32x4.mul(exp4(f32x4.sub(a, most)), v128.load(visible)); // exp4 ends at e⁻⁸⁷, not at 0
    b = f32x4.mul(exp4(f32x4.sub(b, most)), v128.load(visible, 16));
    const inverse = f32x4.splat(<f32>1 / horizontalSum(f32x4.add(a, b)));
    v128.store(scores, f32x4.mul(a, inverse));
    v128.store(scores, f32x4.mul(b, inverse), 16);
    scores += 32;
  }
}

/** mixed [B·N, C] and weights. scratch: 8·depth. */
export function attendForward(
  query: usize, key: usize, value: usize, visible: usize, mixed: usize, weights: usize, scratch: usize,
  B: i32, N: i32, C: i32, heads: i32,
): void {
  const depth = C / heads;
  const scale = <f32>1 / sqrt<f32>(<f32>depth);
  for (let b = 0; b < B; b += 1) {
    for (let head = 0; head < heads; head += 1) {
      const o = floats(head * depth);
      turn(key + o, scratch, depth, C);
      products(query + o, scratch, weights, N, depth, C);
      softmax(weights, visible, N, scale);
      mix(weights, value + o, mixed + o, N, depth, C);
      weights += floats(N * places);
    }
    query += floats(N * C);
    mixed += floats(N * C);
    key += floats(places * C);
    value += floats(places * C);
    visible += floats(places);
  }
}

/** From dy [B·N, C] to dquery [B·N, C], dkey and dvalue [B·8, C]. scratch: 8·depth + 8·N. */
export function attendBackward(
  dy: usize, query: usize, key: usize, value: usize, weights: usize,
  dquery: usize, dkey: usize, dvalue: usize, scratch: usize,
  B: i32, N: i32, C: i32, heads: i32,
): void {
  const depth = C / heads;
  const scale = f32x4.splat(<f32>1 / sqrt<f32>(<f32>depth));
  const scores = scratch + floats(places * depth);
  for (let b = 0; b < B; b += 1) {
    for (let head = 0; head < heads; head += 1) {
      const o = floats(head * depth);
      gatherBack(weights, dy + o, dvalue + o, N, depth, C);
      turn(value + o, scratch, depth, C);
      products(dy + o, scratch, scores, N, depth, C);
      // Through the softmax: rows of weights sum to one, so only differences within a row count.
      for (let n = 0; n < N; n += 1) {
        const at = floats(n * places);
        const w0 = v128.load(weights + at), w1 = v128.load(weights + at, 16);
        const d0 = v128.load(scores + at), d1 = v128.load(scores + at, 16);
        const mean = f32x4.splat(horizontalSum(madd(w0, d0, f32x4.mul(w1, d1))));
        v128.store(scores + at, f32x4.mul(f32x4.mul(w0, f32x4.sub(d0, mean)), scale));
        v128.store(scores + at, f32x4.mul(f32x4.mul(w1, f32x4.sub(d1, mean)), scale), 16);
      }
      mix(scores, key + o, dquery + o, N, depth, C);
      gatherBack(scores, query + o, dkey + o, N, depth, C);
      weights += floats(N * places);
    }
    dy += floats(N * C);
    query += floats(N * C);
    dquery += floats(N * C);
    key += floats(places * C);
    value += floats(places * C);
    dkey += floats(places * C);
    dvalue += floats(places * C);
  }
}
