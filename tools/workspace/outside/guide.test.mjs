import { describe, expect, it } from 'vitest';
import { readBlocks, readGuide } from './guide.mjs';

describe('readBlocks', () => {
  it('finds the code, with its file and its place', () => {
    const text =
      '# One\n\n```ts\n// examples/a.ts\nconst a = 1;\n```\n\n```sh\nnpm test\n```\n\n```ts\n// src/b.ts\n```\n';
    expect(readBlocks('one.md', text)).toEqual([
      { document: 'one.md', line: 3, path: 'examples/a.ts', code: 'const a = 1;\n' },
      { document: 'one.md', line: 12, path: 'src/b.ts', code: '' },
    ]);
  });

  it('refuses code that no test could run', () => {
    expect(() => readBlocks('one.md', '```ts\nconst a = 1;\n```\n')).toThrow('one.md:1');
  });
});

describe('the guide', () => {
  it('has one example of each name', () => {
    const examples = readGuide()
      .map(({ path }) => path)
      .filter((path) => path.startsWith('examples/'));
    expect(new Set(examples).size).toBe(examples.length);
    expect(examples.length).toBeGreaterThan(10);
  });
});
