import { type Player, attachPlayer } from '@eloquence/player';
import { Emitter, type Event } from '@eloquence/plugin-api';
import { logError, RoomListener } from './room-listener.js';

/**
 * Listens with Eloquence's player, and tells the words as they are heard: the sender sends them beside the sound. Audio
 * tracks have no such way, so the other arms have no captions; estimating theirs would show words that nobody measured.
 */
export class PlayerListener extends RoomListener {
  readonly #onDidHearWord = new Emitter<string>(logError);
  readonly onDidHearWord: Event<string> = this.#onDidHearWord.event;
  #player: Player | undefined;
  #isAudible = true;

  get isLocked(): boolean {
    return this.#player?.isLocked ?? false;
  }

  setAudible(isAudible: boolean): void {
    this.#isAudible = isAudible;
    if (this.#player !== undefined) this.#player.volume = isAudible ? 1 : 0;
  }

  async unlock(): Promise<void> {
    if (this.isLocked) await this.#player?.resume();
  }

  override async leave(): Promise<void> {
    this.#player?.dispose();
    await super.leave();
  }

  protected override async prepare(): Promise<void> {
    const player = await attachPlayer(this.room, { from: [this.access.speaker] });
    this.#player = player;
    player.volume = this.#isAudible ? 1 : 0;
    player.onDidChangeState(() => this.changed());
    player.onDidHearWord(({ word }) => this.#onDidHearWord.fire(word.text));
  }
}
