import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOutdatedDependency } from './dependencies.mjs';

describe('findOutdatedDependency', () => {
  /** @type {string} */
  let root;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dependencies-'));
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({
        packages: {
          '': { version: '0.0.0' },
          'packages/a': { version: '1.0.0' },
          'node_modules/x': { version: '1.2.3' },
          'node_modules/@y/darwin': { version: '1.0.0', optional: true },
        },
      }),
    );
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** @param {Record<string, unknown>} packages */
  const install = (packages) =>
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));

  it('says so when nothing is installed', () => {
    expect(findOutdatedDependency(root)).toBe('nothing is installed yet');
  });

  it('is content with what the lock file asks for, without packages of other platforms', () => {
    install({ 'node_modules/x': { version: '1.2.3' } });
    expect(findOutdatedDependency(root)).toBeUndefined();
  });

  it('names a package that is missing or has another version', () => {
    install({});
    expect(findOutdatedDependency(root)).toBe('x is missing');
    install({ 'node_modules/x': { version: '1.2.2' } });
    expect(findOutdatedDependency(root)).toBe('x is 1.2.2, the lock file says 1.2.3');
  });
});
