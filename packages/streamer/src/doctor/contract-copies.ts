import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiVersion } from '@eloquence/plugin-api';
import semver from 'semver';
import type { PluginFinding } from '@eloquence/core';

const contractPackage = '@eloquence/plugin-api';

interface Copy {
  readonly directory: string;
  readonly version: string;
}

/**
 * Finds plugins that bring a copy of the contracts of their own. They work, since nothing is told by identity, but
 * cost memory; and a copy of another major version is a sign of trouble.
 */
export async function findContractCopies(
  plugins: readonly { readonly id: string; readonly file?: string | undefined }[],
): Promise<PluginFinding[]> {
  const own = await findCopy(path.dirname(fileURLToPath(import.meta.url)));
  const findings: PluginFinding[] = [];
  for (const { id, file } of plugins) {
    if (file === undefined) continue;
    const copy = await findCopy(path.dirname(await realpath(file).catch(() => file)));
    if (copy === undefined || copy.directory === own?.directory) continue;
    const isSkewed = semver.major(copy.version) !== semver.major(apiVersion);
    findings.push({
      pluginId: id,
      severity: isSkewed ? 'warning' : 'note',
      code: 'PLUGIN_DUPLICATE',
      message: `It uses a second copy of ${contractPackage}: ${copy.version} in ${copy.directory}, the host has ${apiVersion}.`,
      hint: `Make ${contractPackage} a peer dependency of the plugin, or remove duplicates from the installation.`,
      file,
    });
  }
  return findings;
}

/** The copy that an import from `directory` would find. */
async function findCopy(directory: string): Promise<Copy | undefined> {
  for (let folder = directory; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', contractPackage);
    try {
      const json = JSON.parse(await readFile(path.join(candidate, 'package.json'), 'utf8')) as {
        version?: unknown;
      };
      const version = semver.valid(String(json.version));
      if (version !== null) return { directory: await realpath(candidate), version };
    } catch {
      // Not here: Node looks further up as well.
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}
