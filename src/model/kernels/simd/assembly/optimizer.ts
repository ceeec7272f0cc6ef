/** Optimisers as one pass over memory: every value is read once and written once. */

// @ts-ignore: decorator
@inline
function floats(n: i32): usize {
  return <usize>n << 2;
}

/**
 * Adam and the average of weights for one tensor, src/training/adam.ts and ema.ts in one pass. The gradient is multiplied by
 * *clip first; rate and epsilon carry the bias corrections. All arrays may end anywhere: the rest is done one by one.
 */
export function adamStep(
  value: usize, m: usize, v: usize, gradient: usize, clip: usize, newValue: usize, newM: usize, newV: usize,
  count: i32, rate: f32, beta1: f32, beta2: f32, epsilon: f32,
): void {
  const scale = load<f32>(clip);
  const scale4 = f32x4.splat(scale);
  const keep1 = f32x4.splat(beta1), take1 = f32x4.splat(1 - beta1);
  const keep2 = f32x4.splat(beta2), take2 = f32x4.splat(1 - beta2);
  const rate4 = f32x4.splat(rate), epsilon4 = f32x4.splat(epsilon);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = floats(i);
    const g = f32x4.mul(v128.load(gradient + o), scale4);
    const m4 = f32x4.add(f32x4.mul(v128.load(m + o), keep1), f32x4.mul(g, take1));
    const v4 = f32x4.add(f32x4.mul(v128.load(v + o), keep2), f32x4.mul(f32x4.mul(g, g), take2));
    v128.store(newM + o, m4);
    v128.store(newV + o, v4);
    const change = f32x4.div(f32x4.mul(m4, rate4), f32x4.add(f32x4.sqrt(v4), epsilon4));
    v128.store(newValue + o, f32x4.sub(v128.load(value + o), change));
  }
  for (; i < count; i += 1) {
    const o = floats(i);
    const g = load<f32>(gradient + o) * scale;
    const m1 = load<f32>(m + o) * beta1 + g * (1 - beta1);
    const v1 = load<f32>(v + o) * beta2 + g * g * (1 - beta2);
    store<f32>(newM + o, m1);
    store<f32>(newV + o, v1);
    store<f32>(newValue + o, load<f32>(value + o) - (m1 * rate) / (sqrt<f32>(v1) + epsilon));
  }
}

/** average' = value + (average − value)·decay, for one tensor. */
export function emaStep(average: usize, value: usize, newAverage: usize, count: i32, decay: f32): void {
  const decay4 = f32x4.splat(decay);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = floats(i);
    const now = v128.load(value + o);
    v128.store(newAverage + o, f32x4.add(now, f32x4.mul(f32x4.sub(v128.load(average + o), now), decay4)));
  }
  for (; i < count; i += 1) {
    const o = floats(i);
    const now = load<f32>(value + o);
    store<f32>(newAverage + o, now + (load<f32>(average + o) - now) * decay);
  }
}
