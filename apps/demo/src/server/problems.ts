import { type EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import type { ArmId, Problem } from '../protocol.js';
import type { EventFeed } from './event-feed.js';

/** An error as the page shows it. */
export function toProblem(error: unknown, arm?: ArmId): Problem {
  const { code, message, hint }: EloquenceError = toEloquenceError(error);
  return { code, message, hint: hint ?? 'Try again.', arm };
}

/** What is wrong at the moment. There is one problem of each code for each arm, so their number is bounded. */
export class Problems {
  readonly #eventFeed: EventFeed;
  readonly #open = new Map<string, Problem>();

  constructor(eventFeed: EventFeed) {
    this.#eventFeed = eventFeed;
  }

  get all(): readonly Problem[] {
    return [...this.#open.values()];
  }

  raise(problem: Problem): void {
    const key = keyOf(problem.code, problem.arm);
    if (this.#open.get(key)?.message === problem.message) return;
    this.#open.set(key, problem);
    this.#eventFeed.post('problem', { problem });
  }

  /** Whatever was wrong with an arm is over. */
  settle(arm: ArmId): void {
    for (const [key, { code, arm: whose }] of this.#open) {
      if (whose !== arm) continue;
      this.#open.delete(key);
      this.#eventFeed.post('problemEnd', { code, arm });
    }
  }
}

function keyOf(code: string, arm: ArmId | undefined): string {
  return `${code} ${arm ?? ''}`;
}
