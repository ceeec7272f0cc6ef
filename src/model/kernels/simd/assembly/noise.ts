/**
 * The forward process with its noise: src/base/rng.ts (sfc32 and the polar method), src/base/portableMath.ts (log) and the loop of
 * src/training/noising.ts once more, operation for operation in double precision, so that a seed means the same bits with and without.
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
 * eps [B·pixels] normal numbers from the generator's four words a, b, c, counter; xt = signal·x0 + noise·eps and
 * target = x0Share·x0 + epsShare·eps. mixes [B][signal, noise, x0Share, epsShare] as doubles.
 */
export function forwardProcess(
  x0: usize, mixes: usize, xt: usize, eps: usize, target: usize, B: i32, pixels: i32, a: u32, b: u32, c: u32, counter: u32,
): void {
  let spare: f64 = 0;
  let hasSpare = false;
  for (let picture = 0; picture < B; picture += 1) {
    const signal = load<f64>(mixes), noise = load<f64>(mixes, 8), x0Share = load<f64>(mixes, 16), epsShare = load<f64>(mixes, 24);
    mixes += 32;
    for (let i = 0; i < pixels; i += 1) {
      let normal = spare;
      if (hasSpare) {
        hasSpare = false;
      } else {
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
        normal = u * scale;
      }
      const drawn32 = <f32>normal;
      const drawn = <f64>drawn32;
      const clean = <f64>load<f32>(x0);
      store<f32>(eps, drawn32);
      store<f32>(xt, <f32>(signal * clean + noise * drawn));
      store<f32>(target, <f32>(x0Share * clean + epsShare * drawn));
      x0 += 4; eps += 4; xt += 4; target += 4;
    }
  }
}
