/** Matrices as arrays of rows in double precision: what Muon is compared with. */
export type Matrix = readonly (readonly number[])[];

export function matrix(rows: number, columns: number, value: (i: number, j: number) => number): Matrix {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => value(i, j)));
}

function entry(m: Matrix, i: number, j: number): number {
  return m[i]?.[j] ?? NaN;
}

const columnsOf = (m: Matrix): number => m[0]?.length ?? 0;

export function transposed(m: Matrix): Matrix {
  return matrix(columnsOf(m), m.length, (i, j) => entry(m, j, i));
}

export function product(a: Matrix, b: Matrix): Matrix {
  return matrix(a.length, columnsOf(b), (i, j) => {
    let sum = 0;
    for (let k = 0; k < b.length; k += 1) sum += entry(a, i, k) * entry(b, k, j);
    return sum;
  });
}

export function combined(...terms: readonly (readonly [number, Matrix])[]): Matrix {
  const [first] = terms;
  if (first === undefined) throw new Error('nothing to combine');
  return matrix(first[1].length, columnsOf(first[1]), (i, j) =>
    terms.reduce((sum, [weight, m]) => sum + weight * entry(m, i, j), 0),
  );
}

/** Newton–Schulz exactly as Jordan et al. write it, on the matrix itself: five times X ← a·X + (b·A + c·A²)·X with A = X Xᵀ. */
export function plainOrthogonalise(u: Matrix): Matrix {
  if (u.length > columnsOf(u)) return transposed(plainOrthogonalise(transposed(u)));
  const norm = Math.sqrt(u.flat().reduce((sum, value) => sum + value * value, 0));
  let x = combined([1 / (norm + 1e-7), u]);
  for (let step = 0; step < 5; step += 1) {
    const a = product(x, transposed(x));
    x = combined([3.4445, x], [1, product(combined([-4.775, a], [2.0315, product(a, a)]), x)]);
  }
  return x;
}

const sweeps = 30;

/** By Jacobi's rotations on the Gram matrix of the columns. In no order. */
export function singularValues(m: Matrix): readonly number[] {
  const gram = product(transposed(m), m).map((row) => [...row]);
  const size = gram.length;
  const at = (i: number, j: number): number => gram[i]?.[j] ?? NaN;
  const put = (i: number, j: number, value: number): void => {
    const row = gram[i];
    if (row !== undefined) row[j] = value;
  };
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) {
        const angle = 0.5 * Math.atan2(2 * at(p, q), at(q, q) - at(p, p));
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < size; k += 1) {
          const [a, b] = [at(k, p), at(k, q)];
          put(k, p, c * a - s * b);
          put(k, q, s * a + c * b);
        }
        for (let k = 0; k < size; k += 1) {
          const [a, b] = [at(p, k), at(q, k)];
          put(p, k, c * a - s * b);
          put(q, k, s * a + c * b);
        }
      }
    }
  }
  return gram.map((row, i) => Math.sqrt(Math.max(row[i] ?? NaN, 0)));
}
