import type { ErrorCode } from '@eloquence/plugin-api';

/** Exit codes of the command: part of its interface. */
export const ExitCode = {
  ok: 0,
  /** The run started and failed: no server, no listener, connection lost, frames missing. */
  failed: 1,
  /** The command was called wrongly: an option, a text or a name that does not exist. */
  usage: 2,
  /** 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const USAGE_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'OPTION_INVALID',
  'TEXT_EMPTY',
  'TEXT_UNREADABLE',
  'TEXT_TOO_LONG',
  'VOICE_UNKNOWN',
  'PROFILE_UNKNOWN',
  'LANE_UNKNOWN',
  'LINK_INVALID',
]);

export function exitCodeOf(code: ErrorCode): ExitCode {
  return USAGE_ERRORS.has(code) ? ExitCode.usage : ExitCode.failed;
}
