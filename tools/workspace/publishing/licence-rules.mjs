import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/workspace.mjs';

/** Licences that packages of this workspace may have, and words that only their texts contain. */
const TEXTS = new Map([
  ['Apache-2.0', /^\s+Apache License\n\s+Version 2\.0, January 2004\n[^]*END OF TERMS AND CONDITIONS/],
  [
    'GPL-3.0-or-later',
    /^\s+GNU GENERAL PUBLIC LICENSE\n\s+Version 3, 29 June 2007\n[^]*END OF TERMS AND CONDITIONS/,
  ],
]);

/**
 * What is wrong with the licence of a packed package: the text must be in the tarball and be that of the licence which
 * package.json names, and what is built on a library under the GPL is under the GPL, too.
 *
 * @param {import('../lib/pack.mjs').PackedPackage} packed
 * @param {{ root?: string, licenceOf?: (dependency: string, folder: string) => unknown }} [workspace]
 * @returns {string[]}
 */
export function checkLicence(
  { name, folder, files, manifest },
  { root = ROOT, licenceOf = installedLicence } = {},
) {
  const licence = String(manifest['license']);
  const wanted = TEXTS.get(licence);
  if (wanted === undefined)
    return [`${name} has the licence ${licence}, not one of ${[...TEXTS.keys()].join(', ')}`];
  const problems = Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] })
    // Packages of this workspace say for themselves what they are under.
    .filter((dependency) => !dependency.startsWith('@eloquence/'))
    .filter(
      (dependency) => /^A?GPL/.test(String(licenceOf(dependency, folder))) && !licence.startsWith('GPL'),
    )
    .map((dependency) => `${name} is under ${licence}, but built on ${dependency}, which is under the GPL`);
  if (!files.some(({ path }) => path === 'LICENSE'))
    return [...problems, `${name} packs no LICENSE: put the text of ${licence} into ${folder}`];
  if (!wanted.test(readFileSync(join(root, folder, 'LICENSE'), 'utf8')))
    problems.push(`${name} is under ${licence}, but its LICENSE is another text`);
  return problems;
}

/** @param {string} dependency @param {string} folder of the package that depends on it @returns {unknown} */
function installedLicence(dependency, folder) {
  const places = [join(ROOT, folder), ROOT].map((place) =>
    join(place, 'node_modules', dependency, 'package.json'),
  );
  const path = places.find((place) => existsSync(place));
  return path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8')).license;
}
