import { posix } from 'node:path';

/**
 * @typedef {Record<string, any>} LockEntry
 * @typedef {Record<string, LockEntry>} LockEntries
 */

/**
 * The lock file of an application outside of the workspace that installs the packed packages: everything from
 * elsewhere in the versions of the workspace's own lock file, so that npm finds it in its cache.
 *
 * @param {LockEntries} workspaceLock `packages` of the workspace's package-lock.json
 * @param {readonly { name: string, folder: string, file: string, integrity: string, manifest: Record<string, any> }[]} packed
 *   `file` is the tarball's path relative to the application
 * @param {readonly string[]} tools packages of the workspace's root that the application needs beside them
 * @returns {{ manifest: Record<string, any>, lock: Record<string, any> }}
 */
export function outsideLock(workspaceLock, packed, tools) {
  const dependencies = Object.fromEntries(packed.map(({ name, file }) => [name, `file:${file}`]));
  const root = /** @type {LockEntry} */ (workspaceLock['']);
  const devDependencies = Object.fromEntries(tools.map((name) => [name, root['devDependencies'][name]]));
  const manifest = {
    name: 'outside',
    version: '0.0.0',
    private: true,
    type: 'module',
    dependencies,
    devDependencies,
  };
  /** @type {LockEntries} */
  const packages = { '': { name: 'outside', version: '0.0.0', dependencies, devDependencies } };
  const byName = new Map(packed.map((entry) => [entry.name, entry]));

  /** @type {{ from: string, names: string[], optional: Set<string> }[]} */
  const queue = [{ from: '', names: [...tools], optional: new Set() }];
  for (const { name, folder, file, integrity, manifest: own } of packed) {
    const { version, license, bin, engines, dependencies: needs = {}, peerDependencies } = own;
    packages[`node_modules/${name}`] = {
      version,
      resolved: `file:${file}`,
      integrity,
      license,
      dependencies: needs,
      ...(bin === undefined ? {} : { bin }),
      engines,
      ...(peerDependencies === undefined ? {} : { peerDependencies }),
    };
    queue.push({ from: folder, names: Object.keys({ ...needs, ...peerDependencies }), optional: new Set() });
  }

  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    for (const name of step.names) {
      if (byName.has(name)) continue;
      const path = findEntry(workspaceLock, step.from, name);
      if (path === undefined) {
        if (step.optional.has(name)) continue;
        throw new Error(`${name}, which ${step.from || 'the application'} needs, is not in the lock file`);
      }
      const target = outsidePath(path, packed);
      if (packages[target] !== undefined) continue;
      const entry = { .../** @type {LockEntry} */ (workspaceLock[path]) };
      // Why the workspace has it says nothing about why it is here.
      for (const field of ['dev', 'peer', 'devOptional']) delete entry[field];
      packages[target] = entry;
      const optional = Object.keys(entry['optionalDependencies'] ?? {});
      const optionalPeers = Object.entries(entry['peerDependenciesMeta'] ?? {})
        .filter(([, meta]) => meta.optional === true)
        .map(([peer]) => peer);
      const peers = Object.keys(entry['peerDependencies'] ?? {}).filter(
        (peer) => !optionalPeers.includes(peer),
      );
      queue.push({
        from: path,
        names: [...Object.keys(entry['dependencies'] ?? {}), ...peers, ...optional],
        optional: new Set(optional),
      });
    }
  }
  return {
    manifest,
    lock: { name: 'outside', version: '0.0.0', lockfileVersion: 3, requires: true, packages },
  };
}

/**
 * Looks where Node would: in `node_modules` of the folder and of the folders above it.
 *
 * @param {LockEntries} lock
 * @param {string} from
 * @param {string} name
 */
function findEntry(lock, from, name) {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const path = folder === '' || folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock[path] !== undefined) return path;
    if (folder === '' || folder === '.') return undefined;
  }
}

/**
 * What lies in a package's own folder in the workspace lies in its folder in `node_modules` outside.
 *
 * @param {string} path
 * @param {readonly { name: string, folder: string }[]} packed
 */
function outsidePath(path, packed) {
  const owner = packed.find(({ folder }) => path.startsWith(`${folder}/`));
  return owner === undefined ? path : `node_modules/${owner.name}${path.slice(owner.folder.length)}`;
}
