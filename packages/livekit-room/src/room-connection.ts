import { DisposableStore } from '@eloquence/base';
import { type ChannelState, type Disposable, Emitter } from '@eloquence/plugin-api';
import { type RoomPort, listenTo } from './room-port.js';

/** Follows whether a room is connected. */
export class RoomConnection implements Disposable {
  readonly #port: RoomPort;
  readonly #owned = new DisposableStore();
  readonly #onDidChangeState = this.#owned.add(new Emitter<ChannelState>());
  #state: ChannelState;

  readonly onDidChangeState = this.#onDidChangeState.event;

  constructor(port: RoomPort) {
    this.#port = port;
    this.#state = port.readState();
    const { room } = port;
    this.#owned.add(listenTo(room, 'connectionStateChanged', () => this.#change(port.readState())));
    this.#owned.add(listenTo(room, 'reconnecting', () => this.#change('reconnecting')));
    this.#owned.add(listenTo(room, 'reconnected', () => this.#change('connected')));
    this.#owned.add(listenTo(room, 'disconnected', () => this.#change('closed')));
  }

  get state(): ChannelState {
    return this.#state;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #change(state: ChannelState): void {
    if (state === this.#state || (this.#state === 'closed' && !this.#port.isReusable)) return;
    this.#state = state;
    this.#onDidChangeState.fire(state);
  }
}
