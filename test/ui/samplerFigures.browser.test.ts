import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import LogChart from '../../src/ui/LogChart.svelte';
import PlaneWalk from '../../src/ui/PlaneWalk.svelte';

describe('LogChart', () => {
  it('puts equal factors at equal distances, on both axes, and a line of slope 2 where it belongs', async () => {
    await page.viewport(600, 500);
    const screen = await render(LogChart, {
      title: 'Error',
      label: 'Error against steps',
      series: [{ name: 'A', colour: 'red', points: [1, 10, 100].map((x) => ({ x, y: 1 / (x * x) })) }],
      slopes: [{ name: 'slope 2', slope: 2, through: { x: 1, y: 1 }, toX: 100 }],
      xDomain: [1, 100],
      yDomain: [1e-4, 1],
      xTicks: [1, 10, 100],
      yTicks: [1e-4, 1],
      xName: 'steps',
    });
    const chart = screen.getByRole('img', { name: 'Error against steps' }).element();
    const places = (name: string): number[] =>
      [...chart.querySelectorAll('circle')].map((each) => Number(each.getAttribute(name)));
    for (const [a = NaN, b = NaN, c = NaN] of [places('cx'), places('cy')]) {
      expect(b - a).toBeCloseTo(c - b, 6);
      expect(Math.abs(b - a)).toBeGreaterThan(20);
    }
    const slope = chart.querySelector('line.goal');
    expect(Number(slope?.getAttribute('x2'))).toBeCloseTo(places('cx')[2] ?? NaN, 6);
    expect(Number(slope?.getAttribute('y2'))).toBeCloseTo(places('cy')[2] ?? NaN, 6);
  });
});

describe('PlaneWalk', () => {
  it('has up above and right at the right, and each trail ends in its dot', async () => {
    const screen = await render(PlaneWalk, {
      reach: 1,
      density: { side: 2, values: [0, 1, 0, 0] },
      arrows: [],
      points: [1, 1],
      trails: [[0, 0, -1, 1]],
      label: 'Points',
    });
    const plane = screen.getByRole('img', { name: 'Points' }).element();
    expect(plane.querySelector('.dots')?.getAttribute('d')).toBe('M300.0,0.0h0');
    expect(plane.querySelector('.trail')?.getAttribute('d')).toBe('M150,150L0,0');
    const end = plane.querySelector('circle.end');
    expect([end?.getAttribute('cx'), end?.getAttribute('cy')]).toEqual(['0', '0']);
    expect(plane.querySelectorAll('.hill')).toHaveLength(5);
  });
});
