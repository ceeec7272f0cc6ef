/** What can be wrong with a page as it stands now, whatever has been opened on it; one line for each element. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** What axe-core finds, once the page has come to rest: in the middle of a change of theme one colour may be old and the other new. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  await atRest(page);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** Two frames have been painted, and every transition that ends has ended. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** The elements that make the page wider than its window; a box that scrolls by itself may hold wider ones. */
export async function sidewaysOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const scrollsItself = (element: Element): boolean => {
      for (let box: Element | null = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true;
      }
      return false;
    };
    const wider = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && !scrollsItself(element),
    );
    return [
      `the page is ${document.documentElement.scrollWidth} px wide`,
      ...wider.map((element) => element.outerHTML.slice(0, 120)),
    ];
  });
}

/** Opens whatever folds: sources, answers, more settings. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
}

/** What every dialog said that opens from now on: none should. They are dismissed, or the page would wait for them. */
export function dialogsOf(page: Page): readonly string[] {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return dialogs;
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
