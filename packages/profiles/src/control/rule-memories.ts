import type { PolicyMemory, RuleMemory } from '@eloquence/plugin-api';

const nothing: RuleMemory = Object.freeze({});

/** The memories of all rules while a decision is made. */
export class RuleMemories {
  readonly #before: PolicyMemory;
  readonly #changed: Record<string, RuleMemory> = {};

  constructor(before: PolicyMemory) {
    this.#before = before;
  }

  of(ruleId: string): RuleMemory {
    return this.#changed[ruleId] ?? this.#before[ruleId] ?? nothing;
  }

  /** @param memory absent: it stays */
  note(ruleId: string, memory: RuleMemory | undefined): void {
    if (memory !== undefined) this.#changed[ruleId] = memory;
  }

  all(): PolicyMemory {
    return { ...this.#before, ...this.#changed };
  }
}
