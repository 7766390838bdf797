import type { NamedRule } from '@eloquence/plugin-api';
import { builtinRules } from '../builtin-rules.js';

/** The built-in rules in the order in which a session asks them. */
export const orderedRules: readonly NamedRule[] = Object.entries(builtinRules)
  .map(([id, rule]) => ({ id, rule }))
  .sort((a, b) => (a.rule.order ?? 0) - (b.rule.order ?? 0));
