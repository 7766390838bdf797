/**
 * Every constructor parameter of an `@injectable` (or `@singleton`, `@scoped`) class carries `@inject` or a relative.
 * Without it tsyringe falls back to emitted types, which esbuild and interfaces do not have, and hands in `undefined`.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const injectedParameters = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { missing: 'Parameter "{{name}}" of an injectable class needs @inject(Token).' },
  },
  create(context) {
    /** @param {any} node */
    const checkClass = (node) => {
      if (!hasDecorator(node, ['injectable', 'singleton', 'scoped'])) return;
      const constructor = node.body.body.find(
        (/** @type {any} */ member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
      );
      for (const parameter of constructor?.value.params ?? []) {
        if (hasDecorator(parameter, ['inject', 'injectAll', 'injectWithTransform', 'injectAllWithTransform']))
          continue;
        const target = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
        const name = target.left?.name ?? target.name ?? '…';
        context.report({ node: parameter, messageId: 'missing', data: { name } });
      }
    };
    return { ClassDeclaration: checkClass, ClassExpression: checkClass };
  },
};

/**
 * @param {any} node
 * @param {string[]} names
 */
function hasDecorator(node, names) {
  return (node.decorators ?? []).some((/** @type {any} */ decorator) => {
    const expression =
      decorator.expression.type === 'CallExpression' ? decorator.expression.callee : decorator.expression;
    return expression.type === 'Identifier' && names.includes(expression.name);
  });
}
