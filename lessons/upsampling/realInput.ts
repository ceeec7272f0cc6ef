/** What upsamplers with and without noise in training make of real small digits: rows of a table, and a sentence. */
import { augmentations, type RealRow, type RecordedAugmentation, type RecordedCascade } from '$lib/data/recordedCascade';
import { realComparison } from './flip';
import { aheadOf, certaintyWords, spreadOf, spreadWords, type Comparison } from './seeds';
import { percentWords } from './units';

export interface RealLine {
  readonly side: RealRow['side'];
  readonly augmentation: RecordedAugmentation;
  readonly rows: readonly RealRow[];
  readonly fd: string;
  readonly accuracy: string;
  readonly c90: string;
}

/** The larger input first: it passes one network only. */
const sides = [14, 7] as const;

export function realRows({ real }: RecordedCascade): readonly RealLine[] {
  return sides.flatMap((side) =>
    augmentations.flatMap((augmentation) => {
      const rows = real.filter((row) => row.side === side && row.augmentation === augmentation);
      const [fd, accuracy, c90] = [spreadOf(rows, 'fd'), spreadOf(rows, 'accuracy'), spreadOf(rows, 'c90')];
      if (!fd || !accuracy || !c90) return [];
      const share = ({ mean }: { readonly mean: number }): string => percentWords(mean);
      return [{ side, augmentation, rows, fd: spreadWords(fd), accuracy: share(accuracy), c90: share(c90) }];
    }),
  );
}

const ways: Readonly<Record<RealRow['side'], string>> = {
  14: 'Through the last network alone',
  7: 'Through both upsamplers',
};

/** Null while neither way was measured both with and without. */
export function realWords(recorded: RecordedCascade): string | null {
  const sentences = sides.flatMap((side) => {
    const comparison = realComparison(recorded, side);
    return comparison ? [sentence(ways[side], comparison)] : [];
  });
  return sentences.length > 0 ? sentences.join(' ') : null;
}

function sentence(way: string, comparison: Comparison): string {
  const { one, other } = comparison;
  const ahead = aheadOf(comparison);
  if (ahead === null) {
    return `${way} noise in training makes no sure difference: ${one.mean.toFixed(1)} with it, ${other.mean.toFixed(1)} without; ${certaintyWords(comparison)}.`;
  }
  const [better, worse] = ahead === 'one' ? [one, other] : [other, one];
  return `${way} the one trained ${ahead === 'one' ? 'with' : 'without'} noise is better on real input: ${better.mean.toFixed(1)} against ${worse.mean.toFixed(1)}; ${certaintyWords(comparison)}.`;
}
