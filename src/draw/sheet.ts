/** Many small pictures on one canvas: cheaper than a canvas each, and still crisp. */
export interface Sheet {
  /** Opaque where there is a picture, transparent in the gaps. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

export interface SheetLayout {
  /** Pixels a side. */
  readonly side: number;
  readonly count: number;
  readonly columns: number;
  /** Transparent pixels between two pictures. */
  readonly gap: number;
}

export function sheetSize({ side, count, columns, gap }: SheetLayout): { readonly width: number; readonly height: number } {
  const rows = Math.ceil(count / columns);
  return { width: columns * side + (columns - 1) * gap, height: rows * side + (rows - 1) * gap };
}

/** @param pixels [count, side, side], 0 (black) … 255 (white) */
export function graySheet(pixels: Uint8Array, layout: SheetLayout): Sheet {
  return sheetOf(layout, (picture, pixel, rgba, at) => {
    const level = pixels[picture * layout.side ** 2 + pixel] ?? 0;
    rgba.fill(level, at, at + 3);
  });
}

/** Writes red, green and blue of one pixel of one picture at rgba[at]. */
export type PaintPixel = (picture: number, pixel: number, rgba: Uint8ClampedArray, at: number) => void;

export function sheetOf(layout: SheetLayout, paint: PaintPixel): Sheet {
  const { side, count, columns, gap } = layout;
  const { width, height } = sheetSize(layout);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let picture = 0; picture < count; picture += 1) {
    const left = (picture % columns) * (side + gap);
    const top = Math.floor(picture / columns) * (side + gap);
    for (let pixel = 0; pixel < side * side; pixel += 1) {
      const at = ((top + Math.floor(pixel / side)) * width + left + (pixel % side)) * 4;
      paint(picture, pixel, rgba, at);
      rgba[at + 3] = 255;
    }
  }
  return { rgba, width, height };
}

/** At most `most` of the indices 0..count−1, evenly spread, the first and the last among them. */
export function pickEvenly(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}
