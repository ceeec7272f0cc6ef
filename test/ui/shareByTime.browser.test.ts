import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ShareByTime from '../../src/ui/ShareByTime.svelte';

const common = { title: 'Shares', T: 1000, label: 'Shares by moment' };
const points = [
  { t: 100, share: 1 },
  { t: 500, share: 0.8 },
  { t: 900, share: 0.3 },
];

describe('ShareByTime', () => {
  it('has a point for each share, higher where the share is, with what was guessed and what came out', async () => {
    await page.viewport(600, 400);
    const screen = await render(ShareByTime, { ...common, points, guess: 300, decided: 100 });
    const chart = screen.getByRole('img', { name: 'Shares by moment' });
    await expect.element(chart).toBeInTheDocument();
    const circles = [...chart.element().querySelectorAll('circle')];
    const places = (name: string): number[] => circles.map((circle) => Number(circle.getAttribute(name)));
    expect(circles.map((circle) => circle.textContent)).toEqual(['t = 100: 100%', 't = 500: 80%', 't = 900: 30%']);
    expect(places('cx')).toEqual([...places('cx')].sort((a, b) => a - b));
    expect(places('cy')).toEqual([...places('cy')].sort((a, b) => a - b)); // a smaller share is drawn lower down
    await expect.element(screen.getByText('your guess: t = 300')).toBeInTheDocument();
    await expect.element(screen.getByText('decided below t = 100')).toBeInTheDocument();
  });

  it('says that there is nothing yet, and marks no guess before there is one', async () => {
    const screen = await render(ShareByTime, { ...common, points: [], guess: null, decided: null });
    await expect.element(screen.getByText('nothing is judged yet')).toBeInTheDocument();
    expect(screen.container.textContent).not.toContain('your guess');
    expect(screen.container.textContent).not.toContain('decided');
  });
});
