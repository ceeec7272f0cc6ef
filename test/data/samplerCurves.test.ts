import { describe, expect, it } from 'vitest';
import type { RecordedSamplerRow } from '../../src/data/recordedSamplers';
import { bandOf, bestPoint, curvesOf, firstNear, referenceRows, seedCount } from '../../src/data/samplerCurves';

const quality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };

function row(sampler: string, steps: number, fd: number, more: Partial<RecordedSamplerRow> = {}): RecordedSamplerRow {
  return { ...quality, fd, sampler, params: {}, spacing: 'trailing', steps, nfe: steps, seed: 0, seconds: 1, ...more };
}

describe('curves', () => {
  const rows = [
    row('ddim', 16, 12),
    row('ddim', 8, 20),
    row('ddim', 8, 24, { seed: 1 }),
    row('heun', 4, 30, { nfe: 7 }),
    row('ddim', 8, 40, { spacing: 'logSnr' }),
    row('ddim', 8, 50, { params: { eta: 1 } }),
  ];

  it('are one for each sampler, its settings and its spacing, from few evaluations to many', () => {
    expect(curvesOf(rows).map(({ sampler, spacing, points }) => [sampler, spacing, points.map(({ nfe }) => nfe)])).toEqual([
      ['ddim', 'trailing', [8, 16]],
      ['heun', 'trailing', [7]],
      ['ddim', 'logSnr', [8]],
      ['ddim', 'trailing', [8]],
    ]);
  });

  it('hold the seeds of one walk together', () => {
    const [first] = curvesOf(rows)[0]?.points ?? [];
    expect(bandOf(first?.rows ?? [], 'fd')).toEqual({ low: 20, mean: 22, high: 24 });
    expect(seedCount(rows)).toBe(2);
  });
});

describe('the best walk', () => {
  it('has the lowest mean over its seeds', () => {
    const curves = curvesOf([row('ddim', 8, 12), row('ddim', 8, 20, { seed: 1 }), row('unipc', 8, 15), row('unipc', 16, 15.5)]);
    expect(bestPoint(curves)?.curve.sampler).toBe('unipc');
    expect(bestPoint(curves)?.point.steps).toBe(8);
  });

  it('is none of nothing', () => expect(bestPoint([])).toBeNull());
});

describe('near the reference', () => {
  const reference = [row('ddpm', 1000, 9), row('ddpm', 1000, 11, { seed: 1 })];
  const near = (...points: readonly (readonly [steps: number, fd: number])[]): number | null => {
    const [curve] = curvesOf(points.map(([steps, fd]) => row('ddim', steps, fd)));
    return curve ? firstNear(curve, reference) : null;
  };

  it('is at most 10% above its mean', () => {
    expect(near([4, 30], [8, 11], [16, 10.5])).toBe(8);
    expect(near([4, 30], [8, 11.01], [16, 10.5])).toBe(16);
  });

  it('is what is below it too', () => expect(near([4, 5])).toBe(4));

  it('is decided by the mean over the seeds, not by the luckiest', () => {
    const [curve] = curvesOf([row('ddim', 4, 10), row('ddim', 4, 14, { seed: 1 }), row('ddim', 8, 10)]);
    expect(curve && firstNear(curve, reference)).toBe(8);
  });

  it('is never, where nothing came near', () => expect(near([4, 30], [8, 12])).toBeNull());

  it('needs the long walk: DDPM with every step', () => {
    expect(referenceRows([...reference, row('ddpm', 50, 10), row('ddim', 1000, 10)], 1000)).toEqual(reference);
    expect(firstNear({ sampler: 'ddim', spacing: 'trailing', points: [] }, [])).toBeNull();
  });
});
