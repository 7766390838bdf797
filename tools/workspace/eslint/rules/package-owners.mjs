import { relative, sep } from 'node:path';
import { importsOf } from './imports-of.mjs';

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
