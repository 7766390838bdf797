/**
 * Calls `visit` for every way in which a file can name another module: static and dynamic imports, re-exports, types
 * written as `import('x')`, and `require`.
 *
 * @param {(specifier: string, node: import('estree').Node) => void} visit
 * @returns {import('eslint').Rule.RuleListener}
 */
export function importsOf(visit) {
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
