import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { workspaceDir } from './page-server.js';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface BrowserOptions {
  /** Sound without a gesture of the user; default true. */
  readonly mayAutoplay?: boolean;
  /** Slow down the timers of hidden tabs, as browsers of people do; default false. */
  readonly throttles?: boolean;
}

const unthrottled = [
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
];

/**
 * Starts Chromium. Without one, the tests are left out with a note, or fail under CI.
 *
 * @returns `undefined` if there is none
 */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser | undefined> {
  const script = join(workspaceDir, 'tools/workspace/chromium.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) {
    if (!['', '0', 'false'].includes(process.env['CI'] ?? '')) throw new Error(stderr);
    console.error(`Browser tests are left out: ${stderr}`);
    return undefined;
  }
  const autoplay =
    options.mayAutoplay === false ? 'document-user-activation-required' : 'no-user-gesture-required';
  return chromium.launch({
    executablePath: stdout.trim(),
    args: [...quiet, `--autoplay-policy=${autoplay}`],
    ...(options.throttles === true ? { ignoreDefaultArgs: unthrottled } : {}),
  });
}
