const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '===', '!=', '!==']);
/** Nothing, one, and none: no thresholds. */
const NO_THRESHOLDS = new Set([0, 1]);

/** @param {any} node */
function numberIn(node) {
  const inner = node.type === 'UnaryExpression' && node.operator === '-' ? node.argument : node;
  return inner.type === 'Literal' && typeof inner.value === 'number' ? inner.value : undefined;
}

/**
 * What is compared with a number other than 0 and 1 is a threshold: it belongs in the schema of thresholds, or in a
 * named constant that says its unit.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const noComparedNumbers = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      number: 'Compared with {{value}}: make it a threshold of the schema, or a constant with a name.',
    },
  },
  create(context) {
    return {
      /** @param {any} node */
      BinaryExpression(node) {
        if (!COMPARISONS.has(node.operator)) return;
        for (const side of [node.left, node.right]) {
          const value = numberIn(side);
          if (value !== undefined && !NO_THRESHOLDS.has(value))
            context.report({ node: side, messageId: 'number', data: { value: String(value) } });
        }
      },
    };
  },
};
