import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that no user of a package needs. */
const UNWANTED = [
  /\.(test|test-d|bench)\./,
  /(^|\/)testing\//,
  /\.tsbuildinfo$/,
  /(^|\/)(out-tsc|coverage|node_modules|etc)\//,
  /(^|\/)(tsconfig.*\.json|vitest.*\.config\.ts)$/,
  /(^|\/)\.(?!npmignore)/,
];

/** Fields that every published package has. */
const FIELDS = ['name', 'version', 'description', 'license', 'keywords', 'exports', 'files', 'engines'];

/**
 * What is wrong with the files and the metadata of a packed package.
 *
 * @param {import('../lib/pack.mjs').PackedPackage} packed
 * @returns {string[]}
 */
export function checkFiles({ name, files, manifest }) {
  const paths = new Set(files.map(({ path }) => path));
  const problems = [...paths]
    .filter((path) => UNWANTED.some((pattern) => pattern.test(path)))
    .map((path) => `${name} packs ${path}`);
  for (const target of [...targetsOf(manifest['exports']), ...targetsOf(manifest['bin'] ?? {})])
    if (!paths.has(target)) problems.push(`${name} does not pack ${target}, which its package.json names`);
  if (!paths.has('README.md')) problems.push(`${name} has no README.md`);
  for (const field of FIELDS) if (manifest[field] === undefined) problems.push(`${name} has no "${field}"`);
  return problems;
}

/** @param {unknown} value @returns {string[]} the files that exports or bins lead to, without patterns */
function targetsOf(value) {
  if (typeof value === 'string') return value.includes('*') ? [] : [value.replace(/^\.\//, '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}

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
