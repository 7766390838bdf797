import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { EventFollower, type ShowcaseEvent } from './event-follower.js';
import { installTap } from './page-tap.js';
import { workspaceDir } from './page-server.js';
import { ShowcaseProcess } from './showcase-process.js';

export const arms = ['legacy', 'track', 'eloquence'] as const;
const artifactsDir = join(workspaceDir, 'artifacts');

/** The demo in its own process, a browser that allows sound only after a click, and what the server tells. */
export class ShowcaseHarness {
  private constructor(
    readonly browser: Browser,
    readonly showcase: ShowcaseProcess,
    readonly follower: EventFollower,
  ) {}

  /** `undefined` where there is no browser, and none is demanded. */
  static async start(): Promise<ShowcaseHarness | undefined> {
    const browser = await launchBrowser({ mayAutoplay: false });
    if (browser === undefined) return undefined;
    try {
      const showcase = await ShowcaseProcess.start();
      return new ShowcaseHarness(browser, showcase, await new EventFollower().follow(showcase.url));
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** @param prepare what is to be done before the page is loaded */
  async open(
    options: BrowserContextOptions = {},
    prepare: (page: Page) => Promise<void> = async () => undefined,
  ): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error('page:', error.message));
    await installTap(page);
    await prepare(page);
    await page.goto(this.showcase.url);
    return page;
  }

  /** A page that listens in all the rooms. */
  async openReady(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    const isReady = `document.querySelector('#play')?.disabled === false && document.querySelectorAll('.arm').length === 3`;
    await until(page, isReady);
    for (const arm of arms)
      await this.follower.waitFor('arm', ({ state }) => {
        const told = state as { arm: string; isReady: boolean; listeners: number };
        return told.arm === arm && told.isReady && told.listeners > 0;
      });
    return page;
  }

  /** Where the next events will be. */
  get mark(): number {
    return this.follower.events.length;
  }

  /** Waits until an utterance that began after the mark is over on all its arms. */
  async untilOver(from: number, limitMs = 30_000): Promise<Map<string, ShowcaseEvent>> {
    const { utterance } = (await this.follower.waitFor('speakStart', () => true, from)).start as {
      utterance: number;
    };
    const ends = new Map<string, ShowcaseEvent>();
    for (const arm of arms) {
      const isOurs = (event: ShowcaseEvent) => event.utterance === utterance && event.arm === arm;
      ends.set(arm, await this.follower.waitFor('end', isOurs, from, limitMs));
    }
    return ends;
  }

  async screenshot(page: Page, name: string): Promise<void> {
    mkdirSync(artifactsDir, { recursive: true });
    await page.screenshot({ path: join(artifactsDir, `${name}.png`), fullPage: true });
  }

  async stop(): Promise<void> {
    this.follower.stop();
    await this.browser.close();
    await this.showcase.stop();
  }
}

/** Waits for an expression to be true in the page, whose policy forbids what Playwright's own waiting needs. */
export async function until(page: Page, expression: string, limitMs = 15_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while ((await page.evaluate(expression)) !== true) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
