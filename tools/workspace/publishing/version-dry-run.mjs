import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runNode } from '../lib/run.mjs';
import { readProjects, ROOT } from '../lib/workspace.mjs';

/**
 * What `changeset version` would do, tried on a copy: nothing here is changed, and no Git history is needed.
 *
 * @returns {Promise<{ problems: string[], releases: string[] }>} `releases` has one `name@version` for each package
 */
export async function tryVersions() {
  const copy = mkdtempSync(join(tmpdir(), 'changesets-'));
  try {
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    cpSync(join(ROOT, '.changeset'), join(copy, '.changeset'), { recursive: true });
    const config = join(copy, '.changeset/config.json');
    // Changelogs are made by a module that the copy has not.
    writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), changelog: false }));
    const projects = readProjects();
    for (const { folder } of projects) {
      mkdirSync(join(copy, folder), { recursive: true });
      cpSync(join(ROOT, folder, 'package.json'), join(copy, folder, 'package.json'));
    }
    const waiting = readdirSync(join(copy, '.changeset')).filter(isChangeset).length;
    const { exitCode, output } = await runNode('@changesets/cli/bin.js', ['version'], {
      cwd: copy,
      timeoutMs: 60_000,
    });
    if (exitCode !== 0)
      return { problems: [`changeset version failed:\n${lastLines(output)}`], releases: [] };
    const left = readdirSync(join(copy, '.changeset')).filter(isChangeset);
    const problems = left.map((name) => `.changeset/${name} was not used`);
    const releases = projects.flatMap(({ folder, manifest }) => {
      /** @type {Record<string, any>} */
      const after = JSON.parse(readFileSync(join(copy, folder, 'package.json'), 'utf8'));
      return after['version'] === manifest['version'] ? [] : [`${manifest['name']}@${after['version']}`];
    });
    if (waiting > 0 && releases.length === 0) problems.push('the changesets lead to no release');
    return { problems, releases };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @param {string} name */
const isChangeset = (name) => name.endsWith('.md') && name !== 'README.md' && dirname(name) === '.';

/** @param {string} output */
const lastLines = (output) =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('npm warn'))
    .slice(-10)
    .join('\n');
