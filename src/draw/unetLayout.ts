/**
 * A U-Net as boxes, in pixels: from left to right in the order of computing, as high as its pictures are wide, as wide as
 * they have channels. Plain geometry over a list of layers.
 */
export interface DrawnLayer {
  readonly name: string;
  readonly kind: string;
  readonly side: number;
  readonly channels: number;
  readonly skipFrom?: string;
}

export interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Bridge {
  readonly from: string;
  readonly to: string;
  /** An SVG path from the top of one box over to the top of the other. */
  readonly path: string;
}

export interface UNetLayout {
  readonly boxes: readonly Box[];
  readonly bridges: readonly Bridge[];
}

export interface LayoutOptions {
  readonly width: number;
  /** Height of the tallest box; all are centred on half of it, below the bridges. */
  readonly height: number;
  readonly bridgeHeight: number;
}

const leastWidth = 7;
/** Widths grow with the square root of the channels: 64 against 1 would leave no room otherwise. */
const widthPerRootChannel = 3.4;

/** Layers whose kind is "condition" are left out: they make no picture. */
export function layOut(layers: readonly DrawnLayer[], { width, height, bridgeHeight }: LayoutOptions): UNetLayout {
  const drawn = layers.filter((layer) => layer.kind !== 'condition');
  const tallest = Math.max(...drawn.map((layer) => layer.side));
  const wanted = drawn.map((layer) => leastWidth + widthPerRootChannel * Math.sqrt(layer.channels));
  const total = wanted.reduce((sum, each) => sum + each, 0);
  // Boxes take at most two thirds of the room; what is left goes between them.
  const shrink = Math.min(1, (width * 0.66) / total);
  const gap = drawn.length > 1 ? (width - total * shrink) / (drawn.length - 1) : 0;

  let x = 0;
  const boxes = drawn.map((layer, i) => {
    const box = {
      name: layer.name,
      x,
      width: (wanted[i] ?? 0) * shrink,
      height: (layer.side / tallest) * height,
      y: bridgeHeight + (height * (1 - layer.side / tallest)) / 2,
    };
    x += box.width + gap;
    return box;
  });

  const byName = new Map(boxes.map((box) => [box.name, box]));
  const bridges = drawn.flatMap(({ name, skipFrom }): Bridge[] => {
    const from = skipFrom === undefined ? undefined : byName.get(skipFrom);
    const to = byName.get(name);
    if (!from || !to) return [];
    const [left, right] = [from.x + from.width / 2, to.x + to.width / 2];
    // Outer bridges run higher than those they contain, in proportion to their span.
    const over = Math.max(4, bridgeHeight * (1 - (right - left) / width));
    return [
      {
        from: from.name,
        to: to.name,
        path: `M${left.toFixed(1)},${from.y.toFixed(1)}V${over.toFixed(1)}H${right.toFixed(1)}V${to.y.toFixed(1)}`,
      },
    ];
  });
  return { boxes, bridges };
}
