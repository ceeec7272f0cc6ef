/** Two ways, each measured from several training seeds: which is ahead, and whether the seeds leave room for doubt. Plain data. */
import type { Floor, MeasuredQuality, MeasureName } from '$lib/data/recordedSamplers';
import { bandOf } from '$lib/data/samplerCurves';

export interface SeededQuality extends MeasuredQuality {
  readonly trainingSeed: number;
  readonly noiseSeed: number;
}

/** What the training seeds came to, each by the mean over its noises. */
export interface Spread {
  readonly low: number;
  readonly mean: number;
  readonly high: number;
  readonly bySeed: readonly { readonly seed: number; readonly value: number }[];
}

/** One line of a chart, through the means over seeds. */
export interface SeedSeries {
  readonly name: string;
  /** A CSS colour, usually one of the theme's custom properties. */
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly spread: Spread }[];
}

/** Null of no measurements. */
export function spreadOf(rows: readonly SeededQuality[], measure: MeasureName): Spread | null {
  const seeds = [...new Set(rows.map(({ trainingSeed }) => trainingSeed))].sort((a, b) => a - b);
  const bySeed = seeds.map((seed) => ({
    seed,
    value: mean(rows.filter(({ trainingSeed }) => trainingSeed === seed).map((row) => row[measure])),
  }));
  const values = bySeed.map(({ value }) => value);
  if (values.length === 0) return null;
  return { low: Math.min(...values), mean: mean(values), high: Math.max(...values), bySeed };
}

/**
 * How far an order can be trusted: `clear`, the worst seed of one is better than the best of the other; `each`, it is the same
 * for every seed, but the two ranges overlap; `open`, the seeds do not agree; `single`, there is one seed, and no spread is known.
 */
export type Certainty = 'clear' | 'each' | 'open' | 'single';

export interface Comparison {
  readonly one: Spread;
  readonly other: Spread;
  /** Mean of `other` minus mean of `one`: above 0 where `one` is lower. */
  readonly lead: number;
  /** The wider of the two ranges over seeds. */
  readonly range: number;
  readonly certainty: Certainty;
  /** Of one seed, a lead has to be larger than this to be one. */
  readonly leastLead: number;
}

/** Noise moves a large distance by more than a small one: of one seed, a lead below this share is none. */
const leastShare = 0.1;

/**
 * By Fréchet distance, of which less is better. Null where either was not measured.
 * @param chance how far measurements of the same thing may lie apart: what one seed shows has to be more
 */
export function compare(one: readonly SeededQuality[], other: readonly SeededQuality[], chance: number): Comparison | null {
  const [a, b] = [spreadOf(one, 'fd'), spreadOf(other, 'fd')];
  if (!a || !b) return null;
  return {
    one: a,
    other: b,
    lead: b.mean - a.mean,
    range: Math.max(a.high - a.low, b.high - b.low),
    certainty: certaintyOf(a, b),
    leastLead: Math.max(chance, leastShare * Math.max(a.mean, b.mean)),
  };
}

/** How far draws of as many real digits lie apart: chance alone makes that much. */
export function chanceOf({ draws }: Floor): number {
  const { low, high } = bandOf(draws, 'fd');
  return high - low;
}

function certaintyOf(a: Spread, b: Spread): Certainty {
  if (a.bySeed.length < 2 || b.bySeed.length < 2) return 'single';
  if (a.high < b.low || b.high < a.low) return 'clear';
  const leads = a.bySeed.flatMap(({ seed, value }) => {
    const partner = b.bySeed.find((each) => each.seed === seed);
    return partner ? [Math.sign(partner.value - value)] : [];
  });
  const isSame = leads.length > 1 && leads[0] !== 0 && leads.every((lead) => lead === leads[0]);
  return isSame ? 'each' : 'open';
}

/** Who is ahead: null where the seeds do not say. */
export function aheadOf({ certainty, lead, leastLead }: Comparison): 'one' | 'other' | null {
  if (certainty === 'open' || lead === 0 || (certainty === 'single' && Math.abs(lead) <= leastLead)) return null;
  return lead > 0 ? 'one' : 'other';
}

/** The end of a sentence that has named an order, or denied one. */
export function certaintyWords({ certainty, range, one, other }: Comparison): string {
  const seeds = Math.min(one.bySeed.length, other.bySeed.length);
  switch (certainty) {
    case 'clear':
      return 'its worst seed is better than the other’s best';
    case 'each':
      return `on each of ${seeds} seeds, though seeds of one kind lie up to ${range.toFixed(1)} apart`;
    case 'open':
      return `the ${seeds} seeds do not agree, and lie up to ${range.toFixed(1)} apart`;
    case 'single':
      return 'one training, so no spread is known';
  }
}

/** "12.4", or "12.4 (11.9–13.3)" where there are several seeds. */
export function spreadWords({ low, mean: middle, high, bySeed }: Spread, digits = 1): string {
  const text = middle.toFixed(digits);
  return bySeed.length > 1 ? `${text} (${low.toFixed(digits)}–${high.toFixed(digits)})` : text;
}

/** "one seed", "3 seeds"; the fewest of several lists. */
export function seedCountWords(lists: readonly (readonly SeededQuality[])[]): string {
  const counts = lists
    .filter((rows) => rows.length > 0)
    .map((rows) => new Set(rows.map(({ trainingSeed }) => trainingSeed)).size);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return 'no seed yet';
  if (least < most) return `${least} to ${most} seeds`;
  return most === 1 ? 'one training seed' : `${most} training seeds`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
