/**
 * Slant, stroke thickness and width of a digit, measured from its pixels: what a caption says of a picture, and whether a drawn picture is
 * what its caption said.
 *
 * Only ink above a quarter of full brightness counts, p = max(0, brightness − ¼) / ¾: a faint haze, of which drawn digits have more than
 * written ones, would move every moment.
 */
import { AppError } from '../../base/errors';
import { imageSide } from '../manifest';
import type { Attribute } from './vocabulary';

export { attributes, type Attribute } from './vocabulary';

/** Brightness (0 … 1) below which a pixel is paper. */
const paperBelow = 0.25;
/** Pixels of paper around a picture: the outline of ink at the edge reaches into the first of them. */
const margin = 2;

/**
 * With the second moments s of the ink about its centre (x to the right, y downwards):
 * slant = −s_xy / s_yy, how far the digit moves to the right for a step upwards, 0 when upright;
 * width = √(s_xx − s_xy²/s_yy) / √s_yy, beside its height, with the slant taken out;
 * thickness = 2 Σp / Σ|∇p| in pixels: a stroke's area is length × thickness, and its outline is twice its length.
 * @param pixels [side, side] in −1 … 1; what lies outside is limited to the range
 * @returns NaN for all three where there is no ink, or all of it in one row
 * @throws shape
 */
export function measureAttributes(pixels: Float32Array, side: number = imageSide): Record<Attribute, number> {
  if (pixels.length !== side * side) {
    throw new AppError('shape', `${pixels.length} pixels are not one picture of ${side} × ${side}.`);
  }
  const ink = new Float64Array(pixels.length);
  for (let i = 0; i < ink.length; i += 1) ink[i] = inkOf(pixels[i] ?? 0); // many times faster than from()
  const { mass, xx, xy, yy } = momentsOf(ink, side);
  if (!(mass > 0 && yy > 0)) return { slant: NaN, thickness: NaN, width: NaN };
  return {
    slant: -xy / yy,
    thickness: (2 * mass) / outlineOf(ink, side),
    width: Math.sqrt(Math.max(0, xx - (xy * xy) / yy) / yy),
  };
}

function inkOf(pixel: number): number {
  const brightness = Math.min(1, (pixel + 1) / 2);
  return Math.max(0, brightness - paperBelow) / (1 - paperBelow);
}

interface Moments {
  /** Σp */
  readonly mass: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

function momentsOf(ink: Float64Array, side: number): Moments {
  let [mass, x, y] = [0, 0, 0];
  for (let row = 0, i = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1, i += 1) {
      const p = ink[i] ?? 0;
      mass += p;
      x += p * column;
      y += p * row;
    }
  }
  if (mass === 0) return { mass, xx: 0, xy: 0, yy: 0 };
  let [xx, xy, yy] = [0, 0, 0];
  for (let row = 0, i = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1, i += 1) {
      const p = ink[i] ?? 0;
      if (p === 0) continue;
      const [dx, dy] = [column - x / mass, row - y / mass];
      xx += p * dx * dx;
      xy += p * dx * dy;
      yy += p * dy * dy;
    }
  }
  return { mass, xx: xx / mass, xy: xy / mass, yy: yy / mass };
}

/**
 * Σ|∇p| by central differences, which noise of single pixels moves little, with paper all around, so that ink at the edge has an outline
 * there. What is one pixel thin counts as two.
 */
function outlineOf(ink: Float64Array, side: number): number {
  const padded = side + 2 * margin;
  const around = new Float64Array(padded * padded);
  for (let row = 0; row < side; row += 1) {
    around.set(ink.subarray(row * side, (row + 1) * side), (row + margin) * padded + margin);
  }
  let sum = 0;
  // The first and the last of these lie in the margin, where nothing is different from what is beside it.
  for (let i = padded; i < padded * (padded - 1); i += 1) {
    const across = (around[i + 1] ?? 0) - (around[i - 1] ?? 0);
    const down = (around[i + padded] ?? 0) - (around[i - padded] ?? 0);
    sum += Math.sqrt(across * across + down * down) / 2;
  }
  return sum;
}
