import { describe, expect, it } from 'vitest';
import { layOut, type DrawnLayer } from '../../src/draw/unetLayout';

const layers: readonly DrawnLayer[] = [
  { name: 'condition', kind: 'condition', side: 1, channels: 128 },
  { name: 'input', kind: 'input', side: 28, channels: 1 },
  { name: 'down', kind: 'block', side: 14, channels: 32 },
  { name: 'mid', kind: 'block', side: 7, channels: 64 },
  { name: 'up', kind: 'up', side: 14, channels: 32, skipFrom: 'down' },
];
const { boxes, bridges } = layOut(layers, { width: 600, height: 100, bridgeHeight: 30 });

describe('a U-Net as boxes', () => {
  it('leaves out what makes no picture', () => {
    expect(boxes.map((box) => box.name)).toEqual(['input', 'down', 'mid', 'up']);
  });

  it('is as high as the pictures, about one middle line', () => {
    expect(boxes.map((box) => box.height)).toEqual([100, 50, 25, 50]);
    expect(new Set(boxes.map((box) => box.y + box.height / 2))).toEqual(new Set([80]));
  });

  it('goes from edge to edge, and boxes never overlap', () => {
    const ends = boxes.map((box) => box.x + box.width);
    expect(boxes[0]?.x).toBe(0);
    expect(ends.at(-1)).toBeCloseTo(600, 9);
    boxes.slice(1).forEach((box, i) => expect(box.x).toBeGreaterThan(ends[i] ?? Infinity));
  });

  it('is wider where there are more channels', () => {
    expect(boxes[2]?.width).toBeGreaterThan(boxes[1]?.width ?? Infinity);
  });

  it('fits a phone by narrowing the boxes', () => {
    const narrow = layOut(layers, { width: 60, height: 100, bridgeHeight: 30 }).boxes;
    expect((narrow.at(-1)?.x ?? 0) + (narrow.at(-1)?.width ?? 0)).toBeCloseTo(60, 9);
    narrow.slice(1).forEach((box, i) => expect(box.x).toBeGreaterThan((narrow[i]?.x ?? 0) + (narrow[i]?.width ?? 0)));
  });

  it('bridges what is added later', () => {
    expect(bridges.map(({ from, to }) => [from, to])).toEqual([['down', 'up']]);
    expect(bridges[0]?.path).toMatch(/^M[\d.]+,55\.0V[\d.]+H[\d.]+V55\.0$/);
  });
});
