/**
 * Logarithm, exponential, cosine and powers out of +, −, ×, ÷ and rounding alone. IEEE 754 fixes those to the last bit, and Math.log
 * and its like only roughly, so that each browser has its own last digits: whatever decides what a training run does is computed here.
 * Methods and coefficients are fdlibm's (Sun Microsystems 1993: e_log.c, e_exp.c, k_sin.c, k_cos.c, e_rem_pio2.c).
 */

/** ln 2 in two parts: k · ln2High is exact for every exponent k. */
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/** π/2 in two parts: n · halfPiHigh is exact for n below 2²⁰. */
const halfPiHigh = 1.57079632673412561417;
const halfPiLow = 6.07710050650619224932e-11;

/** Of log(1 + f) in s = f / (2 + f), from s² on. */
const logSeries = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1, 1.818357216161805012e-1,
  1.531383769920937332e-1, 1.479819860511658591e-1,
] as const;

/** Of r·coth(r/2) in r², from r² on. */
const expSeries = [
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5, -1.6533902205465251539e-6,
  4.13813679705723846039e-8,
] as const;

/** Of sin x / x in x², from x² on; of cos x in x², from x⁴ on. */
const sineSeries = [
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
] as const;
const cosineSeries = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.0875723212981748279e-9, -1.13596475577881948265e-11,
] as const;

const bits = new DataView(new ArrayBuffer(8));
const exponentBias = 1023;
/** A double's upper word: its sign, 11 bits of exponent, 20 of fraction. */
const fractionBits = 20;
const fractionMask = 0xfffff;
/** Added to a fraction, it carries into the exponent for everything above √2. */
const aboveRootTwo = 0x95f64;
const carryBit = 0x100000;

const smallestNormal = 2.2250738585072014e-308;
const twoTo54 = 18014398509481984;
/** Beyond them the result is no normal double any more. */
const largestExponent = 709.782712893384;
const smallestExponent = -708.3964185322641;
/** Beyond it halfPiHigh would be multiplied inexactly. */
const largestAngle = 1e6;

/** c₀ + c₁·x + c₂·x² + … */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * x + (coefficients[i] ?? 0);
  return sum;
}

/** 2ᵏ, for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + exponentBias) << fractionBits);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** The natural logarithm, within one unit in the last place; −Infinity for 0, NaN below. */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0) || x === Infinity) return x > 0 ? x : NaN;
  const isSubnormal = x < smallestNormal;
  bits.setFloat64(0, isSubnormal ? x * twoTo54 : x);
  const upper = bits.getUint32(0);
  const fraction = upper & fractionMask;
  const carry = (fraction + aboveRootTwo) & carryBit;
  // x = 2ᵏ · (1 + f) with 1 + f between √½ and √2
  bits.setUint32(0, fraction | (carry ^ (exponentBias << fractionBits)));
  const f = bits.getFloat64(0) - 1;
  const k = (upper >>> fractionBits) - exponentBias + (carry >>> fractionBits) - (isSubnormal ? 54 : 0);
  const s = f / (2 + f);
  const z = s * s;
  const rest = z * polynomial(logSeries, z);
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + rest) + k * ln2Low) - f);
}

/** eˣ, within one unit in the last place; 0 where that would be below the smallest normal double. */
export function exp(x: number): number {
  if (!(x <= largestExponent)) return x > largestExponent ? Infinity : NaN;
  if (x < smallestExponent) return 0;
  const k = Math.round(x / Math.LN2);
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const square = r * r;
  const c = r - square * polynomial(expSeries, square);
  const value = 1 - (low - (r * c) / (2 - c) - high);
  const halved = Math.floor(k / 2); // 2¹⁰²⁴ itself is no double
  return value * powerOfTwo(halved) * powerOfTwo(k - halved);
}

/** @param x radians; NaN beyond a million, where it would lose its digits */
export function cos(x: number): number {
  if (!(Math.abs(x) <= largestAngle)) return NaN;
  const quarters = Math.round(x / (Math.PI / 2));
  const high = x - quarters * halfPiHigh;
  const low = quarters * halfPiLow;
  const r = high - low;
  const lost = high - r - low;
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return smallCosine(r, lost);
    case 1:
      return -smallSine(r, lost);
    case 2:
      return -smallCosine(r, lost);
    default:
      return smallSine(r, lost);
  }
}

/** sin(x + rest) for |x| ≤ π/4 and a rest far smaller. */
function smallSine(x: number, rest: number): number {
  const z = x * x;
  return x + (x * z * polynomial(sineSeries, z) + rest * (1 - 0.5 * z));
}

function smallCosine(x: number, rest: number): number {
  const z = x * x;
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * z * polynomial(cosineSeries, z) - x * rest));
}

/** base^exponent for base ≥ 0; relative error about |exponent · ln base| units in the last place. Whole exponents: see `wholePower`. */
export function power(base: number, exponent: number): number {
  if (base === 0) return exponent === 0 ? 1 : exponent > 0 ? 0 : Infinity;
  return exponent === 1 ? base : exp(exponent * log(base));
}

/** base^n by squaring, n a whole number from 0; error about n/2 units in the last place at worst. */
export function wholePower(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
