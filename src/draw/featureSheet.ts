/**
 * What a layer makes of a picture, channel by channel. Each channel is scaled by its own largest value, since channels
 * differ by far more than the eye can take: what can be compared is where a channel answers, not how loudly.
 */
import { paint } from './colourMaps';
import { sheetOf, type Sheet } from './sheet';

/** @param values [channels, side, side] */
export function featureSheet(values: Float32Array, side: number, columns: number): Sheet {
  const area = side * side;
  const count = Math.floor(values.length / area);
  const scales = Array.from({ length: count }, (_, channel) => {
    let largest = 0;
    for (let i = channel * area; i < (channel + 1) * area; i += 1) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    return largest > 0 ? 1 / largest : 0;
  });
  return sheetOf({ side, count, columns, gap: 1 }, (channel, pixel, rgba, at) => {
    paint('signed', (values[channel * area + pixel] ?? 0) * (scales[channel] ?? 0), rgba, at);
  });
}
