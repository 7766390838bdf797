/** `event` is what an emitter calls its own. */
const EVENT_NAME = /^(on(Did|Will)[A-Z]|event$)/;

/**
 * Public members of type `Event<…>` are called `onDid…` (it has happened) or `onWill…` (it is about to).
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const eventNames = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { name: 'The event "{{name}}" must be called onDid… or onWill….' },
  },
  create(context) {
    /** @param {any} node */
    const check = (node) => {
      const type = (node.typeAnnotation ?? node.value?.returnType)?.typeAnnotation;
      // The DOM's `Event` has no type argument.
      if (
        type?.type !== 'TSTypeReference' ||
        type.typeName.name !== 'Event' ||
        type.typeArguments?.params.length !== 1
      )
        return;
      if (node.accessibility === 'private' || node.accessibility === 'protected') return;
      if (node.key.type !== 'Identifier' || node.computed || EVENT_NAME.test(node.key.name)) return;
      context.report({ node: node.key, messageId: 'name', data: { name: node.key.name } });
    };
    return {
      PropertyDefinition: check,
      TSAbstractPropertyDefinition: check,
      TSPropertySignature: check,
      'MethodDefinition[kind="get"]': check,
    };
  },
};
