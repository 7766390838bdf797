import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentDigest, ROOT } from './workspace.mjs';

/**
 * Names a state of the packed packages and of the programs that check them. npm packs the same files to the same
 * bytes, so that a check of an unchanged state can be left out.
 *
 * @param {readonly import('./pack.mjs').PackedPackage[]} packed
 * @param {readonly string[]} programs paths relative to the root
 */
export function packDigest(packed, programs) {
  const hash = createHash('sha256')
    .update(contentDigest([...programs, 'package-lock.json']))
    .update(process.version);
  for (const { name, integrity } of packed) hash.update(`${name} ${integrity}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} check @param {string} digest what passed in this state, if it did */
export function readPassed(check, digest) {
  const path = pathOf(check);
  if (!existsSync(path)) return undefined;
  /** @type {{ digest: string, remark: string }} */
  const kept = JSON.parse(readFileSync(path, 'utf8'));
  return kept.digest === digest ? kept.remark : undefined;
}

/** @param {string} check @param {string} digest @param {string} remark */
export function keepPassed(check, digest, remark) {
  mkdirSync(dirname(pathOf(check)), { recursive: true });
  writeFileSync(pathOf(check), JSON.stringify({ digest, remark }));
}

/** @param {string} check */
const pathOf = (check) => join(ROOT, '.cache', 'checks', `${check}.json`);
