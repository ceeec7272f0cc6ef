/** What can be wrong with a page as it stands now, whatever has been opened on it; one line for each element. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** What axe-core finds. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
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

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
