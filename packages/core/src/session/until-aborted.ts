import { onAbort } from '@eloquence/base';

/**
 * Like the promise, but rejects with the signal's reason as soon as it aborts. What the promise does after that is
 * nobody's concern any more: its late rejection is not reported as unhandled.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    const waiting = onAbort(signal, abort);
    promise.then(resolve, reject).finally(() => waiting.dispose());
    if (signal.aborted) abort();
  });
}
