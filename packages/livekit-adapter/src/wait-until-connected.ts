import { createDeferred, withTimeout } from '@eloquence/base';
import { type ChannelState, type Clock, EloquenceError, type Event } from '@eloquence/plugin-api';

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
    const { clock, timeoutMs: ms, signal } = limits;
    await withTimeout(back.promise, { clock, ms, signal, error: lost });
  } finally {
    subscription.dispose();
  }
}
