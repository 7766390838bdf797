import type { LinkState } from '@eloquence/plugin-api';

/** From this round trip on, a link of which nothing else is known is presumed to be narrow, ms. */
const farRttMs = 300;
/**
 * What such a link is presumed to carry, bytes of audio per second: an EDGE link of 48 kbit/s carries no more beside its
 * headers. On link D the first answer of a session stalled for 13 % of its time when it began as on any other link
 * (simulated, n 60).
 */
const presumedBytesPerSecond = 4000;
/** So long after the first report a limit would have shown, ms. */
const presumedForMs = 10_000;

/** What is presumed of receivers whose greetings took long, before it is known. Constant size. */
export class FarLinks {
  /** When each presumed receiver first reported, ms. */
  readonly #reportedAtMs = new Map<string, number | undefined>();

  /** What is presumed before the first report: nothing, unless all receivers are far. */
  presume(unreported: readonly LinkState[]): LinkState[] {
    this.#reportedAtMs.clear();
    // One near receiver is enough to begin as usual: the best link decides.
    if (!unreported.every(({ minRttMs }) => minRttMs >= farRttMs)) return [];
    for (const { receiver } of unreported) this.#reportedAtMs.set(receiver, undefined);
    return unreported.map((link) => presumed(link));
  }

  /** The conditions with what is still presumed of this link. Measurements end a presumption, and so do ten seconds. */
  complete(conditions: LinkState): LinkState {
    const { receiver, atMs, minRttMs, capacityBytesPerSecond } = conditions;
    if (!this.#reportedAtMs.has(receiver)) return conditions;
    const reportedAtMs = this.#reportedAtMs.get(receiver) ?? atMs;
    const isOver =
      capacityBytesPerSecond !== undefined || minRttMs < farRttMs || atMs - reportedAtMs > presumedForMs;
    if (isOver) {
      this.#reportedAtMs.delete(receiver);
      return conditions;
    }
    this.#reportedAtMs.set(receiver, reportedAtMs);
    return presumed(conditions);
  }
}

function presumed(link: LinkState): LinkState {
  return { ...link, capacityBytesPerSecond: presumedBytesPerSecond, isCapacityPresumed: true };
}
