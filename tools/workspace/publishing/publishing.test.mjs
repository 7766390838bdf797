import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFiles, checkSizes } from './file-rules.mjs';
import { runPublint, runTypeCheck } from './package-linters.mjs';

/** @type {string} */
let folder;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'publishing-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = {
  name: 'sample',
  version: '1.0.0',
  description: 'A sample',
  license: 'Apache-2.0',
  type: 'module',
  keywords: ['sample'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist'],
  engines: { node: '>=20.19.0' },
};
const sources = {
  'README.md': '# sample\n',
  'dist/index.js': 'export const one = 1;\n',
  'dist/index.d.ts': 'export declare const one: number;\n',
};

/** @param {Record<string, unknown>} [fields] @param {Record<string, string>} [files] */
function pack(fields = {}, files = sources) {
  const root = mkdtempSync(join(folder, 'package-'));
  const all = { ...files, 'package.json': JSON.stringify({ ...manifest, ...fields }) };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return packed(fields, Object.keys(all), join(root, 'sample-1.0.0.tgz'));
}

/** @param {Record<string, unknown>} fields @param {string[]} paths @param {string} [tarball] */
function packed(fields = {}, paths = Object.keys(sources), tarball = '') {
  const files = paths.map((path) => ({ path, size: 1 }));
  const measures = { integrity: '', packedBytes: 4200 };
  return { name: 'sample', folder: '', tarball, files, manifest: { ...manifest, ...fields }, ...measures };
}

describe('checkFiles', () => {
  it('finds nothing wrong with an orderly package', () => {
    expect(checkFiles(packed())).toEqual([]);
  });

  it.each([
    'dist/index.test.js',
    'src/testing/rig.ts',
    'dist/tsconfig.lib.tsbuildinfo',
    'etc/sample.api.md',
    'tsconfig.json',
    '.env',
  ])('finds %s in a package', (path) => {
    expect(checkFiles(packed({}, [...Object.keys(sources), path]))).toEqual([`sample packs ${path}`]);
  });

  it('finds what is named and missing', () => {
    const problems = checkFiles(
      packed({ bin: { sample: './dist/main.js' }, keywords: undefined }, ['dist/index.js']),
    );
    expect(problems).toEqual([
      expect.stringContaining('dist/index.d.ts'),
      expect.stringContaining('dist/main.js'),
      expect.stringContaining('README.md'),
      expect.stringContaining('"keywords"'),
    ]);
  });
});

describe('checkSizes', () => {
  it('finds packages beyond their budget, without one, and budgets without package', () => {
    expect(checkSizes([packed()], { sample: 5 })).toEqual([]);
    expect(checkSizes([packed()], { sample: 4 })).toEqual(['sample has 5 kB, its budget is 4 kB']);
    expect(checkSizes([packed()], {})).toHaveLength(1);
    expect(checkSizes([packed()], { sample: 5, gone: 1 })).toHaveLength(1);
  });
});

describe('the linters of packages', () => {
  it('find nothing wrong with an orderly package', async () => {
    const orderly = pack();
    expect([...(await runPublint(orderly)), ...(await runTypeCheck(orderly))]).toEqual([]);
  });

  it('find an export that leads nowhere', async () => {
    const broken = pack({ exports: { '.': { types: './dist/index.d.ts', default: './dist/gone.js' } } });
    expect((await runPublint(broken)).join()).toContain('gone.js');
  });

  it('find types that refer to a file that is not there', async () => {
    const broken = pack({}, { ...sources, 'dist/index.d.ts': "export { one } from './gone.js';\n" });
    expect((await runTypeCheck(broken)).length).toBeGreaterThan(0);
  });

  it('find a package without types', async () => {
    const broken = pack(
      { exports: './dist/index.js' },
      { 'README.md': '', 'dist/index.js': sources['dist/index.js'] },
    );
    expect((await runTypeCheck(broken)).length).toBeGreaterThan(0);
  });
});
