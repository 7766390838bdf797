/** One call counts as at most so many budgets late: a machine that stood still is not the plugin's fault. */
const maxLateBudgets = 100;

/**
 * How far the calls of one operation of a plugin are behind their budgets, over all its guards: a stream that ends
 * just after it was interrupted must not leave a strike behind.
 *
 * Slowness is forgiven when the calls since then were, together, within their budgets: on a busy machine any call may
 * be interrupted for tens of milliseconds, and the next ones make up for it. A plugin that is slow itself takes more
 * than its budget on average, and never gets there.
 */
export class CallPace {
  /** How late calls were, less what later ones made up for, ms. */
  #lateMs = 0;
  #slowCalls = 0;

  /** Takes a call; gives the number of slow calls that are forgiven with it. */
  add(elapsedMs: number, budgetMs: number): number {
    if (elapsedMs <= budgetMs && this.#slowCalls === 0) return 0;
    this.#lateMs = Math.max(0, this.#lateMs + Math.min(elapsedMs, maxLateBudgets * budgetMs) - budgetMs);
    if (elapsedMs > budgetMs) {
      this.#slowCalls++;
      return 0;
    }
    if (this.#lateMs > 0) return 0;
    const forgiven = this.#slowCalls;
    this.#slowCalls = 0;
    return forgiven;
  }
}
