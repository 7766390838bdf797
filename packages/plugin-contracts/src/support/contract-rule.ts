import type { TestFramework } from './test-framework.js';

/** One promise of a contract: its wording, and a check that throws when a subject breaks it. */
export interface ContractRule<Subject> {
  readonly title: string;
  check(subject: Subject): void | Promise<void>;
}

/** Declares one test for each rule. */
export function describeRules<Subject>(
  framework: TestFramework,
  title: string,
  rules: readonly ContractRule<Subject>[],
  subject: Subject,
): void {
  framework.describe(title, () => {
    for (const rule of rules) framework.it(rule.title, () => rule.check(subject));
  });
}
