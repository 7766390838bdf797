import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const MAX_MESSAGE_LINES = 6;

/**
 * Vitest reporter that writes how many tests passed, failed and were skipped to
 * `coverage/<folder of the package>/<suite>.json`. That folder is an output of Nx's `test` target, so that the counts
 * come back with a result out of the cache.
 */
export default class CountReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<import('vitest/node').SerializedError>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    /** @type {string[]} */
    const failures = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed++;
        else if (state === 'failed')
          failures.push(describe(`${module.relativeModuleId} > ${test.fullName}`, test.result().errors));
        else counts.skipped++;
      }
      // A file that cannot be loaded, or a suite's hook that throws, fails without a failed test.
      const suiteErrors = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
      if (module.errors().length > 0) failures.push(describe(module.relativeModuleId, module.errors()));
      for (const suite of suiteErrors) {
        failures.push(describe(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors()));
      }
    }
    for (const error of unhandledErrors) failures.push(describe('an error outside of every test', [error]));
    counts.failed = failures.length;
    const project = relative(ROOT, process.cwd()).split(sep).join('/');
    const suite = process.env['ELOQUENCE_SUITE'] ?? 'unit';
    const path = join(ROOT, 'coverage', project, `${suite}.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...counts, failures }, null, 2)}\n`);
  }
}

/**
 * Name of what failed, with the first error and the place it came from.
 *
 * @param {string} name
 * @param {ReadonlyArray<{ message: string, stacks?: ReadonlyArray<{ file: string, line: number }> }> | undefined} errors
 */
function describe(name, errors) {
  const error = errors?.[0];
  if (error === undefined) return name;
  const message = stripVTControlCharacters(error.message)
    .split('\n')
    .slice(0, MAX_MESSAGE_LINES)
    .join('\n      ');
  const place = error.stacks?.find(({ file }) => !file.includes('node_modules'));
  const where = place === undefined ? '' : ` (${relative(ROOT, place.file)}:${place.line})`;
  return `${name}${where}\n      ${message}`;
}
