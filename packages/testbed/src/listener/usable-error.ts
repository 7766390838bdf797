import { EloquenceError, type ErrorCode } from '@eloquence/plugin-api';
import type { ErrorMessage } from './protocol.js';

/** An error that came as data, as an `EloquenceError` again. */
export function toUsableError({ code, message, hint }: ErrorMessage): EloquenceError {
  return new EloquenceError(code as ErrorCode, message, hint === undefined ? {} : { hint });
}
