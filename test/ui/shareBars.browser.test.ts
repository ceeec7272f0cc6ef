import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import ShareBars from '../../src/ui/ShareBars.svelte';

const bars = [
  { name: 'Blocks', words: 'convolutions', value: 40, text: '40 ms', other: 20 },
  { name: 'Rest', words: 'sums', value: 10, text: '10 ms', other: null },
];

it('draws bars in proportion, with a tick where the other machine was', async () => {
  const screen = await render(ShareBars, { label: 'Parts', bars, otherWords: 'elsewhere' });
  const list = screen.getByRole('list', { name: 'Parts' });
  await expect.element(list).toBeInTheDocument();
  expect([...list.element().querySelectorAll<HTMLElement>('.bar')].map(({ style }) => style.width)).toEqual(['100%', '25%']);
  expect([...list.element().querySelectorAll<HTMLElement>('.tick')].map(({ style }) => style.left)).toEqual(['50%']);
  expect([...list.element().querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('40 ms'),
    expect.stringContaining('sums'),
  ]);
  await expect.element(screen.getByText('elsewhere')).toBeInTheDocument();
});

it('says nothing of another machine where there is none, and stands nothing but zeros', async () => {
  const screen = await render(ShareBars, {
    label: 'Parts',
    bars: bars.slice(1).map((bar) => ({ ...bar, value: 0 })),
    otherWords: 'elsewhere',
  });
  expect(screen.container.textContent).not.toContain('elsewhere');
  expect(screen.container.querySelector<HTMLElement>('.bar')?.style.width).toBe('0%');
});
