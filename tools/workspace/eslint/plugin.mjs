import { eventNames } from './rules/event-names.mjs';
import { noDeepImports, packageOwnersRule } from './rules/imports.mjs';
import { noComparedNumbers } from './rules/no-compared-numbers.mjs';
import { noTopLevelEffects } from './rules/no-top-level-effects.mjs';

/** Lint rules for what this workspace's architecture asks and no other plugin knows. */
export const eloquencePlugin = {
  meta: { name: '@eloquence/workspace', version: '0.1.0' },
  rules: {
    'event-names': eventNames,
    'no-compared-numbers': noComparedNumbers,
    'no-deep-imports': noDeepImports,
    'no-top-level-effects': noTopLevelEffects,
    'package-owners': packageOwnersRule,
  },
};
