/** What the lesson says of the prior is what was measured, and no more: compared by the spread over sampling seeds. */
import { describe, expect, it } from 'vitest';
import {
  bestPair,
  boughtWords,
  changeOf,
  pairFor,
  pairWords,
  priorScalesMeasured,
  scalesMeasured,
  skipAnswer,
  skipOptions,
  skipTruth,
  stepsMeasured,
  tallyOfPairs,
  unguidedWords,
  verdictWords,
} from '../../lessons/unclip/results';
import { systemRows } from '../../lessons/unclip/systems';
import { around, recordedUnclip, unclipRow } from './unclipRecord';

const caption = { given: 'caption', priorScale: null } as const;

/** One decoder, both ways. */
function both(
  withPrior: { fd: number; all: number },
  without: { fd: number; all: number },
  half = 0,
): ReturnType<typeof recordedUnclip> {
  const row = ({ fd, all }: { fd: number; all: number }): Parameters<typeof unclipRow>[0] => ({
    fd: around(fd, half),
    all: around(all, half / 100),
  });
  return recordedUnclip({ rows: [unclipRow(row(withPrior)), unclipRow({ ...row(without), ...caption })] });
}

describe('skipping the prior', () => {
  it.each([
    [{ fd: 20, all: 0.8 }, { fd: 70, all: 0.3 }, skipOptions[0]],
    [{ fd: 20, all: 0.8 }, { fd: 20, all: 0.3 }, skipOptions[1]],
    [{ fd: 20, all: 0.8 }, { fd: 30, all: 0.87 }, skipOptions[2]],
    [{ fd: 20, all: 0.8 }, { fd: 15, all: 0.8 }, skipOptions[3]],
  ] as const)('with %o and without %o: %s', (withPrior, without, answer) => {
    expect(skipAnswer(bestPair(both(withPrior, without)))).toBe(answer);
  });

  it('is level where the ranges of the sampling seeds overlap', () => {
    const pair = bestPair(both({ fd: 20, all: 0.8 }, { fd: 22, all: 0.78 }, 3));
    expect(changeOf(pair, 'fd')).toBe('level');
    expect(skipAnswer(pair)).toBe(skipOptions[3]);
    expect(verdictWords(pair)).toContain('about as far from real digits, obeying about as often');
  });

  it('is answered with the numbers that the answer rests on', () => {
    const pair = bestPair(both({ fd: 20.3, all: 0.826 }, { fd: 21, all: 0.808 }));
    expect(skipTruth(pair)).toBe(`${skipOptions[0]} (Fréchet distance 20.3 → 21.0, all four right 83% → 81%)`);
    expect(skipTruth(bestPair(recordedUnclip()))).toBeNull();
  });

  it('is told for every decoder that was measured in both ways', () => {
    const recorded = recordedUnclip({
      rows: [
        unclipRow({ decoderSteps: 250, fd: around(37) }),
        unclipRow({ ...caption, decoderSteps: 250, fd: around(52) }),
        unclipRow({ fd: around(20.3) }),
        unclipRow({ ...caption, fd: around(21) }),
      ],
    });
    expect(boughtWords(recorded)).toContain(
      '52.0 without it and 37.0 with it after 250 steps, 21.0 without it and 20.3 with it after 1,000',
    );
    expect(boughtWords(recordedUnclip())).toBeNull();
  });

  it('is told without guidance, too', () => {
    const unguided = { guidanceScale: 1 };
    const rows = [unclipRow({ ...unguided, fd: around(14) }), unclipRow({ ...caption, ...unguided, fd: around(23.6) })];
    expect(unguidedWords(recordedUnclip({ rows }))).toBe(
      'And with no guidance of the decoder, after 1,000 steps, it is 23.6 without it and 14.0 with it.',
    );
    expect(unguidedWords(recordedUnclip({ rows: rows.slice(0, 1) }))).toBeNull();
  });

  it('is told with both numbers of both ways, and their ranges', () => {
    const words = pairWords(bestPair(both({ fd: 24.9, all: 0.85 }, { fd: 28.7, all: 0.87 }, 1)));
    expect(words).toContain('24.9 (23.9–25.9) with the prior, 28.7 (27.7–29.7) without');
    expect(words).toContain('85% (84–86) of the pictures with it, 87% (86–88) without');
  });

  it('says nothing where a row was not measured', () => {
    const pair = bestPair(recordedUnclip({ rows: [unclipRow(caption)] }));
    expect(pair.prior).toBeNull();
    expect(skipAnswer(pair)).toBeNull();
    expect(pairWords(pair)).toBeNull();
  });

  it('counts only pairs that were measured in both ways', () => {
    const recorded = recordedUnclip({
      rows: [
        unclipRow({ decoderSteps: 250 }),
        unclipRow({ ...caption, decoderSteps: 250, fd: around(90), all: around(0.5) }),
        unclipRow({}),
        unclipRow({ ...caption, fd: around(30) }),
        unclipRow({ ...caption, guidanceScale: 1 }), // no partner
      ],
    });
    expect(stepsMeasured(recorded)).toEqual([250, 1000]);
    expect(scalesMeasured(recorded)).toEqual([1, 2]);
    expect(tallyOfPairs(recorded)).toEqual({ pairs: 2, lessReal: 2, lessObedient: 1 });
  });

  it('compares with the prior at the guidance of 2 alone', () => {
    const recorded = recordedUnclip({
      rows: [unclipRow({ priorScale: 1, fd: around(10) }), unclipRow({ fd: around(20) }), unclipRow(caption)],
    });
    expect(pairFor(recorded, 1000, 2).prior?.fd.mean).toBe(20);
    expect(priorScalesMeasured(recorded, 1000)).toEqual([1, 2]);
    expect(priorScalesMeasured(recorded, 250)).toEqual([]);
  });
});

describe('the table of both systems', () => {
  const model = { seed: 7, trainingFlops: 1e12, seconds: 20.4, bytes: 1 };
  const rows = systemRows(
    recordedUnclip({
      models: [
        { ...model, name: 'contrastive', steps: 600, parameters: 255_649 },
        { ...model, name: 'decoder@250', steps: 250, parameters: 1 },
        { ...model, name: 'decoder@1000', steps: 1000, parameters: 259_684 },
      ],
    }),
  );

  it('takes our side from the record, and the decoder that was trained longest', () => {
    expect(rows[0]?.ours?.parameters).toBe('255,649');
    expect(rows[2]?.ours).toMatchObject({ parameters: '259,684', training: '1,000 × 32, 20 s', samplingSteps: '25' });
  });

  it('leaves open what was not recorded', () => {
    expect(rows[1]?.ours).toBeNull();
  });
});
