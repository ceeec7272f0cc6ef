import { describe, expect, it } from 'vitest';
import { featureSheet } from '../../src/draw/featureSheet';
import { graySheet, pickEvenly, sheetSize } from '../../src/draw/sheet';

describe('a sheet of pictures', () => {
  const layout = { side: 2, count: 3, columns: 2, gap: 1 };
  const sheet = graySheet(Uint8Array.of(10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33), layout);
  const pixel = (x: number, y: number): number[] =>
    Array.from(sheet.rgba.subarray((y * sheet.width + x) * 4, (y * sheet.width + x) * 4 + 4));

  it('is as large as its rows and columns with the gaps between them', () => {
    expect(sheetSize(layout)).toEqual({ width: 5, height: 5 });
    expect(sheet.rgba.length).toBe(5 * 5 * 4);
  });

  it('puts pictures side by side, then into the next row', () => {
    expect(pixel(1, 0)).toEqual([11, 11, 11, 255]);
    expect(pixel(3, 1)).toEqual([22, 22, 22, 255]);
    expect(pixel(0, 3)).toEqual([30, 30, 30, 255]);
  });

  it('leaves gaps and missing pictures transparent', () => {
    expect(pixel(2, 0)).toEqual([0, 0, 0, 0]);
    expect(pixel(4, 4)).toEqual([0, 0, 0, 0]);
  });
});

describe('a choice of frames', () => {
  it('is all of them while they are few', () => {
    expect(pickEvenly(3, 9)).toEqual([0, 1, 2]);
  });
  it('keeps the first and the last', () => {
    expect(pickEvenly(25, 4)).toEqual([0, 8, 16, 24]);
  });
});

describe('a sheet of feature maps', () => {
  it('scales each channel by its own largest value, so that a faint one is as clear as a strong one', () => {
    const { rgba } = featureSheet(Float32Array.of(100, 0, 0, 0, 0.01, 0, 0, 0), 2, 2);
    const first = Array.from(rgba.subarray(0, 4));
    const faint = Array.from(rgba.subarray(3 * 4, 3 * 4 + 4)); // one gap further right
    expect(first).toEqual(faint);
    expect(first).not.toEqual(Array.from(rgba.subarray(4, 8)));
  });

  it('draws a channel that says nothing as nothing', () => {
    const { rgba } = featureSheet(new Float32Array(4), 2, 1);
    expect(new Set(rgba.subarray(0, 4))).toEqual(new Set([24, 28, 255]));
  });
});
