/** SiLU, the RMS norm over the channels of each pixel, and SiLU of that norm, with their gradients. */
import { horizontalSum, silu4, siluSlope4 } from './activations';

const epsilon: f32 = 1e-5;

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }

// @ts-ignore: decorator
@inline
export function rmsScale(pixel: usize, C: i32): f32 {
  let sum = f32x4.splat(0);
  for (let c = 0; c < C; c += 4) {
    const x = v128.load(pixel + floats(c));
    sum = f32x4.add(sum, f32x4.mul(x, x));
  }
  return <f32>1 / sqrt<f32>(horizontalSum(sum) / <f32>C + epsilon);
}

/** y = silu(x / rms(x) · gain), x and y [pixels, C], C a multiple of 4. */
export function normSiluForward(x: usize, gain: usize, y: usize, pixels: i32, C: i32): void {
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const r = f32x4.splat(rmsScale(x, C));
    for (let c = 0; c < C; c += 4) {
      const o = floats(c);
      v128.store(y + o, silu4(f32x4.mul(f32x4.mul(v128.load(x + o), r), v128.load(gain + o))));
    }
    x += floats(C);
    y += floats(C);
  }
}

/** dn [pixels, C] → dx = norm and silu backwards (+ dy, where not 0); dgain [C] is added to. Overwrites dn; gain = 0: no norm. */
export function normSiluBackward(dn: usize, x: usize, gain: usize, dy: usize, dx: usize, dgain: usize, pixels: i32, C: i32): void {
  const zero = f32x4.splat(0);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    if (gain) {
      const scale = rmsScale(x, C);
      const r = f32x4.splat(scale);
      let along = zero;
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        const unit = f32x4.mul(v128.load(x + o), r);
        const g = v128.load(gain + o);
        const du = f32x4.mul(v128.load(dn + o), siluSlope4(f32x4.mul(unit, g)));
        v128.store(dgain + o, f32x4.add(v128.load(dgain + o), f32x4.mul(du, unit)));
        const dUnit = f32x4.mul(du, g);
        v128.store(dn + o, dUnit);
        along = f32x4.add(along, f32x4.mul(dUnit, unit));
      }
      const mean = f32x4.splat(horizontalSum(along) / <f32>C);
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        const unit = f32x4.mul(v128.load(x + o), r);
        const through = f32x4.mul(r, f32x4.sub(v128.load(dn + o), f32x4.mul(unit, mean)));
        v128.store(dx + o, f32x4.add(through, dy ? v128.load(dy + o) : zero));
      }
    } else {
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        const through = f32x4.mul(v128.load(dn + o), siluSlope4(v128.load(x + o)));
        v128.store(dx + o, f32x4.add(through, dy ? v128.load(dy + o) : zero));
      }
    }
    x += floats(C);
    dn += floats(C);
    if (dy) dy += floats(C);
    dx += floats(C);
  }
}

/** The gradient of normSiluForward: dx [pixels, C] and dgain [C]. scratch: C. */
export function normSiluGradient(dy: usize, x: usize, gain: usize, dx: usize, dgain: usize, scratch: usize, pixels: i32, C: i32): void {
  memory.fill(dgain, 0, floats(C));
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    memory.copy(scratch, dy, floats(C));
    normSiluBackward(scratch, x, gain, 0, dx, dgain, 1, C);
    x += floats(C);
    dy += floats(C);
    dx += floats(C);
  }
}

/** y = x / rms(x) · gain, x and y [pixels, C], C a multiple of 4. */
export function rmsForward(x: usize, gain: usize, y: usize, pixels: i32, C: i32): void {
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const r = f32x4.splat(rmsScale(x, C));
    for (let c = 0; c < C; c += 4) {
      const o = floats(c);
      v128.store(y + o, f32x4.mul(f32x4.mul(v128.load(x + o), r), v128.load(gain + o)));
    }
    x += floats(C);
    y += floats(C);
  }
}

/** The gradient of rmsForward: dx [pixels, C] and dgain [C]. */
export function rmsGradient(dy: usize, x: usize, gain: usize, dx: usize, dgain: usize, pixels: i32, C: i32): void {
  memory.fill(dgain, 0, floats(C));
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const r = f32x4.splat(rmsScale(x, C));
    let along = f32x4.splat(0);
    for (let c = 0; c < C; c += 4) {
      const o = floats(c);
      const unit = f32x4.mul(v128.load(x + o), r);
      const d = v128.load(dy + o);
      v128.store(dgain + o, f32x4.add(v128.load(dgain + o), f32x4.mul(d, unit)));
      along = f32x4.add(along, f32x4.mul(f32x4.mul(d, v128.load(gain + o)), unit));
    }
    const mean = f32x4.splat(horizontalSum(along) / <f32>C);
    for (let c = 0; c < C; c += 4) {
      const o = floats(c);
      const unit = f32x4.mul(v128.load(x + o), r);
      const dUnit = f32x4.mul(v128.load(dy + o), v128.load(gain + o));
      v128.store(dx + o, f32x4.mul(r, f32x4.sub(dUnit, f32x4.mul(unit, mean))));
    }
    x += floats(C);
    dy += floats(C);
    dx += floats(C);
  }
}

/** y = silu(x); arrays may end anywhere. */
export function siluForward(x: usize, y: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(y + floats(i), silu4(v128.load(x + floats(i))));
  for (; i < count; i += 1) v128.store32_lane(y + floats(i), silu4(v128.load32_splat(x + floats(i))), 0);
}

/** dx = dy · silu′(x) */
export function siluGradient(dy: usize, x: usize, dx: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(dx + floats(i), f32x4.mul(v128.load(dy + floats(i)), siluSlope4(v128.load(x + floats(i)))));
  }
  for (; i < count; i += 1) {
    const one = f32x4.mul(v128.load32_splat(dy + floats(i)), siluSlope4(v128.load32_splat(x + floats(i))));
    v128.store32_lane(dx + floats(i), one, 0);
  }
}
