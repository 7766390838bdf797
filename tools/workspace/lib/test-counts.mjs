import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './workspace.mjs';

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures names of what failed, with messages
 * @property {boolean} hasAborted whether a run ended without results
 */

/** @param {string} folder @param {string} suite */
const pathOf = (folder, suite) => join(ROOT, 'coverage', folder, `${suite}.json`);

/**
 * Forgets the counts of an earlier run, so that a run that ends early cannot pass with them.
 *
 * @param {string[]} folders
 * @param {string} suite
 */
export function clearCounts(folders, suite) {
  for (const folder of folders) rmSync(pathOf(folder, suite), { force: true });
}

/**
 * Adds up the counts of several packages. One that has left none counts as a failure.
 *
 * @param {string[]} folders
 * @param {string} suite
 * @returns {TestCounts}
 */
export function readCounts(folders, suite) {
  /** @type {TestCounts} */
  const total = { passed: 0, failed: 0, skipped: 0, failures: [], hasAborted: false };
  for (const folder of folders) {
    const path = pathOf(folder, suite);
    if (!existsSync(path)) {
      total.failed++;
      total.hasAborted = true;
      total.failures.push(`${folder}: no results (the run did not get to its end)`);
      continue;
    }
    /** @type {TestCounts} */
    const counts = JSON.parse(readFileSync(path, 'utf8'));
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    total.failures.push(...counts.failures.map((name) => `${folder}: ${name}`));
  }
  return total;
}
