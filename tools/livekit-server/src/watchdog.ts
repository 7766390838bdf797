import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Waits for a line on standard input. A line means that all is in order; the end of the input without one means that
 * the owner is gone, however it died; then the folder is removed, which the server reads at its start only, and the
 * server ended. Signals of a terminal's Ctrl-C are ignored: the shell must outlive its owner.
 */
const SCRIPT = `
trap '' INT TERM HUP
if read -r _; then exit 0; fi
kill -TERM "$1" 2>/dev/null
rm -rf -- "$2"
sleep 0.1
kill -TERM "$1" 2>/dev/null
i=0
while kill -0 "$1" 2>/dev/null && [ "$i" -lt 20 ]; do sleep 0.1; i=$((i + 1)); done
kill -KILL "$1" 2>/dev/null
`;

/** A small process that ends a server which this process could not stop itself, because it was killed. */
export class Watchdog {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * @param pid Process to end.
   * @param folder Folder to remove after that.
   * @throws if there is no POSIX shell.
   */
  static async start(pid: number, folder: string): Promise<Watchdog> {
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'livekit-watchdog', String(pid), folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    // Only the pipe's end matters; errors of a write to a watchdog that is gone must not crash its owner.
    child.stdin.on('error', () => undefined);
    await once(child, 'spawn');
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    return new Watchdog(child);
  }

  /** Sends the watchdog home: there is nothing left to end. */
  dismiss(): void {
    this.#child.stdin?.end('done\n');
  }
}
