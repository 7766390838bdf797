import { Emitter } from '@eloquence/plugin-api';
import { ConnectionState, Room, RoomEvent } from './livekit-client.js';
import type { ArmAccess } from '../../protocol.js';
import type { ListenerState } from './arm-listener.js';

const log = (error: unknown) => console.error(error);

/** A room of livekit-client, with its state in the page's terms. */
export class RoomConnection {
  readonly room = new Room();
  readonly #onDidChange = new Emitter<void>(log);
  readonly onDidChange = this.#onDidChange.event;
  #state: ListenerState = { kind: 'joining' };
  #isLeaving = false;

  constructor(readonly access: ArmAccess) {
    this.room.on(RoomEvent.ConnectionStateChanged, (state) => this.#follow(state));
  }

  get state(): ListenerState {
    return this.#state;
  }

  /** Tells that something else about the listener changed. */
  changed(): void {
    this.#onDidChange.fire();
  }

  async connect(): Promise<void> {
    try {
      await this.room.connect(this.access.url, this.access.token);
      this.#setState({ kind: 'listening' });
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.room.disconnect();
  }

  #follow(state: ConnectionState): void {
    if (this.#isLeaving) return;
    if (state === ConnectionState.Reconnecting || state === ConnectionState.SignalReconnecting)
      this.#setState({ kind: 'reconnecting' });
    else if (state === ConnectionState.Connected) this.#setState({ kind: 'listening' });
    else if (state === ConnectionState.Disconnected && this.#state.kind !== 'joining')
      this.#setState({ kind: 'failed', message: 'disconnected' });
  }

  #setState(state: ListenerState): void {
    this.#state = state;
    this.#onDidChange.fire();
  }
}
