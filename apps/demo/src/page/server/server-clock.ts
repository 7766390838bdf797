import type { ClockAnswer } from '../../protocol.js';

const questions = 12;

/** The server's clock as the page knows it. */
export class ServerClock {
  #offsetMs = 0;
  #errorMs = Infinity;

  constructor(
    private readonly ask: () => Promise<ClockAnswer>,
    private readonly pageNowMs: () => number,
  ) {}

  /** How far off `nowMs` may be, ms; `Infinity` before `synchronise`. */
  get errorMs(): number {
    return this.#errorMs;
  }

  nowMs(): number {
    return this.toServerMs(this.pageNowMs());
  }

  /** A moment of `performance.now()` on the server's clock. */
  toServerMs(pageMs: number): number {
    return pageMs + this.#offsetMs;
  }

  /** Asks some times and keeps the quickest answer, which is right to half the time it took. */
  async synchronise(): Promise<void> {
    let best = { offsetMs: 0, errorMs: Infinity };
    for (let count = 0; count < questions; count++) {
      const askedMs = this.pageNowMs();
      const { serverMs } = await this.ask();
      const answeredMs = this.pageNowMs();
      const errorMs = (answeredMs - askedMs) / 2;
      if (errorMs < best.errorMs) best = { offsetMs: serverMs - (askedMs + answeredMs) / 2, errorMs };
    }
    this.#offsetMs = best.offsetMs;
    this.#errorMs = best.errorMs;
  }
}
