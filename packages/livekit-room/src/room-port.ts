import { type ChannelState, type Disposable, toDisposable } from '@eloquence/plugin-api';

/** What is read of a participant. */
export interface RoomParticipant {
  readonly identity: string;
  /** Id of the session: another one under the same identity is another run, or one that connected anew. */
  readonly sid?: string | undefined;
}

/**
 * The part of a `Room` that `@livekit/rtc-node` and `livekit-client` have in common. Structural, so that a room of any
 * copy of either fits, and so that tests can do without a network.
 */
export interface SharedRoom {
  /** Absent before the first connection, in rtc-node. */
  readonly localParticipant?: { readonly identity: string } | undefined;
  /** By identity. */
  readonly remoteParticipants: ReadonlyMap<string, RoomParticipant>;
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

/** The events that both SDKs fire under the same names. */
export interface RoomEvents {
  dataReceived: (
    payload: Uint8Array,
    participant: RoomParticipant | undefined,
    kind: unknown,
    topic: string | undefined,
  ) => void;
  participantConnected: (participant: RoomParticipant) => void;
  participantDisconnected: (participant: RoomParticipant) => void;
  connectionStateChanged: () => void;
  reconnecting: () => void;
  reconnected: () => void;
  disconnected: () => void;
}

/** How one packet is published. */
export interface RoomPublishOptions {
  readonly reliable: boolean;
  readonly topic: string;
  /** Identities of the receivers; everybody if absent. */
  readonly to: string[] | undefined;
}

/** A room, and what its SDK does differently from the other. */
export interface RoomPort {
  readonly room: SharedRoom;
  /** A room that was lost may be connected again; `closed` is final otherwise, and a new channel is needed. */
  readonly isReusable: boolean;
  /** The state that the SDK tells now. */
  readState(): ChannelState;
  /** Settles when the SDK has taken the packet; rejects with the SDK's error. */
  publish(packet: Uint8Array, options: RoomPublishOptions): Promise<void>;
}

/**
 * Subscribes to an event of a room; the disposable takes exactly this subscription away again. An adapter gives it the
 * type of its own SDK's events.
 */
export function listenTo<E extends keyof RoomEvents>(
  room: SharedRoom,
  event: E,
  listener: RoomEvents[E],
): Disposable {
  const emitter = room as unknown as RoomEmitter;
  changeCount(emitter, event, 1);
  emitter.on(event, listener);
  return toDisposable(() => {
    emitter.off(event, listener);
    changeCount(emitter, event, -1);
  });
}

/** What rooms of both SDKs are, where they are no fakes. */
interface RoomEmitter {
  on(event: string, listener: unknown): unknown;
  off(event: string, listener: unknown): unknown;
  getMaxListeners?(): number;
  setMaxListeners?(limit: number): unknown;
}

/** Our listeners of each room, by event. */
const listenerCounts = new WeakMap<RoomEmitter, Map<string, number>>();

/**
 * Emitters warn of a leak when an event has more than ten listeners. Several channels over one room are none, so the
 * limit is raised by the most that we have of one event, for as long as we have them. 0 is no limit.
 */
function changeCount(room: RoomEmitter, event: string, change: number): void {
  const counts = listenerCounts.get(room) ?? new Map<string, number>();
  listenerCounts.set(room, counts);
  const before = Math.max(0, ...counts.values());
  counts.set(event, (counts.get(event) ?? 0) + change);
  const raise = Math.max(0, ...counts.values()) - before;
  const limit = room.getMaxListeners?.() ?? 0;
  if (limit > 0 && raise !== 0) room.setMaxListeners?.(limit + raise);
}
