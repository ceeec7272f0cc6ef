/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. Browsers are only beginning to have a Float16Array. */

const fractionBits = 10;
const bias = 15;
const infinityBits = 0x7c00;
/** Fraction bits that a float32 has more. */
const extraBits = 13;
const float32Bias = 127;

const floatView = new Float32Array(1);
const bitsView = new Uint32Array(floatView.buffer);

/** Rounds to the nearest half, ties to even; beyond 65,504 becomes infinite. */
export function toHalf(value: number): number {
  floatView[0] = value;
  const bits = bitsView[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | infinityBits | (fraction !== 0 ? 0x200 : 0); // infinite, or not a number
  const halfExponent = exponent - float32Bias + bias;
  if (halfExponent >= 0x1f) return sign | infinityBits;
  if (halfExponent <= 0) {
    // Subnormal: the leading 1 becomes explicit and everything moves right. Below half of the smallest one: zero.
    const shift = extraBits + 1 - halfExponent;
    return shift > 24 ? sign : sign | roundShift(fraction | 0x800000, shift);
  }
  // A carry out of the fraction rightly raises the exponent, at the top to infinity.
  return sign | ((halfExponent << fractionBits) + roundShift(fraction, extraBits));
}

/** value / 2^shift, to nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & (2 ** shift - 1);
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && kept % 2 === 1) ? kept + 1 : kept;
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> fractionBits) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (2 ** fractionBits + fraction) * 2 ** (exponent - bias - fractionBits);
}
