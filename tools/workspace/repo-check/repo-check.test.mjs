import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findUndocumented } from './docstrings.mjs';
import { checkFiles } from './files.mjs';
import { checkProjects } from './projects.mjs';

/** @type {string} */
let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'repo-check-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** @param {Record<string, string>} files */
function write(files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return Object.keys(files);
}

const LOCK = { 'package-lock.json': '{ "packages": {} }' };

/** @param {Record<string, string>} files @returns {string[]} */
const fileProblems = (files) =>
  checkFiles(root, write({ ...LOCK, ...files })).flatMap(({ problems }) => problems);

describe('checkFiles', () => {
  it('finds nothing wrong in an orderly tree', () => {
    const ordinary = `import './x.js';\n// ${['~/.cache', './work/x', 'packages/home/x', '../wire/src'].join(' ')}\n`;
    expect(
      fileProblems({
        'packages/a/src/a.ts': ordinary,
        'docs/adr/0001-one.md': '',
        'docs/adr/0002-two.md': '',
      }),
    ).toEqual([]);
  });

  it.each([
    ['a registry', ['https://registry', 'npmjs.org/x'].join('.')],
    ['a private registry', ['http://registry', 'corp', 'internal:4873/'].join('.')],
    ['a home folder', ['', 'home', 'me', 'eloquence'].join('/')],
    ['the folder of root', `"${['', 'root', 'x'].join('/')}"`],
    ['a folder outside', `see ${['..', 'shared', 'X.md'].join('/')}`],
  ])('finds the name of %s', (_, text) => {
    expect(fileProblems({ 'README.md': `first\n${text}\n` })).toEqual([
      expect.stringContaining('README.md:2'),
    ]);
  });

  it('finds links of documents at the root that lead nowhere', () => {
    const text =
      '[a](a.md), [x](packages/x), [y](packages/x/y.ts), [far](https://example.com/z), [part](a.md#one)';
    expect(fileProblems({ 'a.md': text, 'packages/x/x.ts': '' })).toEqual([
      expect.stringContaining('packages/x/y.ts'),
    ]);
  });

  it('finds files that are too long, in sources only', () => {
    const long = 'x\n'.repeat(501);
    const files = {
      'packages/a/src/a.ts': long,
      'packages/a/src/b.ts': 'x\n'.repeat(500),
      'docs/a.md': long,
    };
    expect(fileProblems(files)).toEqual(['packages/a/src/a.ts has 501']);
  });

  it('finds addresses in the lock file', () => {
    const lock =
      '{ "packages": { "a": { "resolved": "https://example.test/a.tgz" }, "b": { "resolved": "packages/b", "link": true } } }';
    expect(fileProblems({ 'package-lock.json': lock })).toEqual([expect.stringContaining('1 "resolved"')]);
  });

  it.each([
    [['0001-a.md', '0003-c.md'], 1],
    [['0001-a.md', '0001-b.md'], 1],
    [['1-a.md'], 1],
    [['0002-a.md'], 1],
  ])('finds gaps and doubles in the numbers of decision records: %j', (names, count) => {
    const files = Object.fromEntries(names.map((name) => [`docs/adr/${name}`, '']));
    expect(fileProblems(files).length).toBeGreaterThanOrEqual(count);
  });
});

describe('checkProjects', () => {
  const wire = {
    folder: 'packages/wire',
    manifest: {
      name: '@eloquence/wire',
      license: 'Apache-2.0',
      type: 'module',
      exports: {},
      engines: { node: '>=20.19.0' },
      nx: { tags: ['layer:contract'] },
    },
  };
  const delivery = {
    folder: 'packages/delivery',
    manifest: {
      ...wire.manifest,
      name: '@eloquence/delivery',
      nx: { tags: ['layer:engine'] },
      dependencies: { '@eloquence/wire': '^0.1.0' },
    },
  };
  const references = (/** @type {string[]} */ ...paths) =>
    JSON.stringify({ references: paths.map((path) => ({ path })) });
  const orderly = {
    'packages/wire/README.md': '',
    'packages/wire/tsconfig.lib.json': references(),
    'packages/wire/src/index.ts': `import { readFile } from 'node:fs/promises';\nexport { a } from './a.js';\n`,
    'packages/delivery/README.md': '',
    'packages/delivery/tsconfig.lib.json': references('../wire/tsconfig.lib.json'),
    'packages/delivery/src/index.ts': `import { a } from '@eloquence/wire';\n`,
    'packages/delivery/src/index.test.ts': `import fc from 'fast-check';\n`,
  };

  /** @param {Record<string, string>} files @param {any[]} projects */
  const problemsOf = (files, projects = [wire, delivery]) => {
    write({ ...orderly, ...files });
    return checkProjects(root, projects).flatMap(({ problems }) => problems);
  };

  it('finds nothing wrong in orderly packages', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it('finds a missing reference, and one too many', () => {
    expect(problemsOf({ 'packages/delivery/tsconfig.lib.json': references() })).toEqual([
      expect.stringContaining('lacks a reference to packages/wire'),
    ]);
    const reversed = { 'packages/wire/tsconfig.lib.json': references('../delivery/tsconfig.lib.json') };
    expect(
      problemsOf({
        ...reversed,
        'packages/delivery/tsconfig.lib.json': references('../wire/tsconfig.lib.json'),
      }),
    ).toEqual([expect.stringContaining('refers to packages/delivery')]);
  });

  it.each([
    `import { x } from 'undeclared';\n`,
    `export { x } from 'undeclared/deep';\n`,
    `import {\n  x,\n} from 'undeclared';\n`,
    `const x = await import('undeclared');\n`,
    `import 'undeclared';\n`,
  ])('finds an undeclared import: %j', (code) => {
    expect(problemsOf({ 'packages/wire/src/x.ts': code })).toEqual([
      expect.stringContaining('imports undeclared'),
    ]);
  });

  it('finds missing fields and an unknown layer', () => {
    const bare = {
      folder: 'packages/wire',
      manifest: { name: '@eloquence/wire', nx: { tags: ['layer:cellar'] } },
    };
    expect(problemsOf({}, [bare])).toHaveLength(5);
  });

  it('asks for the script of real-server tests', () => {
    expect(problemsOf({ 'packages/wire/vitest.e2e.config.ts': '' })).toEqual([
      expect.stringContaining('"e2e"'),
    ]);
  });
});

describe('findUndocumented', () => {
  /** @param {string} code @returns {string[]} */
  const problemsOf = (code) => {
    write({
      'src/index.ts': "export { A, type B } from './a.js';\nexport { C } from '@other/package';\n",
      'src/a.ts': code,
    });
    return findUndocumented(root, 'src/index.ts').map((problem) => problem.replace('src/a.ts: ', ''));
  };

  it('finds exports without a docstring, and members whose name tells too little', () => {
    const code = `export class A {
  #hidden: number = 0;
  level(x: number): number { return x; }
  dispose(): void {}
}
interface Own { size: number }
export interface B {
  readonly waitMs: number;
  readonly stalls: number;
  readonly framesSent: number;
  readonly isOpen: boolean;
  readonly id: string;
  readonly own: Own | undefined;
  readonly size: number;
  readonly tone: string;
  readonly owns: readonly Own[];
}
`;
    const members = ['A.level', 'B.size', 'B.tone', 'B.owns'];
    expect(problemsOf(code).sort()).toEqual(
      [...members, 'A', 'B'].sort().map((name) => `'${name}' has no docstring`),
    );
  });

  it('takes the docstring of an interface for its token, and finds nothing where all is said', () => {
    const code = `/** Says it. */
export interface A {
  /** From 0. */
  readonly size: number;
}
export const A = 1;
/** Says it, too. */
export type B = number;
`;
    expect(problemsOf(code)).toEqual([]);
  });
});
