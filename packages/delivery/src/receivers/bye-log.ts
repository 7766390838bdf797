/** Receivers that are remembered. */
const mostRemembered = 64;

/**
 * Who has taken leave, and when. A BYE may overtake the answer to a question asked before it, which must not bring the
 * receiver back. Bounded: the oldest are forgotten.
 */
export class ByeLog {
  readonly #atMs = new Map<string, number>();

  add(receiver: string, nowMs: number): void {
    this.#atMs.delete(receiver);
    this.#atMs.set(receiver, nowMs);
    const oldest = this.#atMs.keys().next();
    if (this.#atMs.size > mostRemembered && !oldest.done) this.#atMs.delete(oldest.value);
  }

  /** Whether a greeting that answers a question asked so long ago, ms, was on its way when the receiver took leave. */
  isOvertaken(receiver: string, askedMsAgo: number, nowMs: number): boolean {
    const atMs = this.#atMs.get(receiver);
    return atMs !== undefined && nowMs - askedMsAgo <= atMs;
  }
}
