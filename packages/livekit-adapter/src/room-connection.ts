import { type ChannelState, type Disposable, DisposableStore, Emitter } from '@eloquence/plugin-api';
import type { LivekitRoom } from './livekit-room.js';
import { listenTo } from './room-listeners.js';

/** Numbers of rtc-node's `ConnectionState`. */
const connectionState = { disconnected: 0, connected: 1, reconnecting: 2 } as const;

/** Follows whether the room is connected. `closed` is final: a room connected anew needs a new channel. */
export class RoomConnection implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #onDidChangeState = this.#owned.add(new Emitter<ChannelState>());
  #state: ChannelState;

  readonly onDidChangeState = this.#onDidChangeState.event;

  constructor(room: LivekitRoom) {
    const current = (room as { connectionState?: number }).connectionState;
    if (!room.isConnected) this.#state = 'closed';
    else this.#state = current === connectionState.reconnecting ? 'reconnecting' : 'connected';
    this.#owned.add(listenTo(room, 'reconnecting', () => this.#change('reconnecting')));
    this.#owned.add(listenTo(room, 'reconnected', () => this.#change('connected')));
    this.#owned.add(listenTo(room, 'disconnected', () => this.#change('closed')));
    this.#owned.add(listenTo(room, 'connectionStateChanged', (state) => this.#follow(state)));
  }

  get state(): ChannelState {
    return this.#state;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #follow(state: number): void {
    if (state === connectionState.disconnected) this.#change('closed');
    else if (state === connectionState.reconnecting) this.#change('reconnecting');
    else if (state === connectionState.connected) this.#change('connected');
  }

  #change(state: ChannelState): void {
    if (state === this.#state || this.#state === 'closed') return;
    this.#state = state;
    this.#onDidChangeState.fire(state);
  }
}
