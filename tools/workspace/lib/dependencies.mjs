import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether `node_modules` holds what the lock file asks for, by comparing it with the record that npm keeps of what it
 * has installed. Nothing is written, and the time of a file does not matter.
 *
 * @param {string} root
 * @returns {string | undefined} what differs first; `undefined` if nothing does
 */
export function findOutdatedDependency(root) {
  const recordPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(recordPath)) return 'nothing is installed yet';
  const installed = readPackages(recordPath);
  const wanted = readPackages(join(root, 'package-lock.json'));
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || !path.includes('node_modules/')) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const found = installed[path];
    // Optional packages for other platforms are in the lock file but not on this machine.
    if (found === undefined && entry.optional !== true) return `${name} is missing`;
    if (found !== undefined && found.version !== entry.version) {
      return `${name} is ${found.version}, the lock file says ${entry.version}`;
    }
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }>}
 */
function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}
