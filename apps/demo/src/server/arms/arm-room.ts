import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import { delay } from '@eloquence/base';
import { type Clock, EloquenceError, Emitter, type Event } from '@eloquence/plugin-api';
import type { ArmId, ArmState } from '../../protocol.js';
import type { AsyncDisposable } from '../demo-service.js';
import type { ArmAccount, ArmEnd } from './arm-account.js';

const POLL_MS = 50;
/** How long somebody may take to come; servers announce newcomers up to 3 s late. */
export const LISTENER_TIMEOUT_MS = 6000;

export interface ArmRoomOptions {
  readonly url: string;
  readonly token: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The speaker's end of an arm's room. */
export class ArmRoom {
  readonly room: Room;
  readonly clock: Clock;
  readonly #onDidChange = new Emitter<void>();
  readonly #heardOf = new Set<string>();
  #isLost = false;
  #isClosing = false;

  /** Somebody came or left, or the connection was lost. */
  readonly onDidChange: Event<void> = this.#onDidChange.event;

  constructor(room: Room, clock: Clock) {
    this.room = room;
    this.clock = clock;
    const events = room as unknown as { on(event: string, listener: (...args: never[]) => void): unknown };
    const tell = (): void => this.#onDidChange.fire();
    events.on('participantConnected', tell);
    events.on('participantDisconnected', ({ identity }: { readonly identity: string }) => {
      this.#heardOf.delete(identity);
      tell();
    });
    events.on('dataReceived', (_: unknown, from?: { readonly identity: string }) => {
      if (from !== undefined) this.#heardOf.add(from.identity);
    });
    events.on('disconnected', () => {
      if (this.#isClosing) return;
      this.#isLost = true;
      tell();
    });
  }

  /** @throws EloquenceError what `connectRoom` throws */
  static async open({ url, token, clock, signal }: ArmRoomOptions): Promise<ArmRoom> {
    return new ArmRoom(await connectRoom({ url, token, signal, clock }), clock);
  }

  get listeners(): number {
    return this.#isLost ? 0 : this.room.remoteParticipants.size;
  }

  /** Their identities. */
  get present(): readonly string[] {
    return this.#isLost ? [] : [...this.room.remoteParticipants.keys()];
  }

  /** Of those, who has sent something: receivers greet the sender, which knows them from then on. */
  get greeted(): readonly string[] {
    return this.present.filter((identity) => this.#heardOf.has(identity));
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** @throws EloquenceError `CONNECTION_LOST` */
  checkConnected(): void {
    if (!this.#isLost) return;
    throw new EloquenceError('CONNECTION_LOST', 'The connection to the LiveKit server was lost.', {
      hint: 'Start the demo again.',
    });
  }

  /** @throws EloquenceError `NO_RECEIVER` if `isThere` stays false, `CONNECTION_LOST`, `ABORTED` */
  async waitUntil(isThere: () => boolean, signal: AbortSignal): Promise<void> {
    const endMs = this.clock.nowMs() + LISTENER_TIMEOUT_MS;
    while (!isThere()) {
      this.checkConnected();
      if (this.clock.nowMs() >= endMs) throw nobodyListens();
      await delay(this.clock, POLL_MS, signal);
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#onDidChange.dispose();
    await this.room.disconnect();
  }
}

export function nobodyListens(): EloquenceError {
  return new EloquenceError('NO_RECEIVER', 'Nobody listens.', {
    hint: 'Open the page, enable its sound, and speak again.',
  });
}

/** One way of speaking, with a room of its own. */
export interface DemoArm extends AsyncDisposable {
  readonly id: ArmId;
  readonly state: ArmState;
  /**
   * Gets everything ready that the first word must not wait for.
   *
   * @throws EloquenceError `NO_RECEIVER` if nobody listens, `CONNECTION_LOST`, `ABORTED`
   */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Speaks an utterance until it was heard or the signal stopped it; what happens meanwhile goes into the account.
   *
   * @throws EloquenceError if it could not be spoken in full
   */
  speak(account: ArmAccount, signal: AbortSignal): Promise<ArmEnd>;
}
