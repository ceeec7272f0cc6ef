/** Σ weight·x over a list of tensors, rounded after every product and every sum, as the operations one by one would. */

/** list [terms] of (address, weight as a float); count a multiple of 4. */
export function lincomb(list: usize, terms: i32, out: usize, count: i32): void {
  for (let place: usize = 0, end = <usize>count << 2; place < end; place += 16) {
    let sum = f32x4.mul(v128.load(<usize>load<u32>(list) + place), f32x4.splat(load<f32>(list, 4)));
    for (let i = 1; i < terms; i += 1) {
      const term = list + (<usize>i << 3);
      sum = f32x4.add(sum, f32x4.mul(v128.load(<usize>load<u32>(term) + place), f32x4.splat(load<f32>(term, 4))));
    }
    v128.store(out + place, sum);
  }
}
