import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Node resolution modes that the packages are for: ES modules, and bundlers. CommonJS can load them by `import()`.
 */
const IGNORED_RESOLUTIONS = new Set(['node10', 'node16-cjs']);
/** Findings about what is meant so: packages are ES modules only. */
const IGNORED_KINDS = new Set(['CJSResolvesToESM']);

/**
 * publint, on the tarball as it would be published.
 *
 * @param {import('../lib/pack.mjs').PackedPackage} packed
 * @returns {Promise<string[]>}
 */
export async function runPublint({ name, tarball }) {
  const bytes = readFileSync(tarball);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg = {} } = await publint({ pack: { tarball: data }, strict: true });
  return messages.map((message) => `publint: ${name}: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * are-the-types-wrong, profile "ESM only", on the tarball.
 *
 * @param {import('../lib/pack.mjs').PackedPackage} packed
 * @returns {Promise<string[]>}
 */
export async function runTypeCheck({ name, tarball }) {
  const { checkPackage, createPackageFromTarballData } = await loadTypeChecker();
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (result.types === false) return [`types: ${name} has no types`];
  return result.problems
    .filter(
      (/** @type {any} */ { kind, resolutionKind }) =>
        !IGNORED_KINDS.has(kind) && !IGNORED_RESOLUTIONS.has(resolutionKind),
    )
    .filter((/** @type {any} */ { entrypoint }) => !isPlainFile(String(entrypoint)))
    .map(
      (/** @type {any} */ { kind, entrypoint, resolutionKind }) =>
        `types: ${name}: ${kind} at ${entrypoint ?? '.'}${resolutionKind === undefined ? '' : ` (${resolutionKind})`}`,
    );
}

/** Data, and scripts that browsers load by their address: nobody imports them. @param {string} entrypoint */
const isPlainFile = (entrypoint) => /\.(json|js)$/.test(entrypoint);

/** The library below the command: started for every package, the command would take seconds each time. */
async function loadTypeChecker() {
  const require = createRequire(import.meta.url);
  const fromCommand = createRequire(require.resolve('@arethetypeswrong/cli/package.json'));
  return import(pathToFileURL(fromCommand.resolve('@arethetypeswrong/core')).href);
}
