import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { RecordedFamily } from '../../src/data/recordedFamily';
import FamilyTable from '../../src/ui/FamilyTable.svelte';

const spread = (mean: number) => ({ min: mean * 0.9, mean, max: mean * 1.1 });
const costs = { parameters: 256_868, trainingFlops: 3.05e12, seconds: 132 };
const system = { guidanceScale: 1.25, nfe: 50, seeds: 3, ...costs };
const family: RecordedFamily = {
  ...{ command: 'npm run pretrain -- family', date: '2026-01-01', n: 500 },
  real: { fd: spread(8), class: spread(0.9) },
  networks: [
    { name: 'quick', does: 'draws a digit', lesson: 2, device: 'a processor', marks: [], steps: 1000, ...costs },
    { name: 'caption@500', does: 'reads', lesson: 5, device: 'a processor', marks: ['91%'], steps: 500, ...costs },
  ],
  systems: [
    { ...system, lesson: 2, name: 'one network', networks: ['quick'], quality: { fd: spread(12), class: spread(0.9) } },
    {
      ...{ ...system, lesson: 5, name: 'captions', networks: ['caption@500'] },
      quality: { fd: spread(20), all: spread(0.5) },
      rehearsed: { class: 0.9, slant: 0.8, thickness: 0.7, width: 0.6, all: 0.45 },
    },
  ],
};

it('shows each way of drawing under its lesson, with means, ranges and what was not asked for', async () => {
  const screen = await render(FamilyTable, { family, lesson: 5, titleOf: (of: number) => `number ${of}` });
  await screen.getByRole('radio', { name: 'all lessons' }).click({ force: true });
  const row = screen.getByRole('row', { name: /^captions/ });
  await expect.element(row).toBeInTheDocument();
  const cells = [...row.element().querySelectorAll('td')].map(({ textContent }) => textContent.trim().replaceAll(/\s+/g, ' '));
  expect(cells.slice(0, 5)).toEqual(['256,868', '3.05 TFLOP', '2.2 min', '1.25', '50']);
  expect(cells[5]).toBe('20.0 18.0–22.0');
  expect(cells[6]).toContain('not asked for');
  expect(cells[10]).toBe('50.0% 45.0–55.0');
  await expect.element(screen.getByText('Lesson 5, number 5').first()).toBeInTheDocument();
  expect(screen.container.querySelector('tbody.own')?.getAttribute('data-lesson')).toBe('5');
});

it('shows a lesson its own rows first, and all when they are asked for', async () => {
  const screen = await render(FamilyTable, { family, lesson: 5, titleOf: String });
  const lessons = (): readonly (string | undefined)[] =>
    [...screen.container.querySelectorAll<HTMLElement>('tbody[data-lesson]')].map(({ dataset }) => dataset['lesson']);
  expect(lessons()).toEqual(['5', '5']); // ways of drawing, and networks
  await expect.element(screen.getByText('Every network of this lesson (1)')).toBeInTheDocument();
  await screen.getByRole('radio', { name: 'all lessons' }).click({ force: true });
  await expect.element(screen.getByText('Every network (2)')).toBeInTheDocument();
  expect(lessons()).toEqual(['2', '5', '2', '5']);
});

it('shows beside a row what the same reached elsewhere, and says what that was', async () => {
  const screen = await render(FamilyTable, { family, titleOf: String });
  const row = screen.getByRole('row', { name: /^the same in PyTorch/ }).element();
  const cells = [...row.querySelectorAll('td')].map(({ textContent }) => textContent.trim());
  expect(cells.filter((text) => text !== '')).toEqual(['90.0%', '80.0%', '70.0%', '60.0%', '45.0%']);
  expect(row.previousElementSibling?.textContent).toContain('captions');
  await expect.element(screen.getByText(/is a rehearsal/)).toBeVisible();
});

it('tells of every network, its marks included', async () => {
  const screen = await render(FamilyTable, { family, titleOf: String });
  await screen.getByText('Every network (2)').click();
  await expect.element(screen.getByText('reads; 91%')).toBeVisible();
});

it('is wider than a phone within its own box alone', async () => {
  const screen = await render(FamilyTable, { family, titleOf: String });
  screen.container.style.width = '320px';
  const box = screen.container.querySelector<HTMLElement>('.scroll');
  expect(box?.getBoundingClientRect().width).toBeLessThanOrEqual(320);
  expect(box?.scrollWidth).toBeGreaterThan(320);
});
