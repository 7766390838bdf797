import { serialDistance } from '@eloquence/wire';

const span = 32;

/** Which of a sender's latest pings have arrived. Constant size. */
export class PingHistory {
  #highest: number | undefined;
  /** Bit `i`: the ping numbered `highest − 1 − i` arrived. */
  #before = 0;

  /**
   * Notes a ping.
   *
   * @returns which of the 32 before it arrived, as a pong tells it: bit `i` for the nonce `nonce − 1 − i`
   */
  note(nonce: number): number {
    const ahead = this.#highest === undefined ? Infinity : serialDistance(this.#highest, nonce);
    // Further behind than that, it is no late one: the sender counts anew.
    if (ahead <= 0 && ahead >= -span) return this.#noteLate(-ahead);
    this.#before = Math.abs(ahead) > span ? 0 : (shiftLeft(this.#before, ahead) | (1 << (ahead - 1))) >>> 0;
    this.#highest = nonce;
    return this.#before;
  }

  #noteLate(behind: number): number {
    if (behind > 0) this.#before = (this.#before | (1 << (behind - 1))) >>> 0;
    return behind === span ? 0 : this.#before >>> behind;
  }
}

function shiftLeft(word: number, by: number): number {
  return by >= 32 ? 0 : word << by;
}
