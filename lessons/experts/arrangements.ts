/** What can be done with two experts but the right thing: swapped, each of them alone, or the hand-over moved. Plain data. */
import { AppError } from '$lib/base/errors';
import type { Arrangement } from '$lib/data/recordedExperts';
import type { Source } from '$lib/worker/protocol';
import { membersOf, sourceOfMembers } from './setups';

export const arrangementWords: Readonly<Record<Arrangement, { readonly title: string; readonly note: string }>> = {
  'as trained': { title: 'as trained', note: 'each where it learned' },
  swapped: { title: 'swapped', note: 'each where the other learned' },
  'low alone': { title: 'low noise, alone', note: 'asked at every moment' },
  'high alone': { title: 'high noise, alone', note: 'asked at every moment' },
};

/** The two recorded experts, and the moment at which one hands over to the other. */
function pair() {
  const [low, high] = membersOf('two', 'recorded');
  if (!low || !high) throw new AppError('internal', 'The setup of two experts does not have two.');
  return { low: low.model, high: high.model, border: low.interval.to, T: high.interval.to };
}

export function arrangementSource(arrangement: Arrangement): Source {
  const { low, high, border, T } = pair();
  switch (arrangement) {
    case 'as trained':
      return handOverAt(border);
    case 'swapped':
      return sourceOfMembers([
        { model: high, interval: { from: 0, to: border } },
        { model: low, interval: { from: border, to: T } },
      ]);
    case 'low alone':
      return low;
    case 'high alone':
      return high;
  }
}

/** Both experts, but with the hand-over at another moment than the one that they were trained for. */
export function handOverAt(border: number): Source {
  const { low, high, T } = pair();
  return sourceOfMembers([
    { model: low, interval: { from: 0, to: border } },
    { model: high, interval: { from: border, to: T } },
  ]);
}

/** Where they hand over as trained. */
export function trainedBorder(): number {
  return pair().border;
}
