/**
 * Symbols and figures highlight each other: whatever carries data-quantity lights up together with all its namesakes,
 * under the pointer or under keyboard focus. One listener for the whole page.
 */
import { isQuantityName, type QuantityName } from '../ui/quantities';

function quantityUnder(target: EventTarget | null): QuantityName | null {
  const element = target instanceof Element ? target.closest('[data-quantity]') : null;
  const name = element?.getAttribute('data-quantity') ?? '';
  return isQuantityName(name) ? name : null;
}

/**
 * @param root where to listen and to light up
 * @param onChange told the quantity under the pointer or focus and the element that it was met on, or null
 * @returns a function that stops listening
 */
export function highlightQuantities(
  root: HTMLElement,
  onChange: (name: QuantityName | null, element: Element | null) => void,
): () => void {
  let current: QuantityName | null = null;

  const set = (event: globalThis.Event): void => {
    const name = quantityUnder(event.target);
    if (name === current) return;
    for (const element of root.querySelectorAll('.lit')) element.classList.remove('lit');
    if (name !== null) {
      for (const element of root.querySelectorAll(`[data-quantity='${name}']`)) element.classList.add('lit');
    }
    current = name;
    onChange(name, event.target instanceof Element ? event.target.closest('[data-quantity]') : null);
  };

  root.addEventListener('pointerover', set);
  root.addEventListener('focusin', set);
  return () => {
    root.removeEventListener('pointerover', set);
    root.removeEventListener('focusin', set);
  };
}
