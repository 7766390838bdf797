import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/**
 * Vitest reporter that writes how many tests passed, failed and were skipped to
 * `coverage/<folder of the package>/<suite>.json`. That folder is an output of Nx's `test` target, so that the counts
 * come back with a result out of the cache.
 */
export default class CountReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    /** @type {string[]} */
    const failures = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed++;
        else if (state === 'failed') failures.push(`${module.relativeModuleId} > ${test.fullName}`);
        else counts.skipped++;
      }
      // A file that cannot be loaded, or a suite's hook that throws, fails without a failed test.
      const suiteErrors = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
      if (module.errors().length > 0) failures.push(module.relativeModuleId);
      for (const suite of suiteErrors) failures.push(`${module.relativeModuleId} > ${suite.fullName}`);
    }
    for (let i = 0; i < unhandledErrors.length; i++) failures.push('an error outside of every test');
    counts.failed = failures.length;
    const project = relative(ROOT, process.cwd()).split(sep).join('/');
    const suite = process.env['ELOQUENCE_SUITE'] ?? 'unit';
    const path = join(ROOT, 'coverage', project, `${suite}.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...counts, failures }, null, 2)}\n`);
  }
}
