/** A grey picture with something laid over it in colour: where a network looks, for example. */

/** Bright on black and on white, and none of the quantities' colours. */
const colour = [255, 64, 160] as const;
/** So much of the picture is still seen where the colour is full. */
const leastPicture = 0.15;

/**
 * @param picture [side, side] in −1 … 1
 * @param heat [heatSide, heatSide] in 0 … 1, each a square of whole pixels; heatSide divides side
 * @returns opaque RGBA, row by row
 */
export function overlay(
  picture: ArrayLike<number>,
  side: number,
  heat: ArrayLike<number>,
  heatSide: number,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(side * side * 4);
  const square = side / heatSide;
  for (let i = 0; i < side * side; i += 1) {
    const place = Math.floor(Math.floor(i / side) / square) * heatSide + Math.floor((i % side) / square);
    const share = (1 - leastPicture) * Math.min(1, Math.max(0, heat[place] ?? 0));
    const grey = ((picture[i] ?? -1) + 1) * 127.5;
    colour.forEach((level, channel) => {
      rgba[i * 4 + channel] = (1 - share) * grey + share * level;
    });
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}
