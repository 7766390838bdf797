import type { Page } from 'playwright-core';
import { findAccessibilityIssues } from './axe.js';
import { type LayoutShift, takeShifts } from './page-tap.js';

/** What is found out about one page as it stands. */
export interface PageAudit {
  readonly firstPaintMs: number;
  /** All that was loaded, as it went over the wire, bytes. */
  readonly transferredBytes: number;
  /** Sum of the layout shifts that nobody asked for. */
  readonly layoutShift: number;
  readonly shifts: readonly LayoutShift[];
  /** What tasks of the main thread took beyond 50 ms each, in all, ms. */
  readonly blockedMs: number;
  /** Each says what is wrong. */
  readonly faults: {
    readonly head: readonly string[];
    readonly images: readonly string[];
    readonly keyboard: readonly string[];
    readonly axe: readonly string[];
    readonly overflow: readonly string[];
  };
}

/** Runs in a page before its own scripts. */
export const longTaskWatch = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });`;

/** @param language as the document must declare it */
export async function auditPage(page: Page, language: string): Promise<PageAudit> {
  const loaded = await page.evaluate<{ paintMs: number; bytes: number; tasks: number[] }>(`({
    paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .reduce((sum, { transferSize }) => sum + transferSize, 0),
    tasks: window.longTasks,
  })`);
  const shifts = await takeShifts(page);
  return {
    firstPaintMs: loaded.paintMs,
    transferredBytes: loaded.bytes,
    layoutShift: shifts.reduce((sum, { value }) => sum + value, 0),
    shifts,
    blockedMs: loaded.tasks.reduce((sum, taskMs) => sum + taskMs - 50, 0),
    faults: {
      head: await page.evaluate<string[]>(headFaults(language)),
      images: await page.evaluate<string[]>(imageFaults),
      overflow: await page.evaluate<string[]>(
        `document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []`,
      ),
      axe: await findAccessibilityIssues(page),
      keyboard: await findKeyboardFaults(page),
    },
  };
}

/**
 * Begins to measure what a page takes of the processor; to be called before the page is loaded.
 *
 * @returns tells the time of the main thread since then, ms
 */
export async function watchMainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const time = metrics.find(({ name }) => name === 'ThreadTime');
    if (time === undefined) throw new Error('This browser does not tell the time of its threads.');
    return 1000 * time.value;
  };
}

const headFaults = (language: string): string => `[
  document.title.trim() === '' && 'no title',
  document.documentElement.lang !== ${JSON.stringify(language)} && 'lang is ' + document.documentElement.lang,
  !/width=device-width/.test(document.querySelector('meta[name=viewport]')?.content) && 'no viewport',
  !/maximum-scale|user-scalable=no/.test(document.querySelector('meta[name=viewport]')?.content) || 'cannot be zoomed',
  !(document.querySelector('meta[name=description]')?.content.length > 20) && 'no description',
  document.querySelectorAll('h1').length !== 1 && 'not one h1',
].filter((fault) => typeof fault === 'string')`;

const imageFaults = `[
  ...document.querySelectorAll('img:not([alt])'),
  ...document.querySelectorAll('canvas:not([aria-label]):not([aria-hidden]):not([role]),svg:not([aria-label]):not([aria-hidden])'),
].filter((each) => each.closest('[aria-hidden=true],[role=img]') === null).map((each) => each.outerHTML.slice(0, 120))`;

/** What can be operated, in the order of the document; of radio buttons one for each group. */
const operable = `(() => {
  const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')];
  const groups = new Set();
  return all.filter((each) => {
    if (each.disabled || each.tabIndex < 0 || each.getClientRects().length === 0) return false;
    if (each.type !== 'radio') return true;
    const isNew = !groups.has(each.name);
    groups.add(each.name);
    return isNew;
  });
})()`;
const nameOf = `(each) => each.type === 'radio' ? 'radio ' + each.name : each.id || each.textContent.trim().slice(0, 30) || each.outerHTML.slice(0, 60)`;

/** Everything must be reached by the tabulator key, once around, in the order of the document. */
async function findKeyboardFaults(page: Page): Promise<string[]> {
  const wanted = await page.evaluate<string[]>(`${operable}.map(${nameOf})`);
  await page.evaluate('document.activeElement.blur(), scrollTo(0, 0)');
  const visited: string[] = [];
  for (let count = 0; count < wanted.length + 2; count++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate<string>(
      `document.activeElement === document.body ? '' : (${nameOf})(document.activeElement)`,
    );
    if (name === '' || name === visited[0]) break;
    visited.push(name);
  }
  const missed = wanted.filter((name) => !visited.includes(name)).map((name) => `not reached: ${name}`);
  const inOrder = wanted.filter((name) => visited.includes(name));
  const reached = visited.filter((name) => wanted.includes(name));
  const outOfTurn = inOrder.filter((name, at) => name !== reached[at]);
  return [...missed, ...outOfTurn.slice(0, 1).map((name) => `out of turn from here on: ${name}`)];
}
