/** Sentences of the prose that rest on recorded numbers or on the setups' own arithmetic. */
import { intervalsOf } from '$lib/diffusion/experts';
import { logSnr } from '$lib/diffusion/schedule';
import type { Arrangement, RecordedExperts } from '$lib/data/recordedExperts';
import type { ExpertSetup } from '$lib/training/expertRecipes';
import { arrangementWords, trainedBorder } from './arrangements';
import { flopWords } from './coordination';
import { resultsOf, type SetupResult } from './results';
import { expertSchedule } from './schedule';
import { setupNames, stepsOf } from './setups';
import { extremes } from './verdict';

/** "685 for much noise and 315 for little". */
export function pairStepsWords(): string {
  const [low = 0, high = 0] = stepsOf('two');
  return `${high.toLocaleString('en')} steps for the one with much noise and ${low.toLocaleString('en')} for the one with little`;
}

/** "−0.02": where two experts hand over, on the scale of ratios. */
export function borderLogSnrWords(): string {
  const value = logSnr(expertSchedule.alphasCumprod[trainedBorder()] ?? NaN);
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;
}

/** Where two would hand over, if log-SNR were shared out evenly. */
export const logSnrBorder = intervalsOf(2, 'logSnr', expertSchedule)[0]?.to ?? NaN;

/** What becomes of an arrangement, for beside a guess; null while it is not recorded. */
export function arrangementAnswer({ arrangements }: RecordedExperts, arrangement: Arrangement): string | null {
  const row = arrangements.find((each) => each.arrangement === arrangement);
  return row
    ? `the judge takes ${Math.round(100 * row.accuracy)}% for the digit that was asked for, at a Fréchet distance of ${row.fd.toFixed(0)}`
    : null;
}

/** All arrangements in a sentence, the best first. */
export function arrangementSentence({ arrangements, n }: RecordedExperts): string {
  if (arrangements.length === 0) return 'The arrangements are not measured yet.';
  const parts = arrangements
    .toSorted((a, b) => a.fd - b.fd)
    .map(
      ({ arrangement, fd, accuracy }) =>
        `${arrangementWords[arrangement].title} ${fd.toFixed(1)} and ${Math.round(100 * accuracy)}%`,
    );
  return `Fréchet distance and share drawn as asked, over ${n.toLocaleString('en')} digits: ${parts.join('; ')}.`;
}

/** How much the place of the hand-over matters while drawing. */
export function bordersSentence({ borders }: RecordedExperts): string {
  const ends = extremes(borders);
  if (!ends) return 'That is not measured yet.';
  const { best, worst } = ends;
  return `Of the borders that were tried the best is t = ${best.border} (Fréchet distance ${best.fd.toFixed(1)}), the worst t = ${worst.border} (${worst.fd.toFixed(1)}).`;
}

/** Averages against raw weights. */
export function averagesSentence({ averages }: RecordedExperts): string {
  const ends = extremes(averages);
  const both = averages.find(({ weights }) => weights === 'both averaged');
  if (!ends || !both) return 'That is not measured yet.';
  const { worst } = ends;
  const best = ends.best === both ? 'the best of the four' : `not the best of the four, which has ${ends.best.fd.toFixed(1)}`;
  return `With both averaged the distance is ${both.fd.toFixed(1)}, ${best}; the worst has ${worst.fd.toFixed(1)}.`;
}

/** "2.97 TFLOP": what every setup had. */
export function trainingWords(recorded: RecordedExperts): string {
  const one = resultOf(recorded, 'one');
  return one ? flopWords(one.trainingFlops) : 'as much arithmetic as the single network';
}

/** How many weights a setup has, against the single network: "2.0 times". */
export function weightsWords(recorded: RecordedExperts, setup: ExpertSetup): string {
  const [mine, one] = [resultOf(recorded, setup), resultOf(recorded, 'one')];
  return mine && one ? `${(mine.parameters / one.parameters).toFixed(1)} times` : 'more';
}

/** And how much one look at a picture costs. */
export function lookWords(recorded: RecordedExperts, setup: ExpertSetup): string {
  const [mine, one] = [resultOf(recorded, setup), resultOf(recorded, 'one')];
  if (!mine || !one) return `${setupNames[setup]}: not recorded yet`;
  return `${flopWords(mine.flopsPerEvaluation)} a look against ${flopWords(one.flopsPerEvaluation)}`;
}

function resultOf(recorded: RecordedExperts, setup: SetupResult['setup']): SetupResult | null {
  return resultsOf(recorded).find((result) => result.setup === setup) ?? null;
}
