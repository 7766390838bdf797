import { findOnPath } from './binary.js';
import { runCommand } from './run-command.js';

/** Lowest Go that builds the pinned server. */
export const MIN_GO = { major: 1, minor: 26 } as const;

export type GoToolchain =
  { readonly path: string; readonly version: string } | { readonly reason: string; readonly hint: string };

/** Finds a Go that is new enough, or says what is missing and what to do. */
export async function findGo(env: NodeJS.ProcessEnv): Promise<GoToolchain> {
  const wanted = `${MIN_GO.major}.${MIN_GO.minor}`;
  const path = await findOnPath('go', env);
  if (path === undefined) {
    return {
      reason: 'Go is not installed (no `go` on PATH)',
      hint: `Install Go ${wanted} or newer, or put a livekit-server on PATH, or set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET.`,
    };
  }
  const result = await runCommand(path, ['version'], { env, timeoutMs: 15_000 });
  const match = /go version go(\d+)\.(\d+)(\S*)/.exec(result.stdout.join(' '));
  if (result.exitCode !== 0 || match === null) {
    return {
      reason: `\`go version\` failed: ${result.failure ?? [...result.stderr, ...result.stdout].join(' ').slice(0, 200)}`,
      hint: `Repair the Go at ${path}, or install Go ${wanted} or newer.`,
    };
  }
  const [, major, minor, rest] = match;
  const version = `${major}.${minor}${rest}`;
  const isNewEnough =
    Number(major) > MIN_GO.major || (Number(major) === MIN_GO.major && Number(minor) >= MIN_GO.minor);
  if (isNewEnough) return { path, version };
  return {
    reason: `Go ${version} is too old: livekit-server needs ${wanted}`,
    hint: `Install Go ${wanted} or newer, or put a livekit-server on PATH.`,
  };
}
