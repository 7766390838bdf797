import { dirname, join } from 'node:path';

/** Levels of rtc-node's own log. */
export type RtcLogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Sets the level of rtc-node's own log, which writes JSON lines to the standard output, into the middle of a program's
 * results. It is `silent` from when this package is loaded. rtc-node neither exports its logger nor reads its level
 * from a setting, so the module is loaded by its file; a version that keeps it elsewhere leaves the log as it is.
 */
export function setRtcLogLevel(level: RtcLogLevel): void {
  try {
    // A bundle of CommonJS has no address of its own; the program that runs is the bundle.
    const here = (import.meta as { readonly url?: string }).url ?? process.argv[1] ?? process.execPath;
    const require = process.getBuiltinModule('node:module').createRequire(here);
    const folder = dirname(require.resolve('@livekit/rtc-node'));
    const module = require(join(folder, 'log.cjs')) as { readonly log?: { level?: string } };
    if (typeof module.log?.level === 'string') module.log.level = level;
  } catch {
    // That version keeps its logger elsewhere.
  }
}

// eslint-disable-next-line eloquence/no-top-level-effects -- An application that connects its own room would get its first lines before anything here is called (ADR 0032).
setRtcLogLevel('silent');
