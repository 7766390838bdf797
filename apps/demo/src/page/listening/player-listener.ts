import { Emitter, type Event } from '@eloquence/plugin-api';
import { type Player, attachPlayer } from '@eloquence/player';
import type { ArmAccess } from '../../protocol.js';
import type { ArmListener, ListenerState } from './arm-listener.js';
import { RoomConnection } from './room-connection.js';

const log = (error: unknown) => console.error(error);

/**
 * Listens with Eloquence's player, and tells the words as they are heard: the sender sends them beside the sound. Audio
 * tracks have no such way, so the other arms have no captions; estimating theirs would show words that nobody measured.
 */
export class PlayerListener implements ArmListener {
  readonly #connection: RoomConnection;
  readonly #onDidHearWord = new Emitter<string>(log);
  readonly onDidHearWord: Event<string> = this.#onDidHearWord.event;
  #player: Player | undefined;
  #isAudible = true;

  constructor(readonly access: ArmAccess) {
    this.#connection = new RoomConnection(access);
  }

  get onDidChange(): Event<void> {
    return this.#connection.onDidChange;
  }

  get state(): ListenerState {
    return this.#connection.state;
  }

  get isJoined(): boolean {
    return this.state.kind === 'listening';
  }

  get player(): Player | undefined {
    return this.#player;
  }

  get isLocked(): boolean {
    return this.#player?.isLocked ?? false;
  }

  async join(): Promise<void> {
    try {
      const player = await attachPlayer(this.#connection.room, { from: [this.access.speaker] });
      this.#player = player;
      player.volume = this.#isAudible ? 1 : 0;
      player.onDidChangeState(() => this.#connection.changed());
      player.onDidHearWord(({ word }) => this.#onDidHearWord.fire(word.text));
    } catch (error) {
      this.#connection.fail(error);
      return;
    }
    await this.#connection.connect();
  }

  setAudible(isAudible: boolean): void {
    this.#isAudible = isAudible;
    if (this.#player !== undefined) this.#player.volume = isAudible ? 1 : 0;
  }

  async unlock(): Promise<void> {
    if (this.#player?.isLocked === true) await this.#player.resume();
  }

  async leave(): Promise<void> {
    this.#player?.dispose();
    await this.#connection.leave();
  }
}
