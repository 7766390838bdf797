const windowSize = 128;
const burstHistory = 16;

/**
 * Share of packets that were lost on their first way, whether or not a repeat came later. A packet counts as lost
 * when a later one overtakes it, and is taken back when the original turns up after all.
 */
export class LossWindow {
  /** Per packet of the window: 0 unknown, 1 arrived, 2 lost. */
  readonly #marks = new Uint8Array(windowSize);
  readonly #bursts: number[] = [];
  #end = 0;
  #lost = 0;
  #known = 0;
  #burst = 0;

  /** Lost of the last 128 packets, percent. */
  get lossPercent(): number {
    return this.#known === 0 ? 0 : (100 * this.#lost) / this.#known;
  }

  /** Mean length of the last 16 runs of lost packets, in packets; 0 if there was none. */
  get burstLength(): number {
    const count = this.#bursts.length;
    return count === 0 ? 0 : this.#bursts.reduce((sum, length) => sum + length, 0) / count;
  }

  /** The next packet in the order of sending arrived at its first attempt, or did not. */
  push(isLost: boolean): void {
    const slot = this.#end++ % windowSize;
    if (this.#marks[slot] === 2) this.#lost--;
    if (this.#marks[slot] === 0) this.#known++;
    this.#marks[slot] = isLost ? 2 : 1;
    if (isLost) {
      this.#lost++;
      this.#burst++;
    } else if (this.#burst > 0) {
      this.#bursts.push(this.#burst);
      if (this.#bursts.length > burstHistory) this.#bursts.shift();
      this.#burst = 0;
    }
  }

  /** A packet thought lost, `back` packets before the newest, was only overtaken. */
  takeBack(back: number): void {
    if (back < 0 || back >= Math.min(windowSize, this.#end)) return;
    const slot = (this.#end - 1 - back) % windowSize;
    if (this.#marks[slot] !== 2) return;
    this.#marks[slot] = 1;
    this.#lost--;
  }
}
