/** The plain parts of the unCLIP lesson: paths through the space, what several pictures share, the matrix, the clouds, the film. */
import { describe, expect, it } from 'vitest';
import { cosine } from '../../src/data/embeddings';
import type { ProjectedExample } from '../../src/data/recordedUnclip';
import { momentsOf, shownAt, type ChainFilm } from '../../lessons/unclip/chainFilm';
import { extentOf, nearestExample, remainingGap } from '../../lessons/unclip/clouds';
import { angleWords, driftWords, embeddingAt } from '../../lessons/unclip/embeddingWords';
import { keptOf, keptWords } from '../../lessons/unclip/kept';
import { contrastOf, foundCaptions, matrixOf, nearestPictures } from '../../lessons/unclip/matrix';
import { pathAlongWords, pathBetween } from '../../lessons/unclip/paths';
import { decoderRequest, oneNoise, repeatedRow, rowOf } from '../../lessons/unclip/requests';
import { lossPoints } from '../../lessons/unclip/trainingWords';
import { measuredAlong, measureWords, wordPairs } from '../../lessons/unclip/wordPairs';
import { parseCaption } from '../../src/data/captions/caption';
import { shownDigits } from '../../lessons/forward-process/shippedDigits';
import { recordedUnclip } from './unclipRecord';

const unit = (...values: number[]): Float32Array => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};

describe('paths', () => {
  const [a, b] = [unit(1, 0, 0), unit(0, 1, 0)];

  it('lead from one embedding to the other, all of length 1', () => {
    const path = pathBetween(a, b, [0, 0.5, 1]);
    expect([...rowOf(path, 0, 3)]).toEqual([1, 0, 0]);
    expect(rowOf(path, 1, 3)[0]).toBeCloseTo(Math.SQRT1_2);
    expect(rowOf(path, 2, 3)[1]).toBeCloseTo(1);
    for (let i = 0; i < 3; i += 1) expect(Math.hypot(...rowOf(path, i, 3))).toBeCloseTo(1);
  });

  it('turn towards what two captions differ in, whatever they have in common', () => {
    const picture = unit(0, 0, 1);
    const path = pathAlongWords(picture, { from: unit(1, 1, 5), to: unit(-1, 1, 5) }, [0, 0.25, 0.5]);
    expect([...rowOf(path, 0, 3)]).toEqual([0, 0, 1]);
    const along = [0, 1, 2].map((i) => cosine(rowOf(path, i, 3), unit(-1, 0, 0)));
    expect(along[1]).toBeGreaterThan(along[0] ?? NaN);
    expect(along[2]).toBeGreaterThan(along[1] ?? NaN);
    expect(rowOf(path, 2, 3)[1]).toBeCloseTo(0); // the captions' common part plays no role
  });

  it('stay where they are between captions that say the same', () => {
    const path = pathAlongWords(a, { from: b, to: b }, [0, 0.5]);
    expect([...path]).toEqual([1, 0, 0, 1, 0, 0]);
  });
});

describe('what is asked of the engine', () => {
  it('is one picture for each embedding', () => {
    const request = decoderRequest({ vectors: new Float32Array(96), trained: 500, guidanceScale: 2, seed: 4 });
    expect(request.labels).toEqual([null, null, null]);
    expect(request.source).toEqual({ kind: 'recorded', name: 'decoder@500' });
  });

  it('begins with the same noise for each, and with other noise for another seed', () => {
    const { x, t } = oneNoise(2, 3);
    expect(t).toBe(1000);
    expect([...rowOf(x, 0, 784)]).toEqual([...rowOf(x, 1, 784)]);
    expect([...oneNoise(1, 4).x]).not.toEqual([...rowOf(x, 0, 784)]);
    expect([...repeatedRow(Float32Array.of(1, 2), 2)]).toEqual([1, 2, 1, 2]);
  });
});

describe('what several pictures share', () => {
  const real = shownDigits[7];
  if (!real) throw new Error('no seven');

  it('is everything, where all of them are the real one', () => {
    const probabilities = new Float32Array(20);
    probabilities[7] = 1;
    probabilities[17] = 1;
    const kept = keptOf(repeatedRow(real.x0, 2), probabilities, real);
    expect(kept).toMatchObject({ n: 2, class: 2, bins: { slant: 2, thickness: 2, width: 2 } });
    expect(Math.max(...kept.deviation)).toBeCloseTo(0);
    expect(keptWords(kept)).toBe('the same digit 2 of 2; in the same third: slant 2, thickness 2, width 2');
  });

  it('is less, where one is another digit', () => {
    const other = shownDigits[0]?.x0 ?? new Float32Array(784);
    const pixels = new Float32Array(2 * 784);
    pixels.set(real.x0);
    pixels.set(other, 784);
    const probabilities = new Float32Array(20);
    probabilities[7] = 1;
    probabilities[10] = 1;
    const kept = keptOf(pixels, probabilities, real);
    expect(kept.class).toBe(1);
    expect(Math.max(...kept.deviation)).toBeGreaterThan(0.5);
    expect(kept.mean[400]).toBeCloseTo(((real.x0[400] ?? 0) + (other[400] ?? 0)) / 2);
  });
});

describe('the matrix', () => {
  // captions in rows; caption 1 finds picture 0
  const matrix = { size: 2, values: [0.9, 0.1, 0.6, 0.5] };

  it('tells which picture is nearest to a caption', () => {
    expect(nearestPictures(matrix, 1).map(({ picture }) => picture)).toEqual([0, 1]);
    expect(foundCaptions(matrix)).toBe(1);
    expect(contrastOf(matrix).own).toBeCloseTo(0.7);
    expect(contrastOf(matrix).others).toBeCloseTo(0.35);
  });

  it('is turned from the engine’s, which has pictures in rows', () => {
    const values = Float32Array.of(0.9, 0.6, 0.1, 0.5);
    const turned = matrixOf({ kind: 'similarities', size: 2, values, captions: ['', ''], pixels: new Float32Array() });
    expect(Array.from(turned.values).map((value) => Number(value.toFixed(3)))).toEqual(matrix.values);
  });
});

describe('the clouds', () => {
  const example = (text: [number, number], image: [number, number], prior: [number, number]): ProjectedExample => ({
    caption: 'a seven',
    label: 7,
    text,
    image,
    prior,
  });
  const examples = [example([0, 0], [4, 0], [3, 0]), example([0, 2], [4, 2], [3, 2])];

  it('reach as far as their points', () => {
    expect(extentOf(examples)).toEqual({ x: [0, 4], y: [0, 2] });
  });

  it('are pointed at by the nearest of what is shown', () => {
    expect(nearestExample(examples, ['text'], [0.1, 1.8])).toBe(1);
    expect(nearestExample(examples, ['image', 'prior'], [3.1, 0.2])).toBe(0);
    expect(nearestExample([], ['text'], [0, 0])).toBeNull();
  });

  it('have a gap, of which the prior leaves a part', () => {
    expect(remainingGap(examples)).toBeCloseTo(0.25);
  });
});

describe('the film of the chain', () => {
  const frame = (t: number): { t: number; xt: Float32Array; x0: null } => ({ t, xt: Float32Array.of(t), x0: null });
  const film: ChainFilm = {
    caption: 'a seven',
    count: 1,
    text: new Float32Array(32),
    prior: [frame(1000), frame(0)],
    decoder: [frame(1000), frame(500), frame(0)],
    up: [{ side: 28, frames: [frame(1000), frame(0)] }],
  };

  it('has every moment of every part in order', () => {
    expect(momentsOf(film).map(({ part }) => part)).toEqual([
      'text',
      'prior',
      'prior',
      'decoder',
      'decoder',
      'decoder',
      'up',
      'up',
    ]);
    expect(momentsOf({ ...film, prior: null, up: [] })).toHaveLength(4);
  });

  it('shows nothing of a part before its turn, and its end afterwards', () => {
    const at = (part: 'prior' | 'decoder' | 'up', index: number): ReturnType<typeof shownAt> =>
      shownAt(film, { part, stage: 0, frame: index });
    expect(at('prior', 0)).toMatchObject({ prior: { t: 1000 }, decoder: null, up: [null] });
    expect(at('decoder', 1)).toMatchObject({ prior: { t: 0 }, decoder: { t: 500 }, up: [null] });
    expect(at('up', 1)).toMatchObject({ decoder: { t: 0 }, up: [{ t: 0 }] });
  });
});

describe('pairs of captions', () => {
  it('differ in the one attribute that is measured', () => {
    for (const { from, to, attribute } of wordPairs) {
      const [a, b] = [parseCaption(from), parseCaption(to)];
      expect(a.digit).toBeNull();
      expect(new Set([a[attribute], b[attribute]]), `${from} → ${to}`).toEqual(new Set([0, 2]));
    }
  });

  it('are measured in each picture', () => {
    const seven = shownDigits[7]?.x0 ?? new Float32Array();
    const [thickness, none] = measuredAlong(Float32Array.from([...seven, ...new Float32Array(784).fill(-1)]), 'thickness');
    expect(thickness).toBeGreaterThan(1);
    expect(measureWords(thickness ?? NaN, 'thickness')).toMatch(/^\d\.\d px$/);
    expect(measureWords(none ?? NaN, 'thickness')).toBe('–');
  });
});

describe('words', () => {
  it('give an angle for a cosine', () => {
    expect(angleWords(0.5)).toBe('60°');
    expect(angleWords(1.0000001)).toBe('0°');
  });

  it('take the last row measured up to a step', () => {
    const row = { zeroShot: 0, rightPicture: 0, paired: 0, gap: 0 };
    const recorded = recordedUnclip({
      embedding: {
        testDigits: 1,
        among: 1,
        byStep: [
          { step: 10, ...row },
          { step: 50, ...row },
        ],
      },
    });
    expect(embeddingAt(recorded, 49)?.step).toBe(10);
    expect(embeddingAt(recorded, 5)?.step).toBe(10);
    expect(embeddingAt(recorded, 600)?.step).toBe(50);
  });

  it('say which way the clouds moved, if two steps were measured', () => {
    const row = { zeroShot: 0, rightPicture: 0, paired: 0 };
    const embedding = { testDigits: 1, among: 1 };
    const two = [
      { step: 10, ...row, gap: 1 },
      { step: 600, ...row, gap: 0.5 },
    ];
    expect(driftWords(recordedUnclip({ embedding: { ...embedding, byStep: two } }))).toContain(
      'drew apart: 0° at step 10, 60° at step 600',
    );
    const three = [
      { step: 10, ...row, gap: 0 },
      { step: 100, ...row, gap: 1 },
      { step: 600, ...row, gap: 0.5 },
    ];
    expect(driftWords(recordedUnclip({ embedding: { ...embedding, byStep: three } }))).toContain(
      'first came nearer, and then drew apart again: 90° at step 10, 0° at step 100, 60° at step 600',
    );
    expect(driftWords(recordedUnclip())).toBe('');
  });

  it('thin a long curve out by means, to its last step', () => {
    const points = lossPoints(Array.from({ length: 601 }, (_, i) => ({ step: i + 1, loss: i % 2 })));
    expect(points.length).toBeLessThanOrEqual(120);
    expect(points.at(-1)?.x).toBe(601);
    expect(lossPoints([])).toEqual([]);
  });
});
