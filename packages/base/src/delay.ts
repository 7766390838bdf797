import type { Clock, Disposable } from '@eloquence/plugin-api';
import { onAbort } from './on-abort.js';

/** Resolves after `delayMs`, or rejects with the signal's abort at once. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = clock.setTimer(() => {
      waiting?.dispose();
      resolve();
    }, delayMs);
    const waiting: Disposable | undefined =
      signal &&
      onAbort(signal, () => {
        waiting?.dispose();
        timer.dispose();
        reject(signal.reason as Error);
      });
  });
}
