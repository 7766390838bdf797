import { ConnectionState, Room, RoomEvent } from 'livekit-client';
import { Emitter, type Event } from '@eloquence/plugin-api';
import type { ArmAccess } from '../../protocol.js';

/** How a room is doing, as the page sees it. */
export type ListenerState =
  | { readonly kind: 'joining' }
  | { readonly kind: 'listening' }
  | { readonly kind: 'reconnecting' }
  | { readonly kind: 'failed'; readonly message: string };

export const logError = (error: unknown): void => console.error(error);

/** The page in the room of one arm. */
export abstract class RoomListener {
  protected readonly room = new Room();
  readonly #onDidChange = new Emitter<void>(logError);
  readonly onDidChange: Event<void> = this.#onDidChange.event;
  #state: ListenerState = { kind: 'joining' };
  #isLeaving = false;

  constructor(readonly access: ArmAccess) {
    this.room.on(RoomEvent.ConnectionStateChanged, (state) => this.#follow(state));
  }

  get state(): ListenerState {
    return this.#state;
  }

  /** Whether what is said now would be heard here, as far as this side knows. */
  get isJoined(): boolean {
    return this.#state.kind === 'listening';
  }

  /** The browser wants a gesture of the user before it lets sound out. */
  abstract readonly isLocked: boolean;

  abstract setAudible(isAudible: boolean): void;

  /** To be called while a gesture of the user is handled. */
  abstract unlock(): Promise<void>;

  /** Joins the room. Never rejects: what goes wrong is told by `state`. */
  async join(): Promise<void> {
    try {
      await this.prepare();
      await this.room.connect(this.access.url, this.access.token);
      this.#setState({ kind: 'listening' });
    } catch (error) {
      this.#setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.room.disconnect();
  }

  /** What must be there before the room is joined. */
  protected async prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** Tells that something about the listener changed. */
  protected changed(): void {
    this.#onDidChange.fire();
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
    this.changed();
  }
}
