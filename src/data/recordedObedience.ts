/** What is measured of pictures that were asked for by captions, over several seeds of the noise that they are drawn from. */
import type { FieldReader } from './recordedFields';

/** Shares are 0..1; fd, midInk and variety as in evaluation/quality.ts. */
export const obedienceMeasures = ['fd', 'class', 'slant', 'thickness', 'width', 'all', 'midInk', 'variety'] as const;
export type ObedienceMeasure = (typeof obedienceMeasures)[number];

/** Over the seeds of the noise. */
export interface SeedSpread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export type Obedience = Readonly<Record<ObedienceMeasure, SeedSpread>>;

/** @throws data/format */
export function obedienceFields(read: FieldReader, row: unknown): Obedience {
  const entries = obedienceMeasures.map((measure) => [measure, spreadField(read, row, measure)] as const);
  return Object.fromEntries(entries) as Record<ObedienceMeasure, SeedSpread>; // every measure has been read
}

/** @throws data/format */
export function spreadField(read: FieldReader, row: unknown, name: string): SeedSpread {
  return read.numbers(read.part(row, name), ['min', 'mean', 'max']);
}
