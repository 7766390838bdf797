import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { type PageAudit, auditPage, longTaskWatch, watchMainThread } from './page-audit.js';
import { type PlayerResult, plainResult, printReport } from './player-report.js';
import { parseProgram } from './program-options.js';
import { ShowcaseHarness, until } from './showcase-harness.js';
import { installTap } from './page-tap.js';

const help = `Looks at the showcase as a critical visitor does, in both languages, light and dark, on a phone and on a desk:
speed, weight, steadiness, errors, head, images, keyboard, contrast and the rest of axe-core.

  npm run page-checks -w apps/demo-e2e -- [options]

What moves without being asked is told with what it was. Judged are figures that are the same on a busy machine: for
the main thread, the time of the processor. First paint, and how long tasks kept the page from answering, are told
only: on a machine that does something else, they say more about that. On a quiet one, up to 1800 ms and 200 ms are
good.

  --json       print one JSON object
  --width a,b  widths of the screen, px; default 360,1440

Exit codes: 0 all holds, 1 something does not or there is no browser, 2 wrong option.
`;

const none = { relation: '=', limit: 0 } as const;
/** A tenth of what Web Vitals call good: less than can be seen. */
const mostShift = 0.01;
/** More than twice what it takes to draw the page, join three rooms and start the player. */
const mostCpuMs = 1000;
/** Most of it is livekit-client and the decoder. */
const mostBytes = 1_000_000;

const languages = ['en', 'fr'] as const;
const schemes = ['light', 'dark'] as const;

export async function main(args: string[]): Promise<number> {
  const own = { width: { type: 'string', default: '360,1440' } } as const;
  const options = parseProgram(args, help, own, (values) => ({
    isJson: values.json,
    widths: values.width.split(',').map((width) => widthOf(width)),
  }));
  if (typeof options === 'number') return options;
  const harness = await ShowcaseHarness.start();
  if (harness === undefined) return 1;
  try {
    const results: PlayerResult[] = [];
    const faults: string[] = [];
    for (const width of options.widths)
      for (const language of languages)
        for (const colorScheme of schemes) {
          const name = `${width} px, ${language}, ${colorScheme}`;
          process.stderr.write(`${name}\n`);
          const { audit, errors, mainThreadMs } = await visit(harness, { width, language, colorScheme });
          results.push(...resultsOf(name, audit, mainThreadMs, errors));
          const shifts = audit.shifts.map(
            ({ value, sources }) => `${value.toFixed(4)}: ${sources.join(' | ')}`,
          );
          for (const [what, found] of Object.entries({ ...audit.faults, errors, shifts }))
            faults.push(...found.map((fault) => `${name}: ${what}: ${fault}`));
        }
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    const conditions = { browser: harness.browser.version(), loadAverage: loadavg()[0], faults };
    return printReport({ suite: 'page-checks', conditions, results }, options.isJson);
  } finally {
    await harness.stop();
  }
}

interface Visit {
  readonly width: number;
  readonly language: (typeof languages)[number];
  readonly colorScheme: (typeof schemes)[number];
}

async function visit(
  harness: ShowcaseHarness,
  { width, language, colorScheme }: Visit,
): Promise<{ audit: PageAudit; errors: string[]; mainThreadMs: number }> {
  const context = await harness.browser.newContext({
    viewport: { width, height: 900 },
    locale: language === 'en' ? 'en-GB' : 'fr-FR',
    colorScheme,
  });
  try {
    const page = await context.newPage();
    const errors = watchErrors(page);
    await installTap(page);
    await page.addInitScript(longTaskWatch);
    const mainThreadMs = await watchMainThread(page);
    await page.goto(harness.showcase.url);
    const isReady = `document.querySelector('#play')?.disabled === false && document.querySelectorAll('.arm').length === 3`;
    await until(page, isReady);
    // What comes late must not move anything either.
    await page.waitForTimeout(1000);
    return { mainThreadMs: await mainThreadMs(), audit: await auditPage(page, language), errors };
  } finally {
    await context.close();
  }
}

function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

function resultsOf(
  name: string,
  audit: PageAudit,
  mainThreadMs: number,
  errors: readonly string[],
): PlayerResult[] {
  const atMost = (limit: number) => ({ relation: '≤', limit }) as const;
  const { faults } = audit;
  return [
    plainResult(`${name} · first contentful paint`, 'ms', audit.firstPaintMs, 1),
    plainResult(`${name} · transferred`, 'kB', audit.transferredBytes / 1000, 1, atMost(mostBytes / 1000)),
    plainResult(`${name} · layout shift`, '', audit.layoutShift, 1, atMost(mostShift)),
    plainResult(`${name} · main thread, processor`, 'ms', mainThreadMs, 1, atMost(mostCpuMs)),
    plainResult(`${name} · main thread blocked`, 'ms', audit.blockedMs, 1),
    plainResult(`${name} · errors`, '', errors.length, 1, none),
    plainResult(`${name} · faults of the head`, '', faults.head.length, 1, none),
    plainResult(`${name} · images without words`, '', faults.images.length, 1, none),
    plainResult(`${name} · wider than the screen`, '', faults.overflow.length, 1, none),
    plainResult(`${name} · faults by keyboard`, '', faults.keyboard.length, 1, none),
    plainResult(`${name} · serious issues of axe-core`, '', faults.axe.length, 1, none),
  ];
}

function widthOf(text: string): number {
  const width = Number(text);
  if (Number.isInteger(width) && width >= 320 && width <= 4000) return width;
  throw new Error(`--width takes whole numbers from 320 to 4000: ${text}`);
}
