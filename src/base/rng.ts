/**
 * The one source of chance in the notebook: sfc32 (Chris Doty-Humphrey's Small Fast Counter generator, PractRand),
 * seeded by hashing. Generators fork by name, so that what one part draws never shifts what another part draws:
 * training step 812 sees the same noise whether or not somebody drew samples at step 500.
 */
import { log } from './portableMath';

export interface Rng {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A standard normal number. */
  normal(): number;
  /** n standard normal numbers. */
  normals(n: number): Float32Array;
  /** A whole number in 0..n−1. */
  int(n: number): number;
  /** The whole numbers 0..n−1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array;
  /** Its four 32-bit words, for a twin that goes on from here; a normal number kept back is not among them. */
  words(): readonly number[];
  /** An independent generator that depends only on this one's seed and the path, not on what was drawn so far. */
  fork(...path: (string | number)[]): Rng;
}

const warmUpDraws = 12;

export function createRng(seed: number, ...path: (string | number)[]): Rng {
  return fromKey(`${seed}/${path.join('/')}`);
}

function fromKey(key: string): Rng {
  let [a, b, c, counter] = hash128(key);
  let spare: number | null = null;

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < warmUpDraws; i += 1) next();

  const uniform = (): number => next() / 2 ** 32;

  /** Marsaglia's polar method: two normals from a point in the unit disc. */
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const r2 = u * u + v * v;
      if (r2 > 0 && r2 < 1) {
        const scale = Math.sqrt((-2 * log(r2)) / r2);
        spare = v * scale;
        return u * scale;
      }
    }
  };

  const int = (n: number): number => Math.floor(uniform() * n);

  return {
    uniform,
    normal,
    normals: (n) => {
      const drawn = new Float32Array(n);
      for (let i = 0; i < n; i += 1) drawn[i] = normal(); // twice as fast as Float32Array.from
      return drawn;
    },
    int,
    permutation: (n) => {
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i -= 1) {
        const j = int(i + 1);
        const held = order[i] ?? 0;
        order[i] = order[j] ?? 0;
        order[j] = held;
      }
      return order;
    },
    words: () => [a, b, c, counter],
    fork: (...path) => fromKey(`${key}/${path.join('/')}`),
  };
}

/** cyrb128: four 32-bit words from a string (public domain, bryc). */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i += 1) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1 | 0, (h2 ^ h1) | 0, (h3 ^ h1) | 0, (h4 ^ h1) | 0];
}
