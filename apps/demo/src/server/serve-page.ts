import { fileURLToPath } from 'node:url';
import { AsyncDisposableStack } from '@eloquence/base';
import { createProgress, ExitCode, type Terminal } from '@eloquence/cli';
import { disposeNativeCore } from '@eloquence/livekit-adapter';
import type { Clock } from '@eloquence/plugin-api';
import { openBrowser } from './open-browser.js';
import { openShowcase } from './showcase/open-showcase.js';
import { DemoWebServer } from './web/demo-web-server.js';

/** The built page, whether this runs from sources or from the build. */
const PAGE_FOLDER = new URL('../../dist/page/', import.meta.url);
const SEED = 1;

export interface ServePageOptions {
  readonly port: number;
  readonly opensBrowser: boolean;
  readonly isJson: boolean;
}

export interface ServePageContext {
  readonly terminal: Terminal;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Serves the page until the signal. @throws EloquenceError what opening it throws; nothing goes on then */
export async function servePage(
  { port, opensBrowser, isJson }: ServePageOptions,
  { terminal, signal, clock }: ServePageContext,
): Promise<ExitCode> {
  const resources = new AsyncDisposableStack();
  const progress = createProgress(terminal, clock);
  resources.defer(() => progress.dispose());
  try {
    progress.step('showcase');
    const showcase = await openShowcase({
      clock,
      signal,
      seed: SEED,
      env: process.env,
      onProgress: (message) => progress.update(`showcase: ${message}`),
    });
    if (showcase.kind === 'real') resources.defer(() => disposeNativeCore());
    resources.defer(() => showcase.close());
    const { service } = showcase;
    const web = await DemoWebServer.start({
      service,
      clock,
      pageFolder: fileURLToPath(PAGE_FOLDER),
      port,
    });
    resources.defer(() => web.close());
    progress.update('showcase');
    progress.done();
    const { style } = terminal;
    if (isJson)
      terminal.out(`${JSON.stringify({ url: web.url, server: showcase.kind, pid: process.pid })}\n`);
    else
      terminal.out(`\n${style.bold('Listen')}  ${style.accent(web.url)}   ${style.dim('Ctrl-C ends it')}\n`);
    if (opensBrowser && !(await openBrowser(web.url)))
      terminal.err('No browser could be opened: open the address yourself.\n');
    await untilAborted(signal);
    return ExitCode.ok;
  } finally {
    await resources.disposeAsync();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
