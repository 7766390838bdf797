import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../lib/workspace.mjs';

describe('CountReporter', () => {
  /** @type {string} */
  let folder;
  let results = '';

  beforeAll(() => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.cache', 'count-'));
    results = join(ROOT, 'coverage', folder.slice(ROOT.length + 1));
    const files = {
      'mixed.test.mjs': `import { it, expect } from 'vitest'; it('a', () => {}); it('b', () => {}); it.skip('c', () => {}); it('d', () => expect(1).toBe(2));`,
      'broken.test.mjs': `throw new Error('cannot be loaded');`,
      'hook.test.mjs': `import { describe, it, beforeAll } from 'vitest'; describe('s', () => { beforeAll(() => { throw new Error('hook'); }); it('e', () => {}); });`,
      'vitest.config.mjs': `export default { test: { include: ['*.test.mjs'] } };`,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(results, { recursive: true, force: true });
  });

  it('counts tests, and failures that are none of a test', () => {
    const reporter = join(ROOT, 'tools/workspace/vitest/count-reporter.mjs');
    const { status } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', `--reporter=${reporter}`],
      {
        cwd: folder,
        timeout: 50_000,
      },
    );
    expect(status).toBe(1);
    expect(existsSync(join(results, 'unit.json'))).toBe(true);
    const counts = JSON.parse(readFileSync(join(results, 'unit.json'), 'utf8'));
    expect(counts).toMatchObject({ passed: 2, failed: 3, skipped: 2 });
    const names = counts.failures.map((/** @type {string} */ text) => text.split('\n')[0]);
    expect(names).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^broken\.test\.mjs/),
        expect.stringMatching(/^mixed\.test\.mjs > d \(.*mixed\.test\.mjs:1\)$/),
        expect.stringMatching(/^hook\.test\.mjs > s/),
      ]),
    );
    expect(counts.failures.join('\n')).toContain('cannot be loaded');
  });
});
