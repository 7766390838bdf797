import { describe, expect, it } from 'vitest';
import { outsideLock } from './outside-lock.mjs';

const own = {
  name: '@eloquence/wire',
  folder: 'packages/wire',
  file: 'tarballs/wire.tgz',
  integrity: 'sha512-wire',
  manifest: { version: '0.1.0', dependencies: { tiny: '^1.0.0', '@eloquence/api': '^1.0.0' } },
};
const api = {
  name: '@eloquence/api',
  folder: 'packages/api',
  file: 'tarballs/api.tgz',
  integrity: 'sha512-api',
  manifest: { version: '1.0.0' },
};
/** @type {Record<string, any>} */
const lock = {
  '': { devDependencies: { typescript: '6.0.3', unused: '1.0.0' } },
  'node_modules/@eloquence/wire': { resolved: 'packages/wire', link: true },
  'node_modules/typescript': { version: '6.0.3', integrity: 'sha512-ts', dev: true },
  'node_modules/unused': { version: '1.0.0', integrity: 'sha512-unused', dev: true },
  'node_modules/tiny': { version: '2.0.0', integrity: 'sha512-tiny2' },
  'packages/wire/node_modules/tiny': {
    version: '1.0.0',
    integrity: 'sha512-tiny1',
    dependencies: { deep: '*' },
  },
  'node_modules/deep': {
    version: '3.0.0',
    integrity: 'sha512-deep',
    optionalDependencies: { 'for-windows': '*' },
  },
};

describe('outsideLock', () => {
  const { manifest, lock: outside } = outsideLock(lock, [own, api], ['typescript']);

  it('installs tarballs where the workspace has links', () => {
    expect(outside.packages['node_modules/@eloquence/wire']).toMatchObject({
      version: '0.1.0',
      resolved: 'file:tarballs/wire.tgz',
      integrity: 'sha512-wire',
    });
    expect(manifest.dependencies).toEqual({
      '@eloquence/wire': 'file:tarballs/wire.tgz',
      '@eloquence/api': 'file:tarballs/api.tgz',
    });
  });

  it('takes what they need in the versions of the workspace, nested where it is nested there', () => {
    expect(outside.packages['node_modules/@eloquence/wire/node_modules/tiny'].version).toBe('1.0.0');
    expect(outside.packages['node_modules/deep'].version).toBe('3.0.0');
    expect(outside.packages['node_modules/tiny']).toBeUndefined();
  });

  it('takes the tools that are asked for and nothing else', () => {
    expect(outside.packages['node_modules/typescript']).toEqual({ version: '6.0.3', integrity: 'sha512-ts' });
    expect(outside.packages['node_modules/unused']).toBeUndefined();
  });

  it('says what is missing in the lock file, unless it is optional', () => {
    const needy = { ...api, manifest: { version: '1.0.0', dependencies: { absent: '*' } } };
    expect(() => outsideLock(lock, [own, needy], [])).toThrow('absent, which packages/api needs');
    expect(outside.packages['node_modules/for-windows']).toBeUndefined();
  });
});
