/** What the toy's network knows at one noise level, on a grid: the density of the noised points, and the score, which points uphill. */
import { mixtureDenoiser } from '$lib/diffusion/mixture';
import type { NoiseLevel } from '$lib/diffusion/types';
import { toyMixture } from './toy';

/** Half the side of the square that is shown, in the units of the points: nearly all of the first noise lies in it. */
export const reach = 2.6;

export interface DensityGrid {
  /** Values a side, row by row from the top; their points lie in the middles of cells. */
  readonly side: number;
  readonly values: Float64Array;
}

/** Density of the noised mixture at a level. */
export function densityGrid({ alphaBar }: NoiseLevel, side: number): DensityGrid {
  const values = new Float64Array(side * side);
  const signal = Math.sqrt(alphaBar);
  for (const { weight, mean, std } of toyMixture) {
    const V = alphaBar * std ** 2 + 1 - alphaBar;
    values.forEach((value, cell) => {
      const [x, y] = middleOf(cell, side);
      const squared = (x - signal * mean[0]) ** 2 + (y - signal * mean[1]) ** 2;
      values[cell] = value + (weight / totalWeight) * (Math.exp(-squared / (2 * V)) / (2 * Math.PI * V));
    });
  }
  return { side, values };
}

const totalWeight = toyMixture.reduce((sum, { weight }) => sum + weight, 0);

export interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/**
 * The direction −eps that the network knows, at the middles of a grid: the score times √(1 − ᾱ), so that it keeps its size
 * at every level.
 */
export function scoreArrows(level: NoiseLevel, side: number): readonly Arrow[] {
  const points = Float64Array.from({ length: 2 * side * side }, (_, i) => middleOf(Math.floor(i / 2), side)[i % 2] ?? 0);
  const { eps } = mixtureDenoiser(toyMixture)(points, level);
  return Array.from({ length: side * side }, (_, i) => ({
    x: points[2 * i] ?? 0,
    y: points[2 * i + 1] ?? 0,
    dx: -(eps[2 * i] ?? 0),
    dy: -(eps[2 * i + 1] ?? 0),
  }));
}

/** Of a cell of the shown square, counted row by row from the top left. */
function middleOf(cell: number, side: number): readonly [x: number, y: number] {
  const across = ((cell % side) + 0.5) / side;
  const down = (Math.floor(cell / side) + 0.5) / side;
  return [(2 * across - 1) * reach, (1 - 2 * down) * reach];
}
