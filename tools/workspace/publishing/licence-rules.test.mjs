import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../lib/workspace.mjs';
import { checkLicence } from './licence-rules.mjs';

const apache = readFileSync(join(ROOT, 'LICENSE'), 'utf8');
const gpl = readFileSync(join(ROOT, 'packages/tts-espeak/LICENSE'), 'utf8');

/** @type {string} */
let root;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'licences-'));
  mkdirSync(join(root, 'sample'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** @param {string} license @param {string} [text] @param {Record<string, string>} [dependencies] */
function problemsOf(license, text, dependencies = {}) {
  if (text !== undefined) writeFileSync(join(root, 'sample/LICENSE'), text);
  const files = text === undefined ? [] : [{ path: 'LICENSE', size: 1 }];
  const manifest = {
    license,
    dependencies: Object.fromEntries(Object.keys(dependencies).map((key) => [key, '^1'])),
  };
  const packed = {
    name: 'sample',
    folder: 'sample',
    tarball: '',
    integrity: '',
    packedBytes: 1,
    files,
    manifest,
  };
  return checkLicence(packed, { root, licenceOf: (dependency) => dependencies[dependency] });
}

describe('checkLicence', () => {
  it('finds nothing wrong with the text of the licence that is named', () => {
    expect(problemsOf('Apache-2.0', apache, { free: 'MIT' })).toEqual([]);
    expect(problemsOf('GPL-3.0-or-later', gpl, { voice: 'GPL-3.0' })).toEqual([]);
  });

  it.each([
    ['no text', () => problemsOf('Apache-2.0'), 'packs no LICENSE'],
    ['another text', () => problemsOf('Apache-2.0', gpl), 'another text'],
    ['half of the text', () => problemsOf('Apache-2.0', apache.slice(0, 5000)), 'another text'],
    ['a licence that nobody agreed on', () => problemsOf('MIT', apache), 'licence MIT'],
    ['none at all', () => problemsOf(/** @type {any} */ (undefined), apache), 'licence undefined'],
    [
      'the GPL below another one',
      () => problemsOf('Apache-2.0', apache, { voice: 'GPL-3.0' }),
      'built on voice',
    ],
  ])('finds %s', (_what, find, message) => {
    expect(find()).toEqual([expect.stringContaining(message)]);
  });
});
