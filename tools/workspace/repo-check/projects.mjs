import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {import('../lib/workspace.mjs').Project} Project
 * @typedef {{ rule: string, problems: string[] }} RuleResult
 */

const LAYERS = [
  ...['contract', 'base', 'link', 'engine', 'kernel', 'plugin', 'receiver', 'facade', 'compat', 'testbed'],
  ...['app', 'tool'],
];

/** @type {Record<string, (project: Project, root: string, all: Project[]) => string[]>} */
const RULES = {
  'has a README.md': ({ folder }, root) =>
    existsSync(join(root, folder, 'README.md')) ? [] : ['is missing'],
  'states its licence': ({ manifest }) => (typeof manifest['license'] === 'string' ? [] : ['no "license"']),
  'has exports': ({ manifest }) => (typeof manifest['exports'] === 'object' ? [] : ['no "exports"']),
  'has one layer': ({ manifest }) => {
    const tags = /** @type {string[]} */ (manifest['nx']?.tags ?? []).filter((tag) =>
      tag.startsWith('layer:'),
    );
    const isKnown = tags.length === 1 && LAYERS.includes(String(tags[0]).slice('layer:'.length));
    return isKnown ? [] : [`"nx.tags" has ${JSON.stringify(tags)}, not one of ${LAYERS.join(', ')}`];
  },
  'is an ES module for Node 20.19': ({ manifest }) => [
    ...(manifest['type'] === 'module' ? [] : ['"type" is not "module"']),
    ...(manifest['engines']?.node === '>=20.19.0' ? [] : ['"engines.node" is not ">=20.19.0"']),
  ],
  'references what it depends on': checkReferences,
  'declares what it imports': checkImports,
  'can run its real-server tests': ({ folder, manifest }, root) => {
    if (!existsSync(join(root, folder, 'vitest.e2e.config.ts'))) return [];
    return manifest['scripts']?.e2e === 'vitest run -c vitest.e2e.config.ts'
      ? []
      : ['vitest.e2e.config.ts needs the script "e2e": "vitest run -c vitest.e2e.config.ts"'];
  },
};

/**
 * @param {string} root
 * @param {Project[]} projects
 * @returns {RuleResult[]}
 */
export function checkProjects(root, projects) {
  return Object.entries(RULES).map(([rule, check]) => ({
    rule: `each package ${rule}`,
    problems: projects.flatMap((project) =>
      check(project, root, projects).map((text) => `${project.folder}: ${text}`),
    ),
  }));
}

/** @param {Project} project @param {string} root @param {Project[]} all */
function checkReferences({ folder, manifest }, root, all) {
  const path = join(root, folder, 'tsconfig.lib.json');
  if (!existsSync(path)) return [];
  /** @type {{ references?: { path: string }[] }} */
  const config = JSON.parse(readFileSync(path, 'utf8'));
  const present = (config.references ?? []).map((reference) => posix.join(folder, reference.path)).sort();
  const wanted = all
    .filter(({ manifest: other }) => Object.hasOwn(shippedDependencies(manifest), other['name']))
    .map((project) => `${project.folder}/tsconfig.lib.json`)
    .sort();
  return [
    ...wanted
      .filter((path) => !present.includes(path))
      .map((path) => `tsconfig.lib.json lacks a reference to ${path}`),
    ...present
      .filter((path) => !wanted.includes(path))
      .map((path) => `tsconfig.lib.json refers to ${path}, package.json does not`),
  ];
}

/** @param {Project} project @param {string} root */
function checkImports({ folder, manifest }, root) {
  const source = join(root, folder, 'src');
  if (!existsSync(source)) return [];
  const declared = new Set([...Object.keys(shippedDependencies(manifest)), manifest['name']]);
  const problems = new Set();
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name) || /\.(test|test-d|bench)\.ts$/.test(name) || /(^|\/)testing\//.test(name))
      continue;
    // The compiler's scanner: it is not misled by imports inside the text of a template.
    const { importedFiles } = ts.preProcessFile(readFileSync(join(source, name), 'utf8'), true, true);
    for (const { fileName: specifier } of importedFiles) {
      if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier))
        continue;
      const packageName = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      if (!declared.has(packageName))
        problems.add(`src/${name} imports ${packageName}, which package.json does not name`);
    }
  }
  return [...problems];
}

/** @param {Record<string, any>} manifest @returns {Record<string, string>} */
function shippedDependencies(manifest) {
  return {
    ...manifest['dependencies'],
    ...manifest['peerDependencies'],
    ...manifest['optionalDependencies'],
  };
}
