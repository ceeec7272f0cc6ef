/** What TrainingsTable.svelte shows, and what its rows agree on. Plain data; rows that src/data/recordedTrainings.ts has read fit. */

interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** One way of drawing, of one training, measured from several noises. */
export interface Trained {
  readonly way: string;
  readonly trainingSeed: number;
  readonly guidanceScale: number;
  readonly fd: Spread;
  readonly all: Spread;
}

/** Two columns of the table: realism and obedience of one way. */
export interface TrainedColumn {
  readonly title: string;
  readonly way: string;
  readonly guidanceScale: number;
}

export interface TrainedLine {
  readonly trainingSeed: number;
  /** In the order of the columns. */
  readonly cells: readonly Trained[];
}

/** A line for each training of which every column was measured, the lowest seed first. */
export function trainedLines(rows: readonly Trained[], columns: readonly TrainedColumn[]): readonly TrainedLine[] {
  const seeds = [...new Set(rows.map(({ trainingSeed }) => trainingSeed))].sort((a, b) => a - b);
  return seeds
    .map((trainingSeed) => ({
      trainingSeed,
      cells: columns.flatMap(
        ({ way, guidanceScale }) =>
          rows.find((row) => row.way === way && row.guidanceScale === guidanceScale && row.trainingSeed === trainingSeed) ?? [],
      ),
    }))
    .filter(({ cells }) => cells.length === columns.length);
}

export interface Tally {
  /** Trainings in which the first of two is higher, the second is, or no noise decides. */
  readonly first: number;
  readonly second: number;
  readonly open: number;
}

/** Of two columns, in how many trainings which is higher: where no noise of one reaches any of the other. */
export function tally(lines: readonly TrainedLine[], first: number, second: number, measure: 'fd' | 'all'): Tally {
  const above = (line: TrainedLine, one: number, other: number): boolean => {
    const [a, b] = [line.cells[one]?.[measure], line.cells[other]?.[measure]];
    return a !== undefined && b !== undefined && a.min > b.max;
  };
  const [firstAbove, secondAbove] = [[first, second] as const, [second, first] as const].map(
    ([one, other]) => lines.filter((line) => above(line, one, other)).length,
  );
  const counts = { first: firstAbove ?? 0, second: secondAbove ?? 0 };
  return { ...counts, open: lines.length - counts.first - counts.second };
}

/** "17.4 to 21.0" over the trainings of a column, each training's mean counting once. */
export function rangeWords(
  lines: readonly TrainedLine[],
  column: number,
  measure: 'fd' | 'all',
  text: (value: number) => string,
): string {
  const means = lines.flatMap(({ cells }) => cells[column]?.[measure].mean ?? []);
  return means.length === 0 ? 'nothing' : `${text(Math.min(...means))} to ${text(Math.max(...means))}`;
}
