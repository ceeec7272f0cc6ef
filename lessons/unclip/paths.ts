/** Ways through the space of embeddings: from one picture to another, and along what two captions differ in (Ramesh et al. 2022, arXiv:2204.06125, sections 3.2 and 3.3). */
import { normalised } from '$lib/data/embeddings';
import { slerp } from '$lib/diffusion/interpolation';

/** Shares of the way between two pictures, both ends included. */
export const pictureShares = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1] as const;
/** How far a picture is turned towards a difference: the paper ends between 0.25 and 0.5, since at 1 nothing of the picture is left. */
export const wordShares = [0, 0.08, 0.16, 0.24, 0.32, 0.4, 0.5] as const;

/** Along the sphere from a to b. @param a, b [width] of unit length @returns [shares · width] */
export function pathBetween(a: Float32Array, b: Float32Array, shares: readonly number[]): Float32Array {
  return joinedRows(shares.map((share) => slerp({ a, b, share })));
}

/**
 * From a picture's embedding towards norm(to − from), the direction in which one caption differs from another.
 * @param captions `from` and `to`: [width] of unit length
 * @returns [shares · width]; the picture's own embedding throughout, where the captions lie in the same place
 */
export function pathAlongWords(
  picture: Float32Array,
  { from, to }: { readonly from: Float32Array; readonly to: Float32Array },
  shares: readonly number[],
): Float32Array {
  const difference = normalised(
    to.map((value, i) => value - (from[i] ?? 0)),
    to.length,
  );
  const isNone = difference.every((value) => value === 0);
  return joinedRows(shares.map((share) => (isNone ? picture : slerp({ a: picture, b: difference, share }))));
}

function joinedRows(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}
