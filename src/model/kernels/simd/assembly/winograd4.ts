/**
 * Winograd's F(4×4, 3×3) (Lavin & Gray 2015, arXiv:1509.09308), forwards only: 36 multiplications for 16 results, where F(2×2, 3×3)
 * takes 64. It rounds a little more, which pictures bear, and is used where nothing is kept for a gradient. Tiles are 6×6 and overlap
 * by two; Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A as in winograd.ts, with the points 0, ±1, ±2 and ∞.
 */
import { madd } from './matrix';

/** Points of a tile: 6×6. */
export const points4: i32 = 36;

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }
// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
// @ts-ignore: decorator
@inline
function times(a: v128, factor: f32): v128 { return f32x4.mul(a, f32x4.splat(factor)); }

/** Six values `step` bytes apart become Bᵀ times them, `outStep` bytes apart. */
// @ts-ignore: decorator
@inline
function inputSix(from: usize, step: usize, out: usize, outStep: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step), d4 = v128.load(from + 4 * step), d5 = v128.load(from + 5 * step);
  const four = f32x4.splat(4), minusFive = f32x4.splat(-5), minusFour = f32x4.splat(-4), two = f32x4.splat(2);
  v128.store(out, madd(four, d0, madd(minusFive, d2, d4)));
  const even = madd(minusFour, d2, d4);
  const odd = madd(minusFour, d1, d3);
  v128.store(out + outStep, add(even, odd));
  v128.store(out + 2 * outStep, sub(even, odd));
  const evenApart = sub(d4, d2);
  const oddApart = f32x4.mul(two, sub(d3, d1));
  v128.store(out + 3 * outStep, add(evenApart, oddApart));
  v128.store(out + 4 * outStep, sub(evenApart, oddApart));
  v128.store(out + 5 * outStep, madd(four, d1, madd(minusFive, d3, d5)));
}

/** Three values become G times them. */
// @ts-ignore: decorator
@inline
function filterThree(from: usize, step: usize, out: usize, outStep: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + step), g2 = v128.load(from + 2 * step);
  v128.store(out, times(g0, 0.25));
  const ends = times(add(g0, g2), -1.0 / 6);
  const middle = times(g1, -1.0 / 6);
  v128.store(out + outStep, add(ends, middle));
  v128.store(out + 2 * outStep, sub(ends, middle));
  const farEnds = add(times(g0, 1.0 / 24), times(g2, 1.0 / 6));
  const farMiddle = times(g1, 1.0 / 12);
  v128.store(out + 3 * outStep, add(farEnds, farMiddle));
  v128.store(out + 4 * outStep, sub(farEnds, farMiddle));
  v128.store(out + 5 * outStep, g2);
}

/** g [3, 3, C, C] → U = G g Gᵀ as 36 matrices [C, C], each in panels as packPanels lays them. temporary: 18 vectors. */
export function filterTransform4(g: usize, panels: usize, temporary: usize, C: i32): void {
  const plane = floats(C * C);
  for (let k = 0; k < C; k += 1) {
    for (let n = 0; n < C; n += 4) {
      const out = panels + floats((n >> 3) * C * 8 + k * 8 + (n & 4));
      for (let column: usize = 0; column < 3; column += 1) filterThree(g + column * plane, 3 * plane, temporary + 16 * column, 48);
      for (let row: usize = 0; row < 6; row += 1) filterThree(temporary + 48 * row, 16, out + 6 * row * plane, plane);
      g += 16;
    }
  }
}

/** One padded image of lines of PW pixels → its tiles' rows of V [36][tile, C]. temporary: 36 vectors. */
export function inputTransform4(padded: usize, v: usize, planeBytes: usize, temporary: usize, TH: i32, TW: i32, PW: i32, C: i32): void {
  const pixel = floats(C);
  const line = floats(PW * C);
  for (let i = 0; i < TH; i += 1) {
    for (let j = 0; j < TW; j += 1) {
      const corner = padded + floats((4 * i * PW + 4 * j) * C);
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        for (let column: usize = 0; column < 6; column += 1) {
          inputSix(corner + o + column * pixel, line, temporary + 16 * column, 96);
        }
        for (let row: usize = 0; row < 6; row += 1) inputSix(temporary + 96 * row, 16, v + o + 6 * row * planeBytes, planeBytes);
      }
      v += floats(C);
    }
  }
}

/** M [36][tile, C] of one image → y [H, W, C] = Aᵀ m A + bias (+ x, where not 0). temporary: 24 vectors. */
export function outputTransform4(
  m: usize, planeBytes: usize, y: usize, bias: usize, x: usize, temporary: usize, H: i32, W: i32, C: i32,
): void {
  const TH = (H + 3) >> 2;
  const TW = (W + 3) >> 2;
  const two = f32x4.splat(2), four = f32x4.splat(4), eight = f32x4.splat(8);
  for (let i = 0; i < TH; i += 1) {
    for (let j = 0; j < TW; j += 1) {
      const corner = floats((4 * i * W + 4 * j) * C);
      const rows = min(4, H - 4 * i);
      const columns = min(4, W - 4 * j);
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        for (let column: usize = 0; column < 6; column += 1) {
          const at = m + o + column * planeBytes;
          const step = 6 * planeBytes;
          const p1 = v128.load(at + step), p2 = v128.load(at + 2 * step), p3 = v128.load(at + 3 * step), p4 = v128.load(at + 4 * step);
          const near = add(p1, p2), nearApart = sub(p1, p2), far = add(p3, p4), farApart = sub(p3, p4);
          const to = temporary + 16 * column;
          v128.store(to, add(v128.load(at), add(near, far)));
          v128.store(to + 96, madd(two, farApart, nearApart));
          v128.store(to + 192, madd(four, far, near));
          v128.store(to + 288, add(madd(eight, farApart, nearApart), v128.load(at + 5 * step)));
        }
        const b = v128.load(bias + o);
        for (let row = 0; row < rows; row += 1) {
          const at = temporary + 96 * <usize>row;
          const p1 = v128.load(at + 16), p2 = v128.load(at + 32), p3 = v128.load(at + 48), p4 = v128.load(at + 64);
          const near = add(p1, p2), nearApart = sub(p1, p2), far = add(p3, p4), farApart = sub(p3, p4);
          const place = corner + o + floats(row * W * C);
          put(y + place, x ? x + place : 0, b, add(v128.load(at), add(near, far)));
          if (columns > 1) put(y + place + floats(C), x ? x + place + floats(C) : 0, b, madd(two, farApart, nearApart));
          if (columns > 2) put(y + place + floats(2 * C), x ? x + place + floats(2 * C) : 0, b, madd(four, far, near));
          if (columns > 3) {
            put(y + place + floats(3 * C), x ? x + place + floats(3 * C) : 0, b, add(madd(eight, farApart, nearApart), v128.load(at + 80)));
          }
        }
      }
      m += floats(C);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(y: usize, x: usize, bias: v128, value: v128): void {
  const sum = add(bias, value);
  v128.store(y, x ? add(sum, v128.load(x)) : sum);
}
