#!/usr/bin/env node
// Writes packages/streamer/src/plugins.generated.ts from the manifests of the packages that streamer depends on.
// With --check it writes nothing and fails where the file is not up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = join(root, 'packages/streamer/src/plugins.generated.ts');
/** @param {string} path @returns {Record<string, any>} */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const { dependencies } = readJson(join(root, 'packages/streamer/package.json'));
const manifests = Object.keys(dependencies)
  .filter((name) => name.startsWith('@eloquence/'))
  .map((name) => readJson(join(root, 'packages', name.slice('@eloquence/'.length), 'package.json')))
  .filter((manifest) => manifest.keywords?.includes('eloquence-plugin'))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Settings are described in the manifest; what checks them needs no descriptions. @param {unknown} schema @returns {unknown} */
const withoutDescriptions = (schema) =>
  JSON.parse(
    JSON.stringify(schema, (key, value) =>
      key === 'description' && typeof value === 'string' ? undefined : value,
    ),
  );

const entries = manifests.map(
  ({ name, version, engines, contributes, pluginDependencies, enabledApiProposals }) => {
    const manifest = {
      name,
      version,
      engines: { eloquence: engines.eloquence },
      contributes: contributes.configuration
        ? { ...contributes, configuration: withoutDescriptions(contributes.configuration) }
        : contributes,
      pluginDependencies,
      enabledApiProposals,
    };
    return `{ manifest: ${JSON.stringify(manifest)}, load: () => import('${name}/plugin') },`;
  },
);
const source = `// Generated from the manifests of this package's plugins by tools/workspace/plugin-registry.mjs. Do not edit.
import type { PluginDescriptor } from '@eloquence/plugin-api';

/** The plugins that this package depends on, with their manifests; their code loads when needed. */
export const generatedPlugins: readonly PluginDescriptor[] = [${entries.join('\n')}];
`;
const text = await format(source, { ...(await resolveConfig(target)), parser: 'typescript' });
const isCheck = process.argv.includes('--check');
let current = '';
try {
  current = readFileSync(target, 'utf8');
} catch {
  // Not there yet.
}
if (current === text) process.exit(0);
if (isCheck) {
  console.error(
    `${target.slice(root.length + 1)} is not up to date: run node tools/workspace/plugin-registry.mjs`,
  );
  process.exit(1);
}
writeFileSync(target, text);
