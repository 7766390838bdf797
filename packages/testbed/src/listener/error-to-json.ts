import type { EloquenceError } from '@eloquence/plugin-api';

/** The part of an error that crosses a process boundary or goes into a result. */
export function errorToJson(error: EloquenceError): { code: string; message: string; hint?: string } {
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}
