import type { TestFramework } from './test-framework.js';

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
