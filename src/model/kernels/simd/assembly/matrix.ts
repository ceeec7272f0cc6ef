/**
 * Matrix products in 128-bit SIMD. The micro-kernel holds 6 rows × 8 columns of the result in registers: 12 accumulators, two
 * vectors of B and one broadcast value of A make 15 of the 16 that a processor has. Pointers are bytes, sizes are floats.
 */

/** a·b + c: one rounding where the relaxed build lets the processor fuse, two elsewhere. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + (<usize>index << 2);
}

/** B [K, N] row-major → panels [N/8][K][8]; N a multiple of 8. */
export function packPanels(b: usize, packed: usize, K: i32, N: i32): void {
  for (let n = 0; n < N; n += 8) {
    for (let k = 0; k < K; k += 1) {
      const from = at(b, k * N + n);
      v128.store(packed, v128.load(from));
      v128.store(packed + 16, v128.load(from + 16));
      packed += 32;
    }
  }
}

/** C [M, N] = A [M, K] · B, with B in panels; rows of A and C lie lda and ldc floats apart. */
export function gemm(a: usize, packed: usize, c: usize, M: i32, K: i32, N: i32): void {
  const lda = <usize>K << 2;
  const ldc = <usize>N << 2;
  for (let n = 0; n < N; n += 8) {
    const panel = at(packed, n * K);
    let row = a;
    let out = at(c, n);
    let m = 0;
    for (; m + 6 <= M; m += 6) {
      rows6(row, lda, panel, out, ldc, K);
      row += 6 * lda;
      out += 6 * ldc;
    }
    for (; m + 2 <= M; m += 2) {
      rows2(row, lda, panel, out, ldc, K);
      row += 2 * lda;
      out += 2 * ldc;
    }
    for (; m < M; m += 1) {
      rows1(row, panel, out, K);
      row += lda;
      out += ldc;
    }
  }
}

// @ts-ignore: decorator
@inline
function rows6(a: usize, lda: usize, b: usize, c: usize, ldc: usize, K: i32): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
  let c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  let a0 = a;
  let a1 = a0 + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
  for (let k = 0; k < K; k += 1) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load32_splat(a0);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a2);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a3);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a4);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load32_splat(a5);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4;
    b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += ldc;
  v128.store(c, c10); v128.store(c, c11, 16); c += ldc;
  v128.store(c, c20); v128.store(c, c21, 16); c += ldc;
  v128.store(c, c30); v128.store(c, c31, 16); c += ldc;
  v128.store(c, c40); v128.store(c, c41, 16); c += ldc;
  v128.store(c, c50); v128.store(c, c51, 16);
}

// @ts-ignore: decorator
@inline
function rows2(a: usize, lda: usize, b: usize, c: usize, ldc: usize, K: i32): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero;
  let a1 = a + lda;
  for (let k = 0; k < K; k += 1) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    a += 4; a1 += 4; b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += ldc;
  v128.store(c, c10); v128.store(c, c11, 16);
}

// @ts-ignore: decorator
@inline
function rows1(a: usize, b: usize, c: usize, K: i32): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  for (let k = 0; k < K; k += 1) {
    const s = v128.load32_splat(a);
    c0 = madd(s, v128.load(b), c0);
    c1 = madd(s, v128.load(b, 16), c1);
    a += 4; b += 32;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
}

/** C [M, N] += Aᵀ · B with A [P, M] and B [P, N]: M a multiple of 4, N of 8. */
export function gemmTransposed(a: usize, b: usize, c: usize, P: i32, M: i32, N: i32): void {
  const lda = <usize>M << 2;
  const ldb = <usize>N << 2;
  for (let m = 0; m < M; m += 4) {
    for (let n = 0; n < N; n += 8) {
      let pa = at(a, m);
      let pb = at(b, n);
      let out = at(c, m * N + n);
      let c00 = v128.load(out), c01 = v128.load(out, 16);
      let c10 = v128.load(out + ldb), c11 = v128.load(out + ldb, 16);
      let c20 = v128.load(out + 2 * ldb), c21 = v128.load(out + 2 * ldb, 16);
      let c30 = v128.load(out + 3 * ldb), c31 = v128.load(out + 3 * ldb, 16);
      for (let p = 0; p < P; p += 1) {
        const b0 = v128.load(pb);
        const b1 = v128.load(pb, 16);
        let s = v128.load32_splat(pa);
        c00 = madd(s, b0, c00);
        c01 = madd(s, b1, c01);
        s = v128.load32_splat(pa, 4);
        c10 = madd(s, b0, c10);
        c11 = madd(s, b1, c11);
        s = v128.load32_splat(pa, 8);
        c20 = madd(s, b0, c20);
        c21 = madd(s, b1, c21);
        s = v128.load32_splat(pa, 12);
        c30 = madd(s, b0, c30);
        c31 = madd(s, b1, c31);
        pa += lda;
        pb += ldb;
      }
      v128.store(out, c00); v128.store(out, c01, 16); out += ldb;
      v128.store(out, c10); v128.store(out, c11, 16); out += ldb;
      v128.store(out, c20); v128.store(out, c21, 16); out += ldb;
      v128.store(out, c30); v128.store(out, c31, 16);
    }
  }
}
