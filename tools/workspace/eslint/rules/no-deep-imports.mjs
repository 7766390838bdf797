import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { importsOf } from './imports-of.mjs';

/**
 * A package is entered by its `exports` alone: neither by a path into it nor by a relative path out of another.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const noDeepImports = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      deep: '"{{specifier}}" is not among the exports of {{name}}; import "{{name}}".',
      outside: '"{{specifier}}" leads out of {{folder}}; import the other package by its name.',
    },
  },
  create(context) {
    const file = context.filename;
    const [group, project] = relative(context.cwd, file).split(sep);
    const folder = `${group}/${project}`;
    return importsOf((specifier, node) => {
      if (specifier.startsWith('.')) {
        const target = relative(join(context.cwd, folder), resolve(dirname(file), specifier));
        if (['packages', 'apps', 'tools'].includes(group ?? '') && target.startsWith('..')) {
          context.report({ node, messageId: 'outside', data: { specifier, folder } });
        }
        return;
      }
      const match = /^(@eloquence\/[^/]+)\/(.+)$/.exec(specifier);
      if (match === null) return;
      const [, name, subpath] = /** @type {[string, string, string]} */ (/** @type {unknown} */ (match));
      if (!exportedPaths(name, context.cwd).includes(`./${subpath}`)) {
        context.report({ node, messageId: 'deep', data: { specifier, name } });
      }
    });
  },
};

/** @type {Map<string, string[]>} */
const known = new Map();

/**
 * @param {string} name
 * @param {string} cwd
 */
function exportedPaths(name, cwd) {
  let paths = known.get(name);
  if (paths === undefined) {
    try {
      const manifest = createRequire(join(cwd, 'package.json')).resolve(`${name}/package.json`);
      paths = Object.keys(JSON.parse(readFileSync(manifest, 'utf8')).exports ?? {});
    } catch {
      // An unknown package exports nothing.
      paths = [];
    }
    known.set(name, paths);
  }
  return paths;
}
