import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { workspaceDir } from './page-server.js';
import { parseProgram } from './program-options.js';
import { ShowcaseHarness } from './showcase-harness.js';

const help = `Takes pictures of the showcase: idle, while it plays on link B, and after a blackout.

  npm run pictures -w apps/demo-e2e -- [options]

  --out folder  where to; default artifacts. The pictures of the docs: --out docs/images --plain
  --plain       the three pictures of the docs only: 1320 × 880, the last one dark
`;

interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  readonly isWhole: boolean;
}

const looks: readonly Look[] = ([1440, 390] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    ...{ name: `-${width}-${colorScheme}`, width, height: 900, colorScheme, isWhole: true },
  })),
);
const plain: readonly Look[] = [{ name: '', width: 1320, height: 880, colorScheme: 'light', isWhole: false }];

export async function main(args: string[]): Promise<number> {
  const own = {
    out: { type: 'string', default: 'artifacts' },
    plain: { type: 'boolean', default: false },
  } as const;
  const options = parseProgram(args, help, own, (values) => values);
  if (typeof options === 'number') return options;
  const folder = resolve(workspaceDir, options.out);
  mkdirSync(folder, { recursive: true });
  const harness = await ShowcaseHarness.start();
  if (harness === undefined) return 1;
  try {
    const page = await harness.openReady();
    const shots = options.plain ? plain : looks;
    const take = async (name: string, scrollTo: string, dark = false): Promise<void> => {
      for (const look of shots)
        await picture(page, join(folder, `${name}${look.name}.png`), scrollTo, {
          ...look,
          ...(dark && options.plain ? { colorScheme: 'dark' } : {}),
        });
    };
    await page.setViewportSize({ width: 1320, height: 880 });
    await page.waitForTimeout(1000);
    await take('showcase-idle', 'body');
    // One utterance first, so that the charts have something to show.
    await speak(harness, page);
    await harness.untilOver(0);
    await page.waitForTimeout(1500);
    let mark = await speak(harness, page);
    await harness.follower.waitFor('voice', ({ audioMs }) => Number(audioMs) > 2500, mark);
    await page.waitForTimeout(900);
    await take('showcase-playing', 'body');
    await harness.untilOver(mark);
    mark = await speak(harness, page);
    await harness.follower.waitFor('playout', ({ bufferAheadMs }) => Number(bufferAheadMs) > 1500, mark);
    await page.click('#blackout');
    await page.mouse.move(5, 5);
    const isOver = (isIt: boolean) => (event: { readonly [field: string]: unknown }) =>
      ((event['network'] as { blackoutEndsAtMs: number | null }).blackoutEndsAtMs === null) === isIt;
    await harness.follower.waitFor('network', isOver(false), mark);
    await harness.follower.waitFor('network', isOver(true), harness.mark - 1);
    await page.waitForTimeout(800);
    await take('showcase-blackout', '#arms', true);
    return 0;
  } finally {
    await harness.stop();
  }
}

/** @returns where the events of the utterance begin */
async function speak(harness: ShowcaseHarness, page: Page): Promise<number> {
  const { mark } = harness;
  await page.click('#play');
  await harness.follower.waitFor('speakStart', () => true, mark);
  return mark;
}

async function picture(page: Page, path: string, scrollTo: string, look: Look): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.emulateMedia({ colorScheme: look.colorScheme });
  await page.evaluate(
    `document.querySelector(${JSON.stringify(scrollTo)}).scrollIntoView({ behavior: 'instant' })`,
  );
  await page.waitForTimeout(150);
  await page.screenshot({ path, fullPage: look.isWhole });
}
