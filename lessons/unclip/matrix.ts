/** Similarities of captions and pictures, read in both directions: which picture is nearest to a caption, and how many captions find their own. */
import type { PartShown } from '$lib/worker/protocol';

/** Captions in rows, pictures in columns; what belongs together lies on the diagonal. */
export interface Matrix {
  readonly size: number;
  /** [size · size] cosines */
  readonly values: ArrayLike<number>;
}

/** The engine tells pictures in rows and captions in columns. */
export function matrixOf({ values, size }: Extract<PartShown, { kind: 'similarities' }>): Matrix {
  return {
    size,
    values: Float32Array.from({ length: size * size }, (_, i) => values[(i % size) * size + Math.floor(i / size)] ?? NaN),
  };
}

/** The pictures by their similarity to one caption, the nearest first. */
export function nearestPictures(
  { size, values }: Matrix,
  caption: number,
): readonly { readonly picture: number; readonly cosine: number }[] {
  return Array.from({ length: size }, (_, picture) => ({ picture, cosine: values[caption * size + picture] ?? NaN })).sort(
    (a, b) => b.cosine - a.cosine,
  );
}

/** Captions to which their own picture is the nearest of all. */
export function foundCaptions(matrix: Matrix): number {
  return Array.from({ length: matrix.size }, (_, i) => nearestPictures(matrix, i)[0]?.picture === i).filter(Boolean).length;
}

/** Mean cosine on the diagonal, and beside it. */
export function contrastOf({ size, values }: Matrix): { readonly own: number; readonly others: number } {
  let [own, others] = [0, 0];
  for (let i = 0; i < size * size; i += 1) {
    if (i % (size + 1) === 0) own += values[i] ?? NaN;
    else others += values[i] ?? NaN;
  }
  return { own: own / size, others: others / (size * (size - 1)) };
}
