/** Statements that only declare something. */
const DECLARATIONS = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportDefaultDeclaration',
  'VariableDeclaration',
  'FunctionDeclaration',
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSDeclareFunction',
  'EmptyStatement',
]);

/**
 * Importing a module does nothing but define: no statement at the top level acts, no module is imported for its
 * effect (except `allowImports`), and nothing is re-exported wholesale.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const noTopLevelEffects = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { allowImports: { type: 'array', items: { type: 'string' } } },
        additionalProperties: false,
      },
    ],
    messages: {
      statement: 'A module must not act when it is imported; put this into a function that is called.',
      bareImport: 'Import for effect: export a function that does it, and call that.',
      exportAll: 'Name what is exported instead of `export *`.',
      topLevelAwait: 'A module must not wait when it is imported.',
    },
  },
  create(context) {
    /** @type {string[]} */
    const allowed = context.options[0]?.allowImports ?? [];
    return {
      Program(node) {
        for (const statement of node.body) {
          if (statement.type === 'ExportAllDeclaration') {
            // `export * as name` is one named export.
            if (statement.exported === null) context.report({ node: statement, messageId: 'exportAll' });
          } else if (statement.type === 'ImportDeclaration') {
            const isBare =
              statement.specifiers.length === 0 &&
              context.sourceCode.getText(statement).startsWith("import '");
            if (isBare && !allowed.includes(String(statement.source.value))) {
              context.report({ node: statement, messageId: 'bareImport' });
            }
          } else if (!DECLARATIONS.has(statement.type)) {
            context.report({ node: statement, messageId: 'statement' });
          }
        }
      },
      'Program > VariableDeclaration > VariableDeclarator > AwaitExpression'(/** @type {any} */ node) {
        context.report({ node, messageId: 'topLevelAwait' });
      },
      'Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > AwaitExpression'(
        /** @type {any} */ node,
      ) {
        context.report({ node, messageId: 'topLevelAwait' });
      },
    };
  },
};
