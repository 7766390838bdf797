import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command in a process of its own. */
export interface RunningCli {
  readonly process: ChildProcess;
  readonly done: Promise<CliResult>;
  /** Resolves when stderr contains `text`; rejects if the command ends before. */
  sawOnStderr(text: string): Promise<void>;
}

/** Environment without the variables that lead to another server. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('LIVEKIT_')),
  );
  return { ...env, NO_COLOR: '1', ...extra };
}

export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = 55_000,
): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const watch of watchers) watch();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const done = new Promise<CliResult>((resolve) => {
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      for (const watch of watchers) watch();
      resolve({ exitCode, stdout, stderr });
    });
  });
  return {
    process: child,
    done,
    sawOnStderr: (text) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (stderr.includes(text)) resolve();
          else if (child.exitCode === null && child.signalCode === null) return;
          else reject(new Error(`The command ended before it said '${text}':\n${stderr}`));
          watchers.delete(watch);
        };
        watchers.add(watch);
        watch();
      }),
  };
}

export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return await startCli(args, env).done;
}

/** Runs with `--json` and parses the one object on stdout. */
export async function runJson(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runCli([...args, '--json'], env);
  if (exitCode !== 0) throw new Error(`Exit code ${exitCode}:\n${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

export interface ProcessEntry {
  readonly pid: number;
  readonly command: string;
}

/** All processes below `pid`, from the kernel's list. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (at: number): number[] =>
    (children.get(at) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid).map((child) => ({ pid: child, command: commandOf(child) }));
}

export function isRunning(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

/** `undefined` for a process that is gone, or only waits to be reaped. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
