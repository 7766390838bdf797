import type { RandomSource } from '@eloquence/plugin-api';
import { serialDistance } from '@eloquence/wire';

/** Numbers the utterances of a lane, 0–65535, wrapping. */
export class UtteranceSequence {
  /** Tells this life of the sender from its former ones, 0–2²⁴−1. */
  readonly epoch: number;
  #last: number;
  /** The count goes on from what a receiver told. */
  #isContinued = false;
  #hasBegun = false;

  constructor(random: RandomSource) {
    // Unless a receiver tells better: a random start keeps a restarted sender's utterances apart from those before.
    this.epoch = Math.floor(random.next() * 0x1000000);
    this.#last = this.epoch >>> 8;
  }

  next(): number {
    this.#hasBegun = true;
    this.#last = (this.#last + 1) & 0xffff;
    return this.#last;
  }

  /**
   * Before the first utterance: takes the count up where this sender's last session left it, as far as the receivers
   * remember, so that late packets of that session, a FLUSH above all, cannot be about this one's utterances.
   */
  continueFrom(newest: number | undefined): void {
    if (newest === undefined || this.#hasBegun) return;
    if (this.#isContinued && serialDistance(this.#last, newest) <= 0) return;
    this.#isContinued = true;
    this.#last = newest;
  }
}
