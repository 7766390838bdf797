import { Emitter, type Event, type WordTiming } from '@eloquence/plugin-api';
import { type CaptionSource, type Player, type WordHeardEvent, attachPlayer } from '@eloquence/player';
import type { ArmAccess } from '../../protocol.js';
import type { ArmListener, ListenerState } from './arm-listener.js';
import { RoomConnection } from './room-connection.js';

const log = (error: unknown) => console.error(error);

/** Listens with Eloquence's player, and tells the words as they are heard. */
export class PlayerListener implements ArmListener {
  readonly #connection: RoomConnection;
  readonly #onDidHearWord = new Emitter<string>(log);
  readonly onDidHearWord: Event<string> = this.#onDidHearWord.event;
  #player: Player | undefined;
  #isAudible = true;
  /** The utterance that is heard, as the player knows it. */
  #source: CaptionSource | undefined;
  #early: WordTiming[] = [];
  /** The words heard last, so that none is told twice. */
  #heard: string[] = [];

  constructor(readonly access: ArmAccess) {
    this.#connection = new RoomConnection(access);
  }

  get onDidChange(): Event<void> {
    return this.#connection.onDidChange;
  }

  get state(): ListenerState {
    return this.#connection.state;
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
      player.onDidStartUtterance(({ sender, channel, generation }) => {
        this.#source = { sender, channel, generation };
        this.#giveWords();
      });
      player.onDidHearWord((event) => this.#hear(event));
    } catch (error) {
      this.#connection.fail(error);
      return;
    }
    await this.#connection.connect();
  }

  /** A new utterance begins: words that come from now on are its own. */
  beginUtterance(): void {
    this.#source = undefined;
    this.#early = [];
    this.#heard = [];
  }

  addWords(words: readonly WordTiming[]): void {
    this.#early.push(...words);
    this.#giveWords();
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

  #giveWords(): void {
    if (this.#source === undefined || this.#early.length === 0) return;
    this.#player?.addWords(this.#source, this.#early.splice(0));
  }

  #hear({ word }: WordHeardEvent): void {
    // The sender may tell the same words to the player itself.
    const key = `${word.startMs}/${word.text}`;
    if (this.#heard.includes(key)) return;
    this.#heard.push(key);
    if (this.#heard.length > 8) this.#heard.shift();
    this.#onDidHearWord.fire(word.text);
  }
}
