/**
 * Normal numbers and the forward process made of them: src/base/rng.ts (sfc32 and the polar method), src/base/portableMath.ts (log)
 * and the loop of src/training/noising.ts once more, operation for operation in double precision, so that a seed means the same bits
 * with and without.
 */

const ln2High: f64 = 6.9314718036912381649e-1;
const ln2Low: f64 = 1.90821492927058770002e-10;

/** ln x, for normal x below 1. */
// @ts-ignore: decorator
@inline
function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const upper = <u32>(bits >> 32);
  const fraction = upper & 0xfffff;
  const carry = (fraction + 0x95f64) & 0x100000;
  const f = reinterpret<f64>((<u64>(fraction | (carry ^ (1023 << 20))) << 32) | (bits & 0xffffffff)) - 1;
  const k = <f64>(<i32>(upper >>> 20) - 1023 + <i32>(carry >>> 20));
  const s = f / (2 + f);
  const z = s * s;
  let sum = 1.479819860511658591e-1;
  sum = sum * z + 1.531383769920937332e-1;
  sum = sum * z + 1.818357216161805012e-1;
  sum = sum * z + 2.222219843214978396e-1;
  sum = sum * z + 2.857142874366239149e-1;
  sum = sum * z + 3.999999999940941908e-1;
  sum = sum * z + 6.66666666666673513e-1;
  const rest = z * sum;
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + rest) + k * ln2Low) - f);
}

/**
 * count normal numbers to out. The generator's state lies at `state` and is moved on: words a, b, c, counter, then the number that is
 * kept back for the next call (a double) and whether there is one.
 */
function drawNormals(state: usize, out: usize, count: i32): void {
  let a = load<u32>(state), b = load<u32>(state, 4), c = load<u32>(state, 8), counter = load<u32>(state, 12);
  let spare = load<f64>(state, 16);
  let hasSpare = load<i32>(state, 24) != 0;
  for (const end = out + (<usize>count << 2); out < end; out += 4) {
    if (hasSpare) {
      hasSpare = false;
      store<f32>(out, <f32>spare);
      continue;
    }
    let u: f64, v: f64, r2: f64;
    do {
      let sum = a + b + counter;
      counter += 1;
      a = b ^ (b >>> 9);
      b = c + (c << 3);
      c = rotl<u32>(c, 21) + sum;
      u = 2 * (<f64>sum / 4294967296) - 1;
      sum = a + b + counter;
      counter += 1;
      a = b ^ (b >>> 9);
      b = c + (c << 3);
      c = rotl<u32>(c, 21) + sum;
      v = 2 * (<f64>sum / 4294967296) - 1;
      r2 = u * u + v * v;
    } while (!(r2 > 0 && r2 < 1));
    const scale = sqrt<f64>((-2 * log(r2)) / r2);
    spare = v * scale;
    hasSpare = true;
    store<f32>(out, <f32>(u * scale));
  }
  store<u32>(state, a); store<u32>(state, b, 4); store<u32>(state, c, 8); store<u32>(state, counter, 12);
  store<f64>(state, spare, 16);
  store<i32>(state, <i32>hasSpare, 24);
}

/** Bytes of one generator's state, with padding: src/model/kernels/normals.ts. */
const stateBytes: usize = 32;

/** out [streams, count] from as many generators; after [streams] are their states as they are then. */
export function normals(before: usize, after: usize, out: usize, streams: i32, count: i32): void {
  memory.copy(after, before, <usize>streams * stateBytes);
  for (let i = 0; i < streams; i += 1) {
    drawNormals(after, out, count);
    after += stateBytes;
    out += <usize>count << 2;
  }
}

/**
 * eps [B·pixels] normal numbers from the generator whose state is given; xt = signal·x0 + noise·eps and
 * target = x0Share·x0 + epsShare·eps. mixes [B][signal, noise, x0Share, epsShare] as doubles.
 */
export function forwardProcess(
  x0: usize, mixes: usize, xt: usize, eps: usize, target: usize, state: usize, B: i32, pixels: i32,
): void {
  drawNormals(state, eps, B * pixels);
  for (let picture = 0; picture < B; picture += 1) {
    const signal = load<f64>(mixes), noise = load<f64>(mixes, 8), x0Share = load<f64>(mixes, 16), epsShare = load<f64>(mixes, 24);
    mixes += 32;
    for (let i = 0; i < pixels; i += 1) {
      const clean = <f64>load<f32>(x0);
      const drawn = <f64>load<f32>(eps);
      store<f32>(xt, <f32>(signal * clean + noise * drawn));
      store<f32>(target, <f32>(x0Share * clean + epsShare * drawn));
      x0 += 4; eps += 4; xt += 4; target += 4;
    }
  }
}
