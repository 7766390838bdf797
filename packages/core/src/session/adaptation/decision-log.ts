import type { ControlPolicy, Decision, NamedRule } from '@eloquence/plugin-api';
import { decideWith } from './control-dependencies.js';

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
  /** Profile, settings, probes and memory are the same, group by group. */
  readonly isSame: boolean;
  /** Profiles of the groups that were chosen, and that the replay chose. */
  readonly logged: readonly string[];
  readonly replayed: readonly string[];
}

/** Decides once more from the inputs in a log, for example with another version of the policy or of a rule. */
export function replayDecisions(
  decisions: readonly Decision[],
  policy: ControlPolicy,
  rules: readonly NamedRule[],
): ReplayedDecision[] {
  return decisions.map(({ id, input, output }) => {
    const isAnswered = output.groups[0]?.rule !== 'fallback';
    const again = decideWith((given) => (isAnswered ? policy.decide(given, rules) : undefined), input);
    return {
      id,
      isSame: JSON.stringify(sorted(again)) === JSON.stringify(sorted(output)),
      logged: output.groups.map(({ profileId }) => profileId),
      replayed: again.groups.map(({ profileId }) => profileId),
    };
  });
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
