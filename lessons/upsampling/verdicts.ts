/** What the judge makes of a few finished pictures, and that in words. */

export interface Verdict {
  /** The digit that the judge takes it for. */
  readonly digit: number;
  /** How sure it is of that, 0..1. */
  readonly sure: number;
  /** Whether that was asked for; null if nothing was. */
  readonly isRight: boolean | null;
}

const classes = 10;
/** A judge this sure counts as sure, here as in every other lesson (src/evaluation/metrics). */
const sureFrom = 0.9;

/** @param probabilities [n, 10] */
export function verdictsOf(probabilities: Float32Array, asked: readonly (number | null)[]): readonly Verdict[] {
  return asked.map((label, i) => {
    const chances = probabilities.subarray(i * classes, (i + 1) * classes);
    const sure = chances.reduce((most, chance) => Math.max(most, chance), 0);
    const digit = Math.max(0, chances.indexOf(sure));
    return { digit, sure, isRight: label === null ? null : digit === label };
  });
}

/** "a 3, 98% sure". */
export function verdictWords({ digit, sure }: Verdict): string {
  return `${digit === 8 ? 'an' : 'a'} ${digit}, ${percent(sure)} sure`;
}

export interface Tally {
  readonly n: number;
  /** Pictures taken for what was asked for; null if nothing was asked for. */
  readonly right: number | null;
  readonly sure: number;
}

export function tallyOf(verdicts: readonly Verdict[]): Tally {
  const asked = verdicts.filter(({ isRight }) => isRight !== null);
  return {
    n: verdicts.length,
    right: asked.length > 0 ? asked.filter(({ isRight }) => isRight).length : null,
    sure: verdicts.filter(({ sure }) => sure > sureFrom).length,
  };
}

/** "9 of 10 as asked, 8 sure". */
export function tallyWords({ n, right, sure }: Tally): string {
  return [...(right === null ? [] : [`${right} of ${n} as asked`]), `the judge is sure of ${sure}`].join(', ');
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
