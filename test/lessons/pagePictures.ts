/** What the pictures of a page show. */
import type { Locator } from '@playwright/test';

/** The pixels that a picture shows, as text: equal if and only if the pictures are. */
export function pixels(picture: Locator): Promise<string> {
  return picture.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** The pictures of 28 × 28 within a part of the page: [28·28] in −1..1 each, all −1 of one that is not drawn. */
export async function shownPictures(part: Locator): Promise<readonly Float32Array[]> {
  const all = await part.locator('canvas').evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const context = (canvas as HTMLCanvasElement).getContext('2d');
      return Array.from(context?.getImageData(0, 0, 28, 28).data ?? []);
    }),
  );
  return all.map((rgba) => Float32Array.from({ length: 28 * 28 }, (_, i) => (rgba[4 * i] ?? 0) / 127.5 - 1));
}

/** Whether something bright is in it: of a picture that is not drawn nothing is. */
export function hasInk(picture: Float32Array): boolean {
  return picture.some((value) => value > 0);
}

/** Root mean square over all pixels. */
export function distanceOf(one: Float32Array, other: Float32Array): number {
  return Math.sqrt(one.reduce((sum, value, i) => sum + (value - (other[i] ?? NaN)) ** 2, 0) / one.length);
}
