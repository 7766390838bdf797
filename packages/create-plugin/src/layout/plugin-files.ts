import type { PluginKind } from '../kinds/plugin-kind.js';
import type { PluginNames } from '../plugin-names.js';

/** Content of files by their path in the plugin's folder, with forward slashes. */
export type FileMap = ReadonlyMap<string, string>;

/** What is known when a plugin is rendered. */
export interface PluginPlan {
  readonly names: PluginNames;
  readonly kind: PluginKind;
  /** Who holds the copyright. */
  readonly author: string;
  readonly year: number;
}

/** The sources, which are the same in every layout but for the test framework. */
export function sourceFiles(plan: PluginPlan, framework: 'node:test' | 'vitest'): [string, string][] {
  const { kind, names } = plan;
  return [
    [`src/${kind.exportOf(names).file}.ts`, kind.codeOf(names)],
    ['src/plugin.ts', pluginCode(plan)],
    ['src/contract.test.ts', contractTest(plan, framework)],
  ];
}

function pluginCode({ kind, names }: PluginPlan): string {
  const { name, file } = kind.exportOf(names);
  const parts = [kind.point, ...(kind.usesLog ? ['log'] : []), 'subscriptions'].sort().join(', ');
  const registration = `${kind.point}.register('${kind.idOf(names)}', ${kind.registrationOf(names)})`;
  return `import { definePlugin } from '@eloquence/plugin-api';
import { ${name} } from './${file}.js';

export default definePlugin({
  activate({ ${parts} }) {
    subscriptions.add(${registration});
  },
});
`;
}

function contractTest({ kind, names }: PluginPlan, framework: string): string {
  const { name, file } = kind.exportOf(names);
  const { kit, imports = [], names: others = [], body } = kind.testOf(names);
  const fromNode = [`import { createRequire } from 'node:module';`];
  const fromPackages = [
    `import type { PluginManifest } from '@eloquence/plugin-api';`,
    `import { ${[kit, 'describePlugin'].sort().join(', ')} } from '@eloquence/plugin-contracts';`,
  ];
  const ofFramework = `import { describe, it } from '${framework}';`;
  (framework.startsWith('node:') ? fromNode : fromPackages).push(ofFramework);
  for (const line of imports) (line.includes(`'node:`) ? fromNode : fromPackages).push(line);
  return `${[...fromNode, ...mergeImports(fromPackages)].join('\n')}
import { ${[...others, name].join(', ')} } from './${file}.js';
import plugin from './plugin.js';

const manifest = createRequire(import.meta.url)('../package.json') as PluginManifest;

const framework = { describe, it };

describePlugin(framework, { plugin, manifest });
${body}
`;
}

const byName = (a: string, b: string): number => (a.replace('type ', '') < b.replace('type ', '') ? -1 : 1);

/** Sorted by package; a type and a value of one package share a line. */
function mergeImports(lines: readonly string[]): string[] {
  const byPackage = new Map<string, string[]>();
  for (const line of lines) {
    const [, isType, names, from] = /^import (type )?\{ (.*) \} from '(.*)';$/.exec(line)!;
    const marked = names!.split(', ').map((name) => (isType ? `type ${name}` : name));
    byPackage.set(from!, [...(byPackage.get(from!) ?? []), ...marked].sort(byName));
  }
  return [...byPackage]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, names]) =>
      names.every((name) => name.startsWith('type '))
        ? `import type { ${names.map((name) => name.slice(5)).join(', ')} } from '${from}';`
        : `import { ${names.join(', ')} } from '${from}';`,
    );
}
