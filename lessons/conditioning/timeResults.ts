/** What was measured of networks with and without t, as the page says it. Plain data. */
import { timeNetworks, type RecordedCaptions, type TimeNetwork, type TimeRow } from '$lib/data/recordedCaptions';
import { distance, percent, spread } from './numberWords';

export const timeOptions = [
  'it loses much, whatever it predicts',
  'predicting x₀ it loses little, predicting ε much',
  'predicting ε it loses little, predicting x₀ much',
  'it loses little, whatever it predicts',
] as const;

/** A loss of more than this factor in Fréchet distance is much: seeds alone move it by a tenth or two. */
const muchWorse = 1.4;
/** A digit that is read as what was asked for less often than this is not drawn any more. */
const leastClass = 0.5;

/** The guidance at which a network does best, of those measured. */
function bestTimeRow(rows: readonly TimeRow[], network: TimeNetwork): TimeRow | null {
  return rows.filter((row) => row.network === network).toSorted((a, b) => a.fd.mean - b.fd.mean)[0] ?? null;
}

interface Loss {
  readonly told: TimeRow;
  readonly untold: TimeRow;
  readonly isMuch: boolean;
}

function lossOf(rows: readonly TimeRow[], told: TimeNetwork, untold: TimeNetwork): Loss | null {
  const [a, b] = [bestTimeRow(rows, told), bestTimeRow(rows, untold)];
  if (!a || !b) return null;
  return {
    told: a,
    untold: b,
    isMuch: b.fd.mean > muchWorse * a.fd.mean || (a.class.mean >= leastClass && b.class.mean < leastClass),
  };
}

/** One of timeOptions; null while not all four were measured. */
export function timeAnswer({ time }: RecordedCaptions): string | null {
  const [x0, eps] = [lossOf(time, 'time-x0', 'timeless-x0'), lossOf(time, 'time-eps', 'timeless-eps')];
  if (!x0 || !eps) return null;
  if (x0.isMuch) return timeOptions[eps.isMuch ? 0 : 2];
  return timeOptions[eps.isMuch ? 1 : 3];
}

/** The answer as a sentence of the prose. */
export function timeVerdict(recorded: RecordedCaptions): string {
  switch (timeAnswer(recorded)) {
    case timeOptions[0]:
      return 'For our networks it is so: both lose much of what they could.';
    case timeOptions[1]:
      return 'Ours that predicts x₀ does about as well without; the one that predicts ε loses much.';
    case timeOptions[2]:
      return 'Ours that predicts ε does about as well without; the one that predicts x₀ loses much.';
    case timeOptions[3]:
      return 'Ours lose little, whatever they predict.';
    default:
      return 'Ours have not been measured yet.';
  }
}

/** "Predicting x₀: 21.0 with t, 23.4 without (each at its best w); …" */
export function timeWords({ time }: RecordedCaptions): string | null {
  const parts = (
    [
      ['Predicting x₀', lossOf(time, 'time-x0', 'timeless-x0')],
      ['Predicting ε', lossOf(time, 'time-eps', 'timeless-eps')],
    ] as const
  ).flatMap(([name, loss]) =>
    loss
      ? [
          `${name}, the Fréchet distance is ${distance(loss.told.fd)} with t and ${distance(loss.untold.fd)} without, and the judge reads the digit in ${percent(loss.told.class.mean)} and ${percent(loss.untold.class.mean)} of the pictures.`,
        ]
      : [],
  );
  return parts.length === 2 ? `${parts.join(' ')} Each at its best guidance.` : null;
}

export interface TimeLine {
  readonly network: TimeNetwork;
  readonly target: string;
  readonly isTold: boolean;
  readonly cells: readonly { readonly guidanceScale: number; readonly fd: string; readonly accuracy: string }[];
}

export function timeLines({ time }: RecordedCaptions): readonly TimeLine[] {
  return timeNetworks.map((network) => ({
    network,
    target: network.endsWith('x0') ? 'x₀' : 'ε',
    isTold: !network.startsWith('timeless'),
    cells: time
      .filter((row) => row.network === network)
      .toSorted((a, b) => a.guidanceScale - b.guidanceScale)
      .map((row) => ({ guidanceScale: row.guidanceScale, fd: spread(row.fd, 1), accuracy: percent(row.class.mean) })),
  }));
}
