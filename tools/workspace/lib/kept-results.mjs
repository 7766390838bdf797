import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, sourceStamp } from './workspace.mjs';

/** Variables that decide which server the tests speak to. */
const VARIABLES = ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'CI'];

/** @param {string} folder */
const pathOf = (folder) => join(ROOT, '.cache', 'server-tests', `${folder.replaceAll('/', '_')}.json`);

/** What a result depends on: every file of the workspace, the version of Node, and the server. */
export function resultKey() {
  const hash = createHash('sha256').update(sourceStamp()).update(process.version);
  for (const name of VARIABLES) hash.update(`${name}=${process.env[name] ?? ''}\n`);
  return hash.digest('hex');
}

/**
 * Brings back the counts of an earlier run under the same key in which everything passed.
 *
 * @param {string} folder
 * @param {string} key
 * @returns {boolean} whether there was one
 */
export function restoreResult(folder, key) {
  if (!existsSync(pathOf(folder))) return false;
  const kept = JSON.parse(readFileSync(pathOf(folder), 'utf8'));
  if (kept.key !== key) return false;
  const target = countsPath(folder);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(kept.counts));
  return true;
}

/**
 * Keeps the counts of a run in which everything passed; forgets the earlier ones otherwise.
 *
 * @param {string} folder
 * @param {string} key
 * @param {boolean} hasPassed
 */
export function keepResult(folder, key, hasPassed) {
  rmSync(pathOf(folder), { force: true });
  if (!hasPassed || !existsSync(countsPath(folder))) return;
  const counts = JSON.parse(readFileSync(countsPath(folder), 'utf8'));
  if (counts.failed > 0) return;
  mkdirSync(dirname(pathOf(folder)), { recursive: true });
  writeFileSync(pathOf(folder), JSON.stringify({ key, counts }));
}

/** @param {string} folder */
const countsPath = (folder) => join(ROOT, 'coverage', folder, 'e2e.json');
