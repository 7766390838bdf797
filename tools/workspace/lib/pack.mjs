import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';
import { StepError } from './step-printer.mjs';
import { contentDigest, readProjects, ROOT } from './workspace.mjs';

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

/**
 * Names a state of the packed packages and of the programs that check them. npm packs the same files to the same
 * bytes, so that a check of an unchanged state can be left out.
 *
 * @param {readonly PackedPackage[]} packed
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
