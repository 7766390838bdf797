import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Levels of rtc-node's logger. */
export type RtcLogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Sets the level of rtc-node's own log, which otherwise writes JSON lines to the standard output, into the middle
 * of a program's results. rtc-node neither exports its logger nor reads its level from a setting, so the module is
 * loaded by its file; a version that keeps it elsewhere leaves the log as it is.
 *
 * @returns whether the logger was found
 */
export function setRtcLogLevel(level: RtcLogLevel): boolean {
  try {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve('@livekit/rtc-node'));
    const module = require(join(folder, 'log.cjs')) as { readonly log?: { level?: string } };
    if (typeof module.log?.level !== 'string') return false;
    module.log.level = level;
    return true;
  } catch {
    return false;
  }
}
