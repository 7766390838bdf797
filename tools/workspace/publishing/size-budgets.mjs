import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns {Record<string, number>} kB that the tarball of each package may have */
export function readBudgets() {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'size-budgets.json'), 'utf8'));
}

/**
 * @param {readonly import('../lib/pack.mjs').PackedPackage[]} packed
 * @param {Record<string, number>} budgets
 * @returns {string[]}
 */
export function checkSizes(packed, budgets) {
  const problems = packed.flatMap(({ name, packedBytes }) => {
    const budget = budgets[name];
    const kilobytes = Math.ceil(packedBytes / 1000);
    if (budget === undefined) return [`${name} has no size budget (it has ${kilobytes} kB)`];
    return kilobytes > budget ? [`${name} has ${kilobytes} kB, its budget is ${budget} kB`] : [];
  });
  const names = new Set(packed.map(({ name }) => name));
  for (const name of Object.keys(budgets))
    if (!names.has(name)) problems.push(`there is a size budget for ${name}, which is not published`);
  return problems;
}
