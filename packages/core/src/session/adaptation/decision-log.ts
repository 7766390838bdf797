import type { Decision, ProfileSelector } from '@eloquence/plugin-api';

const defaultLimit = 512;

/** The latest decisions of a session, oldest first. Its JSON is the list, from which they can be replayed. */
export class DecisionLog {
  readonly #limit: number;
  readonly #decisions: Decision[] = [];
  #total = 0;

  constructor(limit = defaultLimit) {
    this.#limit = limit;
  }

  /** Decisions ever made. */
  get total(): number {
    return this.#total;
  }

  /** Decisions that were too old to keep. */
  get dropped(): number {
    return this.#total - this.#decisions.length;
  }

  get decisions(): readonly Decision[] {
    return [...this.#decisions];
  }

  /** Numbers and keeps a decision. */
  add(decision: Omit<Decision, 'id'>): Decision {
    const numbered: Decision = { id: ++this.#total, ...decision };
    this.#decisions.push(numbered);
    if (this.#decisions.length > this.#limit) this.#decisions.shift();
    return numbered;
  }

  toJSON(): readonly Decision[] {
    return this.decisions;
  }
}

export interface ReplayedDecision {
  readonly id: number;
  readonly isSame: boolean;
  /** Profile that was chosen, and that the replay chose. */
  readonly logged: string;
  readonly replayed: string;
}

/** Decides once more from the inputs in a log, for example with another version of the selector. */
export function replayDecisions(
  decisions: readonly Decision[],
  selector: ProfileSelector,
): ReplayedDecision[] {
  return decisions.map(({ id, input, selection }) => {
    const again = selector.select(input);
    return {
      id,
      isSame: JSON.stringify(again) === JSON.stringify(selection),
      logged: selection.profileId,
      replayed: again.profileId,
    };
  });
}
