/**
 * 3×3 convolution by Winograd's F(2×2, 3×3) (Lavin & Gray 2015, arXiv:1509.09308): 16 multiplications where a direct one takes
 * 36. Pictures are cut into 4×4 tiles that overlap by two; d is a tile of the input, g a filter, Y a 2×2 tile of the output:
 *   Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, and backwards dg = Gᵀ[Σ (A dY Aᵀ) ⊙ (Bᵀ d B)]G, dd = B[(G g Gᵀ) ⊙ (A dY Aᵀ)]Bᵀ.
 * The products ⊙, summed over channels, are 16 matrix products. V = Bᵀ d B, S = A dY Aᵀ, U = G g Gᵀ below.
 */
/** Floats between planes: planes a power of two apart fight for the same cache lines. */
const planePad = 16;

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }

export function planeFloats(tiles: i32, channels: i32): i32 { return tiles * channels + planePad; }

/** g [3, 3, I, O] → U [16][I, O] = G g Gᵀ. */
export function filterTransform(g: usize, u: usize, I: i32, O: i32): void {
  const count = I * O;
  const plane = <usize>count << 2;
  const half = f32x4.splat(0.5);
  for (let i = 0; i < count; i += 4) {
    const o = <usize>i << 2;
    for (let column = 0; column < 3; column += 1) {
      // columns of g are transformed into rows of a 4×3 intermediate kept in U's first planes' slots
      const g0 = v128.load(g + o + (<usize>column) * plane);
      const g1 = v128.load(g + o + (<usize>(3 + column)) * plane);
      const g2 = v128.load(g + o + (<usize>(6 + column)) * plane);
      const sum = f32x4.mul(half, add(g0, g2));
      const mid = f32x4.mul(half, g1);
      v128.store(u + o + (<usize>(0 + column)) * plane, g0);
      v128.store(u + o + (<usize>(4 + column)) * plane, add(sum, mid));
      v128.store(u + o + (<usize>(8 + column)) * plane, sub(sum, mid));
      v128.store(u + o + (<usize>(12 + column)) * plane, g2);
    }
    for (let row = 0; row < 4; row += 1) {
      const at = u + o + (<usize>(4 * row)) * plane;
      const a = v128.load(at);
      const b = v128.load(at + plane);
      const c = v128.load(at + 2 * plane);
      const sum = f32x4.mul(half, add(a, c));
      const mid = f32x4.mul(half, b);
      v128.store(at, a);
      v128.store(at + plane, add(sum, mid));
      v128.store(at + 2 * plane, sub(sum, mid));
      v128.store(at + 3 * plane, c);
    }
  }
}

/** dU [16][I, O] → dg [3, 3, I, O] = Gᵀ dU G. Overwrites dU. */
export function filterGradient(du: usize, dg: usize, I: i32, O: i32): void {
  const count = I * O;
  const plane = <usize>count << 2;
  const half = f32x4.splat(0.5);
  for (let i = 0; i < count; i += 4) {
    const o = <usize>i << 2;
    for (let column = 0; column < 4; column += 1) {
      const at = du + o + (<usize>column) * plane;
      const a = v128.load(at);
      const b = v128.load(at + 4 * plane);
      const c = v128.load(at + 8 * plane);
      const d = v128.load(at + 12 * plane);
      const sum = f32x4.mul(half, add(b, c));
      v128.store(at, add(a, sum));
      v128.store(at + 4 * plane, f32x4.mul(half, sub(b, c)));
      v128.store(at + 8 * plane, add(sum, d));
    }
    for (let row = 0; row < 3; row += 1) {
      const at = du + o + (<usize>(4 * row)) * plane;
      const a = v128.load(at);
      const b = v128.load(at + plane);
      const c = v128.load(at + 2 * plane);
      const d = v128.load(at + 3 * plane);
      const sum = f32x4.mul(half, add(b, c));
      const out = dg + o + (<usize>(3 * row)) * plane;
      v128.store(out, add(a, sum));
      v128.store(out + plane, f32x4.mul(half, sub(b, c)));
      v128.store(out + 2 * plane, add(sum, d));
    }
  }
}

/** Copies [H, W, C] into the middle of a zeroed [2·TH + 2, 2·TW + 2, C]. */
export function padImage(x: usize, padded: usize, H: i32, W: i32, C: i32): void {
  const PH = 2 * ((H + 1) >> 1) + 2;
  const PW = 2 * ((W + 1) >> 1) + 2;
  memory.fill(padded, 0, <usize>(PH * PW * C) << 2);
  const bytes = <usize>(W * C) << 2;
  for (let row = 0; row < H; row += 1) {
    memory.copy(padded + (<usize>(((row + 1) * PW + 1) * C) << 2), x + (<usize>row) * bytes, bytes);
  }
}

/** One padded image → its tiles' rows of V: V[xi][tile, C] += offset tiles. v points at the first tile of this image in plane 0. */
export function inputTransform(padded: usize, v: usize, planeBytes: usize, H: i32, W: i32, C: i32): void {
  const TH = (H + 1) >> 1;
  const TW = (W + 1) >> 1;
  const PW = 2 * TW + 2;
  const pixel = <usize>C << 2;
  const line = <usize>(PW * C) << 2;
  for (let i = 0; i < TH; i += 1) {
    for (let j = 0; j < TW; j += 1) {
      const corner = padded + (<usize>((2 * i * PW + 2 * j) * C) << 2);
      const tile = v + (<usize>((i * TW + j) * C) << 2);
      for (let c = 0; c < C; c += 4) {
        const o = <usize>c << 2;
        let at = corner + o;
        const d00 = v128.load(at), d01 = v128.load(at + pixel), d02 = v128.load(at + 2 * pixel), d03 = v128.load(at + 3 * pixel);
        at += line;
        const d10 = v128.load(at), d11 = v128.load(at + pixel), d12 = v128.load(at + 2 * pixel), d13 = v128.load(at + 3 * pixel);
        at += line;
        const d20 = v128.load(at), d21 = v128.load(at + pixel), d22 = v128.load(at + 2 * pixel), d23 = v128.load(at + 3 * pixel);
        at += line;
        const d30 = v128.load(at), d31 = v128.load(at + pixel), d32 = v128.load(at + 2 * pixel), d33 = v128.load(at + 3 * pixel);
        let out = tile + o;
        row4(out, planeBytes, sub(d00, d20), sub(d01, d21), sub(d02, d22), sub(d03, d23));
        out += 4 * planeBytes;
        row4(out, planeBytes, add(d10, d20), add(d11, d21), add(d12, d22), add(d13, d23));
        out += 4 * planeBytes;
        row4(out, planeBytes, sub(d20, d10), sub(d21, d11), sub(d22, d12), sub(d23, d13));
        out += 4 * planeBytes;
        row4(out, planeBytes, sub(d10, d30), sub(d11, d31), sub(d12, d32), sub(d13, d33));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function row4(out: usize, planeBytes: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, sub(a, c));
  v128.store(out + planeBytes, add(b, c));
  v128.store(out + 2 * planeBytes, sub(c, b));
  v128.store(out + 3 * planeBytes, sub(b, d));
}

/** M[xi][tile, O] of one image → y [H, W, O] = Aᵀ m A + bias. */
export function outputTransform(m: usize, planeBytes: usize, y: usize, bias: usize, H: i32, W: i32, O: i32): void {
  const TH = (H + 1) >> 1;
  const TW = (W + 1) >> 1;
  const pixel = <usize>O << 2;
  const line = <usize>(W * O) << 2;
  for (let i = 0; i < TH; i += 1) {
    const twoRows = 2 * i + 1 < H;
    for (let j = 0; j < TW; j += 1) {
      const twoColumns = 2 * j + 1 < W;
      const tile = m + (<usize>((i * TW + j) * O) << 2);
      const corner = y + (<usize>((2 * i * W + 2 * j) * O) << 2);
      for (let c = 0; c < O; c += 4) {
        const o = <usize>c << 2;
        let at = tile + o;
        let p0 = v128.load(at), p1 = v128.load(at + planeBytes), p2 = v128.load(at + 2 * planeBytes), p3 = v128.load(at + 3 * planeBytes);
        const r00 = add(add(p0, p1), p2), r01 = sub(sub(p1, p2), p3);
        at += 4 * planeBytes;
        p0 = v128.load(at); p1 = v128.load(at + planeBytes); p2 = v128.load(at + 2 * planeBytes); p3 = v128.load(at + 3 * planeBytes);
        const r10 = add(add(p0, p1), p2), r11 = sub(sub(p1, p2), p3);
        at += 4 * planeBytes;
        p0 = v128.load(at); p1 = v128.load(at + planeBytes); p2 = v128.load(at + 2 * planeBytes); p3 = v128.load(at + 3 * planeBytes);
        const r20 = add(add(p0, p1), p2), r21 = sub(sub(p1, p2), p3);
        at += 4 * planeBytes;
        p0 = v128.load(at); p1 = v128.load(at + planeBytes); p2 = v128.load(at + 2 * planeBytes); p3 = v128.load(at + 3 * planeBytes);
        const r30 = add(add(p0, p1), p2), r31 = sub(sub(p1, p2), p3);
        const b = v128.load(bias + o);
        const out = corner + o;
        v128.store(out, add(b, add(add(r00, r10), r20)));
        if (twoColumns) v128.store(out + pixel, add(b, add(add(r01, r11), r21)));
        if (twoRows) {
          v128.store(out + line, add(b, sub(sub(r10, r20), r30)));
          if (twoColumns) v128.store(out + line + pixel, add(b, sub(sub(r11, r21), r31)));
        }
      }
    }
  }
}

/** dy [H, W, O] of one image → S[xi][tile, O] = A dY Aᵀ. */
export function outputGradient(dy: usize, s: usize, planeBytes: usize, H: i32, W: i32, O: i32): void {
  const TH = (H + 1) >> 1;
  const TW = (W + 1) >> 1;
  const pixel = <usize>O << 2;
  const line = <usize>(W * O) << 2;
  const zero = f32x4.splat(0);
  for (let i = 0; i < TH; i += 1) {
    const twoRows = 2 * i + 1 < H;
    for (let j = 0; j < TW; j += 1) {
      const twoColumns = 2 * j + 1 < W;
      const corner = dy + (<usize>((2 * i * W + 2 * j) * O) << 2);
      const tile = s + (<usize>((i * TW + j) * O) << 2);
      for (let c = 0; c < O; c += 4) {
        const o = <usize>c << 2;
        const from = corner + o;
        const y00 = v128.load(from);
        const y01 = twoColumns ? v128.load(from + pixel) : zero;
        const y10 = twoRows ? v128.load(from + line) : zero;
        const y11 = twoRows && twoColumns ? v128.load(from + line + pixel) : zero;
        let out = tile + o;
        spread(out, planeBytes, y00, y01);
        out += 4 * planeBytes;
        spread(out, planeBytes, add(y00, y10), add(y01, y11));
        out += 4 * planeBytes;
        spread(out, planeBytes, sub(y00, y10), sub(y01, y11));
        out += 4 * planeBytes;
        spread(out, planeBytes, sub(zero, y10), sub(zero, y11));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function spread(out: usize, planeBytes: usize, a: v128, b: v128): void {
  v128.store(out, a);
  v128.store(out + planeBytes, add(a, b));
  v128.store(out + 2 * planeBytes, sub(a, b));
  v128.store(out + 3 * planeBytes, f32x4.neg(b));
}

/** dV[xi][tile, C] of one image → dx [H, W, C] = Σ B dV Bᵀ over overlapping tiles. padded is scratch of padImage's size. */
export function inputGradient(dv: usize, planeBytes: usize, dx: usize, padded: usize, H: i32, W: i32, C: i32): void {
  const TH = (H + 1) >> 1;
  const TW = (W + 1) >> 1;
  const PH = 2 * TH + 2;
  const PW = 2 * TW + 2;
  memory.fill(padded, 0, <usize>(PH * PW * C) << 2);
  const pixel = <usize>C << 2;
  const line = <usize>(PW * C) << 2;
  for (let i = 0; i < TH; i += 1) {
    for (let j = 0; j < TW; j += 1) {
      const tile = dv + (<usize>((i * TW + j) * C) << 2);
      const corner = padded + (<usize>((2 * i * PW + 2 * j) * C) << 2);
      for (let c = 0; c < C; c += 4) {
        const o = <usize>c << 2;
        let at = tile + o;
        // rows first: each row of four becomes B's combination of columns
        let p0 = v128.load(at), p1 = v128.load(at + planeBytes), p2 = v128.load(at + 2 * planeBytes), p3 = v128.load(at + 3 * planeBytes);
        const a0 = p0, a1 = add(sub(p1, p2), p3), a2 = sub(add(p1, p2), p0), a3 = f32x4.neg(p3);
        at += 4 * planeBytes;
        p0 = v128.load(at); p1 = v128.load(at + planeBytes); p2 = v128.load(at + 2 * planeBytes); p3 = v128.load(at + 3 * planeBytes);
        const b0 = p0, b1 = add(sub(p1, p2), p3), b2 = sub(add(p1, p2), p0), b3 = f32x4.neg(p3);
        at += 4 * planeBytes;
        p0 = v128.load(at); p1 = v128.load(at + planeBytes); p2 = v128.load(at + 2 * planeBytes); p3 = v128.load(at + 3 * planeBytes);
        const c0 = p0, c1 = add(sub(p1, p2), p3), c2 = sub(add(p1, p2), p0), c3 = f32x4.neg(p3);
        at += 4 * planeBytes;
        p0 = v128.load(at); p1 = v128.load(at + planeBytes); p2 = v128.load(at + 2 * planeBytes); p3 = v128.load(at + 3 * planeBytes);
        const d0 = p0, d1 = add(sub(p1, p2), p3), d2 = sub(add(p1, p2), p0), d3 = f32x4.neg(p3);
        let out = corner + o;
        accumulate(out, pixel, a0, a1, a2, a3);
        out += line;
        accumulate(out, pixel, add(sub(b0, c0), d0), add(sub(b1, c1), d1), add(sub(b2, c2), d2), add(sub(b3, c3), d3));
        out += line;
        accumulate(out, pixel, sub(add(b0, c0), a0), sub(add(b1, c1), a1), sub(add(b2, c2), a2), sub(add(b3, c3), a3));
        out += line;
        accumulate(out, pixel, f32x4.neg(d0), f32x4.neg(d1), f32x4.neg(d2), f32x4.neg(d3));
      }
    }
  }
  const bytes = <usize>(W * C) << 2;
  for (let row = 0; row < H; row += 1) {
    memory.copy(dx + (<usize>row) * bytes, padded + (<usize>(((row + 1) * PW + 1) * C) << 2), bytes);
  }
}

// @ts-ignore: decorator
@inline
function accumulate(out: usize, pixel: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, add(v128.load(out), a));
  v128.store(out + pixel, add(v128.load(out + pixel), b));
  v128.store(out + 2 * pixel, add(v128.load(out + 2 * pixel), c));
  v128.store(out + 3 * pixel, add(v128.load(out + 3 * pixel), d));
}

/** Panels of the transpose of b [K, N]: as packPanels of [N, K]. */
export function packTransposed(b: usize, packed: usize, K: i32, N: i32): void {
  for (let k = 0; k < K; k += 8) {
    for (let n = 0; n < N; n += 1) {
      for (let i = 0; i < 8; i += 1) {
        store<f32>(packed, load<f32>(b + (<usize>((k + i) * N + n) << 2)));
        packed += 4;
      }
    }
  }
}
