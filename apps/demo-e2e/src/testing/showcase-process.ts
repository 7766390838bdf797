import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceDir } from './page-server.js';

const startLimitMs = 40_000;
const endLimitMs = 15_000;

/** The demo as a user starts it: its own process, from the build. */
export class ShowcaseProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<ShowcaseProcess> {
    const main = join(workspaceDir, 'apps/demo/dist/main.js');
    const child = spawn(process.execPath, [main, '--page', '--json'], {
      cwd: workspaceDir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-4000)));
    const timer = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        if (!line.startsWith('{')) continue;
        const { url } = JSON.parse(line) as { url?: string };
        if (url === undefined) throw new Error(`The demo did not start: ${line}`);
        return new ShowcaseProcess(url, child);
      }
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`The demo did not start: ${errors}`);
  }

  /** As Ctrl-C does. @returns the exit code */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGINT');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), endLimitMs);
    await ended;
    clearTimeout(timer);
    return this.child.exitCode;
  }
}
