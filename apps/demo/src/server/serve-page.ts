import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AsyncDisposableStack } from '@eloquence/base';
import { createProgress, ExitCode, type Terminal } from '@eloquence/cli';
import { disposeNativeCore } from '@eloquence/livekit-adapter';
import type { Clock } from '@eloquence/plugin-api';
import { openShowcase } from './showcase/open-showcase.js';
import { DemoWebServer } from './web/demo-web-server.js';
import { spawn } from 'node:child_process';

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
    if (!signal.aborted) await once(signal, 'abort');
    return ExitCode.ok;
  } finally {
    await resources.disposeAsync();
  }
}

/** What opens an address on each system. */
function openerOf(platform: NodeJS.Platform, url: string): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]];
  if (platform === 'win32') return ['cmd', ['/c', 'start', '', url]];
  return ['xdg-open', [url]];
}

/** Opens the address in the user's browser. Resolves with false if there is none to open it with. */
export function openBrowser(url: string): Promise<boolean> {
  const [command, args] = openerOf(process.platform, url);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      // It may well be the browser itself, which outlives the demo.
      child.unref();
      resolve(true);
    });
  });
}
