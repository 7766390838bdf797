import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { StepError } from './step-printer.mjs';
import { readProjects } from './workspace.mjs';

/**
 * @typedef {object} PackedPackage
 * @property {string} name
 * @property {string} folder relative to the root
 * @property {string} tarball absolute path
 * @property {string} integrity
 * @property {number} packedBytes
 * @property {{ path: string, size: number }[]} files
 * @property {Record<string, any>} manifest its package.json
 */

/** @returns {import('./workspace.mjs').Project[]} every package that can be published */
export function publishableProjects() {
  return readProjects().filter(({ manifest }) => manifest['private'] !== true);
}

/**
 * Packs every package that can be published, as it is built now.
 *
 * @param {string} folder where the tarballs go
 * @returns {Promise<PackedPackage[]>}
 */
export async function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const projects = publishableProjects();
  const listPath = join(folder, 'packed.json');
  const names = projects.flatMap(({ manifest }) => ['-w', String(manifest['name'])]);
  const { exitCode, output } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder, ...names],
    // The list of all files of all packages: a line for each, three for its size and mode.
    { timeoutMs: 120_000, maxOutputChars: 16 << 20 },
  );
  if (exitCode !== 0) throw new StepError(`npm pack failed.\n${output.slice(-2000)}`);
  const start = output.search(/^[[{]/m);
  writeFileSync(listPath, output.slice(start));
  const parsed = JSON.parse(readFileSync(listPath, 'utf8'));
  /** @type {any[]} */
  const entries = Array.isArray(parsed) ? parsed : Object.values(parsed);
  return projects.map(({ folder: projectFolder, manifest }) => {
    const entry = entries.find(({ name }) => name === manifest['name']);
    if (entry === undefined) throw new StepError(`npm pack made no tarball of ${manifest['name']}.`);
    return {
      name: entry.name,
      folder: projectFolder,
      tarball: join(folder, entry.filename.replace('@', '').replace('/', '-')),
      integrity: entry.integrity,
      packedBytes: entry.size,
      files: entry.files.map((/** @type {any} */ file) => ({ path: file.path, size: file.size })),
      manifest,
    };
  });
}
