import { serialDistance } from '@eloquence/wire';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { ReceiverJoin } from '../receivers/receivers.js';
import type { DataUtterance } from '../utterance/data-utterance.js';

/** The utterances of a lane that are not over, by their sequence numbers, in the order in which they were opened. */
export class LiveUtterances {
  readonly #utterances = new Map<number, DataUtterance>();
  /** Those that are over, and whose receivers have yet to tell where they fell silent. */
  readonly #ending = new Map<number, DataUtterance>();

  get size(): number {
    return this.#utterances.size;
  }

  /** A copy: utterances may end while it is gone through. */
  get all(): readonly DataUtterance[] {
    return [...this.#utterances.values()];
  }

  /** One of them is on its way to this receiver. */
  serves(peer: ReceiverPeer): boolean {
    return this.all.some((utterance) => utterance.streamTo(peer) !== undefined);
  }

  /** Also of one that is over, while its receivers have something to tell. */
  get(utteranceSequence: number): DataUtterance | undefined {
    return this.#utterances.get(utteranceSequence) ?? this.#ending.get(utteranceSequence);
  }

  add(utterance: DataUtterance): void {
    this.#utterances.set(utterance.utteranceSequence, utterance);
  }

  /** It is over. */
  end(utteranceSequence: number): void {
    const utterance = this.#utterances.get(utteranceSequence);
    if (utterance === undefined) return;
    this.#utterances.delete(utteranceSequence);
    this.#ending.set(utteranceSequence, utterance);
    void utterance.played.then(() => this.#ending.delete(utteranceSequence));
  }

  /** Nothing more will be heard of receivers. */
  settle(): void {
    for (const utterance of this.#ending.values()) utterance.heard.settle();
  }

  /** Audio that is still to be played of all utterances but one, ms. */
  backlogMs(exceptSequence: number): number {
    let totalMs = 0;
    for (const [utteranceSequence, utterance] of this.#utterances)
      if (utteranceSequence !== exceptSequence) totalMs += utterance.unplayedMs;
    return totalMs;
  }

  /** The congestion window of a receiver is one for all utterances: what one gives back, the others may use. */
  pump(except?: DataUtterance): void {
    for (const utterance of this.#utterances.values()) if (utterance !== except) utterance.pump();
  }

  /** A receiver has come that has nothing of them. */
  join(join: ReceiverJoin): void {
    for (const utterance of this.all) utterance.join(join);
  }

  /** Ends all that were opened before this one: its FLUSH silences them as well. */
  endBefore(utteranceSequence: number): void {
    for (const utterance of this.all)
      if (serialDistance(utterance.utteranceSequence, utteranceSequence) > 0) utterance.endByFlush();
  }
}
