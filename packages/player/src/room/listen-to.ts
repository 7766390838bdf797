import { type Disposable, toDisposable } from '@eloquence/plugin-api';
import type { PlayerRoom, PlayerRoomEvents } from './player-room.js';

interface AnyEmitter {
  on(event: string, listener: unknown): unknown;
  off(event: string, listener: unknown): unknown;
}

/** Subscribes to a room event; the disposable takes exactly this subscription away again. */
export function listenTo<E extends keyof PlayerRoomEvents>(
  room: PlayerRoom,
  event: E,
  listener: PlayerRoomEvents[E],
): Disposable {
  const emitter = room as unknown as AnyEmitter;
  emitter.on(event, listener);
  return toDisposable(() => emitter.off(event, listener));
}
