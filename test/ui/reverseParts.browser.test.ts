import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { choice, num } from '../../src/base/params';
import type { StripRow } from '../../src/ui/stripRow';
import MomentStrip from '../../src/ui/MomentStrip.svelte';
import NumberedEquation from '../../src/ui/NumberedEquation.svelte';
import ParamControls from '../../src/ui/ParamControls.svelte';
import Select from '../../src/ui/Select.svelte';

describe('MomentStrip', () => {
  const rows: readonly StripRow[] = [
    {
      id: 'xt',
      title: 'the picture',
      quantity: 'xt',
      pictures: [new Float32Array(784), new Float32Array(784), null],
      facts: [['evaluations', '50']],
    },
  ];

  it('goes to a moment by its button, and marks the one looked at', async () => {
    await page.viewport(1000, 600); // narrow strips show every second moment
    const onselect = vi.fn();
    const screen = await render(MomentStrip, { rows, times: [1000, 500, null], selected: 1, onselect, label: 'Film' });
    await expect.element(screen.getByRole('button', { name: 'Go to t = 500' })).toHaveAttribute('aria-current', 'true');
    await expect.element(screen.getByRole('button', { name: 'Not drawn yet' })).toBeDisabled();
    await screen.getByRole('button', { name: 'Go to t = 1000' }).click();
    expect(onselect).toHaveBeenCalledWith(0);
    await expect.element(screen.getByRole('img', { name: 'the picture, t = 500' })).toBeInTheDocument();
  });
});

describe('NumberedEquation', () => {
  it('puts numbers under symbols, with brackets where a minus would stand behind another sign', async () => {
    const screen = await render(NumberedEquation, {
      lines: [
        {
          words: 'A sum',
          quantity: 'xt' as const,
          symbol: 'xₛ',
          value: -0.75,
          terms: [
            { quantity: 'mean' as const, symbol: 'μ̃', weightSymbol: '', weight: 1, value: -0.5 },
            { quantity: 'noise' as const, symbol: 'z', weightSymbol: 'σ', weight: 0.25, value: -1 },
          ],
        },
      ],
      places: 2,
    });
    await expect.element(screen.getByRole('group', { name: 'A sum: xₛ = −0.75' })).toBeInTheDocument();
    const text = screen.container.textContent?.replace(/\s+/g, '') ?? '';
    expect(text).toContain('μ̃−0.50');
    expect(text).toContain('0.25×(−1.00)');
  });
});

describe('ParamControls', () => {
  const params = {
    eta: num({ label: 'η', help: 'noise', min: 0, max: 1, step: 0.05, value: 0 }),
    variance: choice({
      label: 'Variance',
      help: 'which',
      options: [
        { value: 'small', label: 'small one' },
        { value: 'large', label: 'large one' },
      ],
      value: 'small',
    }),
  };

  it('has a control for each declared setting, and tells its name and value', async () => {
    const onchange = vi.fn();
    const screen = await render(ParamControls, { params, values: { eta: 0.5 }, onchange });
    await expect.element(screen.getByRole('slider', { name: 'η' })).toHaveValue('0.5');
    await expect.element(screen.getByRole('radio', { name: 'small one' })).toBeChecked();
    await screen.getByRole('radio', { name: 'large one' }).click();
    expect(onchange).toHaveBeenLastCalledWith('variance', 'large');
    await screen.getByRole('button', { name: 'Reset η' }).click();
    expect(onchange).toHaveBeenLastCalledWith('eta', 0);
  });
});

it('Select tells the value that was chosen', async () => {
  const onchange = vi.fn();
  const screen = await render(Select, {
    label: 'Digit',
    options: [
      { value: 'any', label: 'any' },
      { value: '3', label: 'a 3' },
    ],
    value: 'any',
    onchange,
  });
  await screen.getByRole('combobox', { name: 'Digit' }).selectOptions('3');
  expect(onchange).toHaveBeenCalledWith('3');
});
