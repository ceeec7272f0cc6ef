/** The parts that only the forward lesson has: handles, a drawing pad and a pixel picker, by keyboard and by pointer. */
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import BetaEditor from '../../src/ui/BetaEditor.svelte';
import DrawingPad from '../../src/ui/DrawingPad.svelte';
import PixelPicker from '../../src/ui/PixelPicker.svelte';

const betas = Float64Array.of(0, 0.001, 0.002, 0.004, 0.01);
const editor = { base: betas, betas, knots: [{ t: 1 }, { t: 4 }], largest: 0.4 };

function pointer(target: Element, type: string, clientX: number, clientY: number): void {
  target.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, clientY, pointerId: 1 }));
}

test('a handle of the β editor moves by arrow keys, and Home puts it back', async () => {
  const onbend = vi.fn();
  render(BetaEditor, { ...editor, onbend });
  const handle = page.getByRole('slider', { name: 'β at t = 4' });
  handle.element().focus();
  await userEvent.keyboard('{ArrowUp}{PageDown}{Home}');
  const bends = onbend.mock.calls.map(([index, bend]) => [index, Number(Number(bend).toFixed(6))]);
  expect(bends).toEqual([
    [1, Number(Math.log(1.15).toFixed(6))],
    [1, Number(Math.log(0.5).toFixed(6))],
    [1, 0],
  ]);
});

test('a handle follows the pointer on the logarithmic axis and stops at the largest β', () => {
  const onbend = vi.fn();
  render(BetaEditor, { ...editor, onbend });
  const handle = page.getByRole('slider', { name: 'β at t = 1' }).element();
  const svg = handle.closest('svg');
  if (!svg) throw new Error('no drawing');
  const box = svg.getBoundingClientRect();
  handle.setPointerCapture = () => undefined; // an invented pointer cannot be captured
  pointer(handle, 'pointerdown', box.left + 60, box.top + 150);
  pointer(handle, 'pointermove', box.left + 60, box.top + 100);
  pointer(handle, 'pointermove', box.left + 60, box.top - 500);
  pointer(handle, 'pointerup', box.left + 60, box.top - 500);
  pointer(handle, 'pointermove', box.left + 60, box.top + 200);
  const bends = onbend.mock.calls.map(([, bend]) => Number(bend));
  expect(bends).toHaveLength(2); // nothing after it was let go
  expect(bends[0]).toBeGreaterThan(0);
  expect(bends[1]).toBeCloseTo(Math.log(0.4 / 0.001), 9);
});

test('the pad puts ink where the pointer went, and clears', async () => {
  const onchange = vi.fn<(values: Float32Array) => void>();
  const values = new Float32Array(784).fill(-1);
  const onfinish = vi.fn<(values: Float32Array) => void>();
  const { container, rerender } = await render(DrawingPad, { values, onchange, onfinish, label: 'pad' });
  const paper = container.querySelector('[role="presentation"]');
  if (!(paper instanceof HTMLElement)) throw new Error('no paper');
  paper.setPointerCapture = () => undefined;
  const box = paper.getBoundingClientRect();
  pointer(paper, 'pointerdown', box.left + box.width / 2, box.top + box.height / 2);
  const dotted = onchange.mock.calls[0]?.[0];
  if (!dotted) throw new Error('nothing was drawn');
  expect(dotted[14 * 28 + 14]).toBe(1);
  expect(dotted[0]).toBe(-1);
  await rerender({ values: dotted });
  expect(onfinish).not.toHaveBeenCalled();
  pointer(paper, 'pointerup', box.left + box.width / 2, box.top + box.height / 2);
  expect(onfinish).toHaveBeenCalledExactlyOnceWith(dotted);
  await page.getByRole('button', { name: 'Clear' }).click();
  expect(onchange.mock.lastCall?.[0].every((value) => value === -1)).toBe(true);
});

test('the pixel picker walks by arrow keys, stays inside, and says where it is', async () => {
  const onpick = vi.fn();
  render(PixelPicker, { values: new Float32Array(784), pixel: 27, onpick, label: 'a picture' });
  const picker = page.getByRole('slider', { name: /Pixel of a picture/ });
  await expect.element(picker).toHaveAttribute('aria-valuetext', 'row 1, column 28');
  picker.element().focus();
  await userEvent.keyboard('{ArrowUp}{ArrowRight}{ArrowDown}{ArrowLeft}');
  expect(onpick.mock.calls.map(([pixel]) => Number(pixel))).toEqual([27, 27, 55, 26]);
});
