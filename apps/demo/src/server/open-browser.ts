import { spawn } from 'node:child_process';

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
