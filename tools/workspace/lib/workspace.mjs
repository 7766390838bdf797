import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's root folder. */
export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Folders that hold one package per subfolder. */
const GROUPS = ['packages', 'apps', 'tools'];

/** Folders that no stamp looks into: they are made, not written. */
const MADE = new Set(['node_modules', 'dist', 'out-tsc', 'coverage']);

/**
 * @typedef {object} Project
 * @property {string} folder relative to the root, with forward slashes
 * @property {Record<string, any>} manifest its package.json
 */

/** @returns {Project[]} every package of the workspace, in a stable order */
export function readProjects() {
  return GROUPS.flatMap((group) => {
    const folder = join(ROOT, group);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .filter((name) => existsSync(join(folder, name, 'package.json')))
      .map((name) => ({
        folder: `${group}/${name}`,
        manifest: JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')),
      }));
  });
}

/**
 * Digest over name, size and time of change of every file that a build reads; fast, because it reads none of them.
 *
 * @returns {string}
 */
export function sourceStamp() {
  const hash = createHash('sha256');
  const root = ['package.json', 'package-lock.json', 'nx.json', 'tsconfig.base.json', 'tsconfig.json'];
  for (const name of root) addFile(hash, join(ROOT, name));
  for (const { folder } of readProjects()) addFolder(hash, join(ROOT, folder));
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} folder
 */
function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (entry.isDirectory()) {
      if (!MADE.has(entry.name)) addFolder(hash, join(folder, entry.name));
    } else if (entry.isFile()) addFile(hash, join(folder, entry.name));
  }
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addFile(hash, path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  hash.update(`${path}\0${stat?.size ?? -1}\0${stat?.mtimeMs ?? 0}\n`);
}

/**
 * Digest over the content of files; those that do not exist count as empty.
 *
 * @param {string[]} paths relative to the root
 */
export function contentDigest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`${path}\0`);
    if (existsSync(join(ROOT, path))) hash.update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex').slice(0, 16);
}
