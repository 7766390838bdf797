import { eventNames } from './rules/event-names.mjs';
import { noComparedNumbers } from './rules/no-compared-numbers.mjs';
import { noDeepImports } from './rules/no-deep-imports.mjs';
import { noTopLevelEffects } from './rules/no-top-level-effects.mjs';
import { packageOwnersRule } from './rules/package-owners.mjs';

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
