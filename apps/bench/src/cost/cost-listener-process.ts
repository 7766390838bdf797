/** Entry of the process that listens in every room of a cost measurement, so that its work is not the speaker's. */
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import { createSystemClock, toEloquenceError } from '@eloquence/plugin-api';
import { attachListener, type Listener } from '@eloquence/streamer';
import type { ChildFailure } from '@eloquence/testbed';
import type { OpenListeners, RoomsOpened } from './cost-protocol.js';

const EXIT_LIMIT_MS = 2500;
const clock = createSystemClock();
const rooms: Room[] = [];
const listeners: Listener[] = [];

function reply(message: RoomsOpened | ChildFailure): void {
  if (process.connected) process.send?.(message);
}

async function open({ url, tokens }: OpenListeners): Promise<void> {
  for (const token of tokens) {
    const room = await connectRoom({ url, token });
    rooms.push(room);
    listeners.push(await attachListener(room, { clock, createSink: () => ({ write: () => undefined }) }));
  }
  reply({ type: 'opened' });
}

async function end(): Promise<void> {
  setTimeout(() => process.exit(0), EXIT_LIMIT_MS).unref();
  for (const listener of listeners) await listener.dispose();
  for (const room of rooms) await room.disconnect();
  process.exit(0);
}

process.on('message', (message) => {
  open(message as OpenListeners).catch((error: unknown) =>
    reply({ type: 'failed', message: toEloquenceError(error).message }),
  );
});
process.on('disconnect', () => void end());
process.on('SIGINT', () => undefined);
