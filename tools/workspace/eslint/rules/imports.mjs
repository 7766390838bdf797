import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * Calls `visit` for every way in which a file can name another module: static and dynamic imports, re-exports, types
 * written as `import('x')`, and `require`.
 *
 * @param {(specifier: string, node: import('estree').Node) => void} visit
 * @returns {import('eslint').Rule.RuleListener}
 */
function importsOf(visit) {
  /** @param {any} node */
  const literal = (node) => {
    if (node?.type === 'Literal' && typeof node.value === 'string') visit(node.value, node);
  };
  return {
    ImportDeclaration: (node) => literal(node.source),
    ExportNamedDeclaration: (node) => literal(node.source),
    ExportAllDeclaration: (node) => literal(node.source),
    ImportExpression: (node) => literal(node.source),
    /** @param {any} node */
    TSImportType: (node) => literal(node.source ?? node.argument?.literal),
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require') literal(node.arguments[0]);
    },
  };
}

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

/**
 * Only the owners of a package may import it, in whatever way, types and tests included.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const packageOwnersRule = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            packages: { type: 'array', items: { type: 'string' } },
            folders: { type: 'array', items: { type: 'string' } },
          },
          required: ['packages', 'folders'],
          additionalProperties: false,
        },
      },
    ],
    messages: { foreign: '"{{name}}" may be imported in {{folders}} only; use what those export.' },
  },
  create(context) {
    /** @type {{ packages: string[], folders: string[] }[]} */
    const owners = context.options[0] ?? [];
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    return importsOf((specifier, node) => {
      for (const { packages, folders } of owners) {
        const name = packages.find((owned) => specifier === owned || specifier.startsWith(`${owned}/`));
        if (name === undefined || folders.some((folder) => file.startsWith(folder))) continue;
        context.report({ node, messageId: 'foreign', data: { name, folders: folders.join(', ') } });
      }
    });
  },
};
