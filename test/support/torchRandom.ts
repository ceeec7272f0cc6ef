/**
 * torch.randn on the CPU, in float64: the generator behind torch.manual_seed (MT19937, Matsumoto & Nishimura 1998) and the
 * Box–Muller transform in blocks of 16 that torch uses for 16 numbers or more. With it, loops that diffusers' tests run
 * with torch's noise can be run here with the same noise.
 */
const size = 624;
const shift = 397;
const blockLength = 16;

export interface TorchGenerator {
  /** As many standard normal numbers, a multiple of 16. */
  randn(count: number): Float64Array;
}

export function torchGenerator(seed: number): TorchGenerator {
  const random = mersenneTwister(seed);
  /** torch takes the low 24 bits for a float in [0, 1). */
  const uniform = (): number => (random() & 0xffffff) / 2 ** 24;
  return {
    randn(count) {
      if (count % blockLength !== 0) throw new Error(`torch draws ${count} numbers in another way`);
      const values = Float64Array.from({ length: count }, uniform);
      const half = blockLength / 2;
      for (let block = 0; block < count; block += blockLength) {
        for (let i = block; i < block + half; i += 1) {
          const radius = Math.sqrt(-2 * Math.log(1 - (values[i] ?? 0)));
          const angle = 2 * Math.PI * (values[i + half] ?? 0);
          values[i] = radius * Math.cos(angle);
          values[i + half] = radius * Math.sin(angle);
        }
      }
      return values;
    },
  };
}

function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i += 1) {
    const before = state[i - 1] ?? 0;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let next = size;
  const twist = (): void => {
    for (let i = 0; i < size; i += 1) {
      const joined = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % size] ?? 0) & 0x7fffffff);
      state[i] = (state[(i + shift) % size] ?? 0) ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    next = 0;
  };
  return () => {
    if (next === size) twist();
    let y = state[next] ?? 0;
    next += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}
