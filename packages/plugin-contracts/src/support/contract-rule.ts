/** The two functions that a kit needs of a test framework: those of vitest and of node:test both fit. */
export interface TestFramework {
  describe(name: string, define: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
}

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

/** What became of one declared test. */
export interface RuleResult {
  readonly title: string;
  readonly error: unknown;
}

/**
 * Runs a kit outside of any test framework and returns what failed. Kits are proven with it: each rule must reject a
 * subject that breaks it.
 */
export async function failuresOf(declare: (framework: TestFramework) => void): Promise<RuleResult[]> {
  const tests: { title: string; body: () => void | Promise<void> }[] = [];
  declare({
    describe: (_, define) => define(),
    it: (title, body) => tests.push({ title, body }),
  });
  const failures: RuleResult[] = [];
  for (const { title, body } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push({ title, error });
    }
  }
  return failures;
}
