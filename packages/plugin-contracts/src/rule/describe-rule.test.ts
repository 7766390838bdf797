import type { ControlRule, Limit, LimitInput } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeRule, ruleRules } from './describe-rule.js';

/** A right rule: at most fair while the connection is metered. */
function limitRightly({ link, request }: LimitInput): Limit | undefined {
  const isMetered = [request.labels, link?.attributes].some((said) => said?.['network'] === 'metered');
  return isMetered ? { quality: 'fair', reason: 'the connection is metered' } : undefined;
}

type Ask = (input: LimitInput, call: number) => Limit | undefined;

const broken: Readonly<Record<string, Ask | ControlRule>> = {
  'is of a kind': { kind: 'wish', limit: limitRightly } as unknown as ControlRule,
  'can be acted on': (input) => ({ ...limitRightly(input), quality: 'so-so' }) as unknown as Limit,
  'on its input alone': (input, call) => (call % 3 === 0 ? limitRightly(input) : undefined),
  'keeps its memory': ({ memory, nowMs }) => ({
    reason: 'remembers',
    memory: { log: `${JSON.stringify(memory['log'] ?? '')}|${nowMs}` },
  }),
  'answers within': (input) => {
    const untilMs = performance.now() + 2;
    while (performance.now() < untilMs);
    return limitRightly(input);
  },
};

function subjectOf(rule: Ask | ControlRule) {
  return {
    name: 'under test',
    labels: { network: 'metered' },
    createRule(): ControlRule {
      if (typeof rule !== 'function') return rule;
      let calls = 0;
      return { kind: 'limit', limit: (input) => rule(input, calls++) };
    },
  };
}

describe('describeRule', () => {
  it('finds nothing wrong with a right rule', async () => {
    const failures = await failuresOf((framework) => describeRule(framework, subjectOf(limitRightly)));
    expect(failures).toEqual([]);
  });

  it('has a broken rule for each demand', () => {
    for (const { title } of ruleRules)
      expect(Object.keys(broken).filter((words) => title.includes(words))).toHaveLength(1);
    expect(Object.keys(broken)).toHaveLength(ruleRules.length);
  });

  it.each(Object.keys(broken))('rejects a rule that breaks "%s"', async (words) => {
    const demand = ruleRules.find(({ title }) => title.includes(words))!;
    await expect(Promise.resolve().then(() => demand.check(subjectOf(broken[words]!)))).rejects.toThrow();
  });
});
