import type { UtteranceMetrics } from '../monitoring/utterance-metrics.js';

/** Codes of the errors that users meet. Stable: code may branch on them. */
export type ErrorCode =
  | 'TEXT_EMPTY'
  | 'TEXT_UNREADABLE'
  | 'TEXT_TOO_LONG'
  | 'VOICE_UNKNOWN'
  | 'TTS_FAILED'
  | 'PCM_INVALID'
  | 'PROFILE_UNKNOWN'
  | 'PROFILE_INVALID'
  | 'LANE_UNKNOWN'
  | 'LANE_UNAVAILABLE'
  | 'LINK_INVALID'
  | 'OPTION_INVALID'
  | 'CONNECT_FAILED'
  | 'CONNECT_UNAUTHORIZED'
  | 'CONNECTION_LOST'
  | 'NO_RECEIVER'
  | 'RECEIVER_LEFT'
  | 'DELIVERY_INCOMPLETE'
  | 'PACKET_MALFORMED'
  | 'CODEC_FAILED'
  | 'CODEC_UNKNOWN'
  | 'PLUGIN_INVALID'
  | 'PLUGIN_INCOMPATIBLE'
  | 'PLUGIN_FAILED'
  | 'PLUGIN_TIMEOUT'
  | 'PLUGIN_CYCLE'
  | 'PLUGIN_DUPLICATE'
  | 'CONTRIBUTION_UNKNOWN'
  | 'CONFIGURATION_INVALID'
  | 'ABORTED'
  | 'DISPOSED'
  | 'SERVER_UNAVAILABLE'
  | 'SERVER_FAILED'
  | 'PORT_TAKEN'
  | 'IO_FAILED'
  | 'INTERNAL';

/** What an error says beside its code and its message. */
export interface EloquenceErrorOptions {
  /** The value that caused the error, as the caller gave it. */
  readonly value?: unknown;
  /** What the reader can do about it: one sentence. */
  readonly hint?: string | undefined;
  /** What was caught, if this error stands for another. */
  readonly cause?: unknown;
  /** Of the utterance that failed. */
  readonly metrics?: UtteranceMetrics | undefined;
}

/** The one error class of the framework: a stable code, what went wrong, with which value, and what to do. */
export class EloquenceError extends Error {
  readonly code: ErrorCode;
  /** The value that caused the error, as the caller gave it; `undefined` if there is none. */
  readonly value: unknown;
  readonly hint: string | undefined;
  /**
   * What is known of the utterance that failed, `heardMs` above all; `undefined` if nothing of it had been handed over, or
   * no utterance is concerned.
   */
  readonly metrics: UtteranceMetrics | undefined;

  constructor(code: ErrorCode, message: string, options: EloquenceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EloquenceError';
    this.code = code;
    this.value = options.value;
    this.hint = options.hint;
    this.metrics = options.metrics;
  }

  toJSON(): { code: ErrorCode; message: string; hint?: string } {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/**
 * Tells an `EloquenceError` by its shape, so that it is recognised across copies of this package and
 * after having crossed a process boundary.
 */
export function isEloquenceError(error: unknown): error is EloquenceError {
  return (
    error instanceof EloquenceError ||
    (error instanceof Error &&
      error.name === 'EloquenceError' &&
      typeof (error as { code?: unknown }).code === 'string')
  );
}

/** Turns anything thrown into an `EloquenceError`; one that already is passes unchanged. */
export function toEloquenceError(
  error: unknown,
  code: ErrorCode = 'INTERNAL',
  hint?: string,
): EloquenceError {
  if (isEloquenceError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EloquenceError(code, message, { cause: error, hint });
}

/** The rejection of everything that an `AbortSignal` ended. */
export function abortedError(signal?: AbortSignal): EloquenceError {
  return new EloquenceError('ABORTED', 'The operation was cancelled.', { cause: signal?.reason });
}
