import { createDeferred } from '@eloquence/base';
import {
  type ChannelState,
  type Clock,
  EloquenceError,
  type Event,
  abortedError,
} from '@eloquence/plugin-api';

/** What may end the wait before the work does. */
export interface Guards {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Makes the error of a time-out. */
  readonly timedOut: () => Error;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for `work`, but not longer than `timeoutMs`, and not beyond an abort. `work` itself cannot be stopped; a
 * rejection that comes after the wait has ended is dropped.
 */
export function guarded<T>(work: Promise<T>, { clock, timeoutMs, timedOut, signal }: Guards): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      timer.dispose();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void =>
      finish(() => reject(signal?.reason instanceof Error ? signal.reason : abortedError(signal)));
    const timer = clock.setTimer(() => finish(() => reject(timedOut())), timeoutMs);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}

/** Waits for a room that is reconnecting. @throws EloquenceError `CONNECTION_LOST`, or the signal's reason */
export async function waitUntilConnected(
  room: { readonly state: ChannelState; readonly onDidChangeState: Event<ChannelState> },
  limits: { readonly clock: Clock; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const lost = (): EloquenceError =>
    new EloquenceError('CONNECTION_LOST', `The room did not come back within ${limits.timeoutMs} ms.`, {
      hint: 'Check the server and the network, connect again, and speak again.',
    });
  if (room.state === 'connected') return;
  if (room.state === 'closed') throw lost();
  const back = createDeferred();
  const subscription = room.onDidChangeState((state) => {
    if (state === 'connected') back.resolve();
    else if (state === 'closed') back.reject(lost());
  });
  try {
    await guarded(back.promise, { ...limits, timedOut: lost });
  } finally {
    subscription.dispose();
  }
}
