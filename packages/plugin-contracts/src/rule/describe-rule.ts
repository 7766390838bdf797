import assert from 'node:assert/strict';
import { deepFreeze } from '@eloquence/base';
import {
  type Adjustment,
  type ControlRule,
  type Limit,
  type LinkState,
  type ProbeOpinion,
  type RuleMemory,
  limitDirections,
  linkQualities,
} from '@eloquence/plugin-api';
import { someConditions } from '../forecaster/sample-links.js';
import { someInput, someSettings, variedLinks } from '../policy/sample-inputs.js';
import { callTimeP95Ms } from '../support/call-limits.js';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';

/** What is to be checked against the contract of rules. */
export interface RuleSubject {
  readonly name: string;
  createRule(): ControlRule;
  /** Labels with which the rule has something to say, if it needs any. */
  readonly labels?: Readonly<Record<string, string>>;
}

const callLimitMs = 1;
const memoryLimitBytes = 1024;
const reports = 300;

type Opinion = (Limit & Adjustment & ProbeOpinion) | undefined;

/** Asks a rule of any kind about a link, or about none. */
function ask(
  rule: ControlRule,
  labels: Readonly<Record<string, string>>,
  link: LinkState | undefined,
  memory: RuleMemory = {},
): Opinion {
  const { nowMs, profiles, config, request } = someInput();
  const common = deepFreeze({
    ...{ profiles, config, memory, link, request: { ...request, labels } },
    ...{ nowMs: link?.atMs ?? nowMs, links: link === undefined ? [] : [link], quality: 'good' as const },
  });
  switch (rule.kind) {
    case 'limit':
      return rule.limit({ ...common, isRise: false });
    case 'adjustment':
      return rule.adjust({ ...common, settings: someSettings, forecasts: {}, events: [] }) as Opinion;
    case 'probe':
      return rule.probe(common) as Opinion;
  }
}

function askAll(subject: RuleSubject, rule = subject.createRule()): Opinion[] {
  const labels = subject.labels ?? {};
  const links = [undefined, ...variedLinks.map((link) => someConditions(link))];
  return links.flatMap((link) => [ask(rule, {}, link), ask(rule, labels, link)]);
}

/** The rule on one link for a minute, given its memory back. */
function askOverTime(subject: RuleSubject, rule: ControlRule): Opinion[] {
  const opinions: Opinion[] = [];
  let memory: RuleMemory = {};
  for (let report = 1; report <= reports; report++) {
    const change = variedLinks[Math.floor(report / 50) % variedLinks.length];
    const link = someConditions({ ...change, atMs: 200 * report, reports: report });
    const opinion = ask(rule, subject.labels ?? {}, link, memory);
    memory = opinion?.memory ?? memory;
    opinions.push(opinion);
  }
  return opinions;
}

export const ruleRules: readonly ContractRule<RuleSubject>[] = [
  {
    title: 'is of a kind that there is, with its function',
    check(subject) {
      const rule = subject.createRule() as { readonly kind: unknown };
      const call = { limit: 'limit', adjustment: 'adjust', probe: 'probe' }[String(rule.kind)];
      assert.ok(call !== undefined, `its kind is '${String(rule.kind)}'`);
      assert.equal(typeof (rule as unknown as Record<string, unknown>)[call], 'function');
    },
  },
  {
    title: 'says nothing, or something that can be acted on, and why',
    check(subject) {
      for (const opinion of askAll(subject).filter((one) => one !== undefined)) {
        const { quality, settings, reason, request } = opinion;
        for (const field of Object.keys(limitDirections).filter((name) => name !== 'quality')) {
          const value = (opinion as unknown as Readonly<Record<string, unknown>>)[field];
          assert.ok(
            value === undefined || (typeof value === 'number' && value >= 0),
            `${field}: ${String(value)}`,
          );
        }
        assert.ok(quality === undefined || linkQualities.includes(quality), `quality ${String(quality)}`);
        if (quality !== undefined || settings !== undefined) assert.match(String(reason ?? ''), /\S/);
        if (settings !== undefined)
          assert.deepEqual(Object.keys(settings).sort(), Object.keys(someSettings).sort());
        if (request !== undefined)
          assert.ok(request.intervalMs >= 0 && request.count >= 0, 'a probe request');
      }
    },
  },
  {
    title: 'depends on its input alone: not on what it was asked before, and without writing into it',
    check(subject) {
      const seasoned = subject.createRule();
      askAll(subject, seasoned);
      assert.deepEqual(askAll(subject, seasoned), askAll(subject));
    },
  },
  {
    title: `keeps its memory below ${memoryLimitBytes} bytes of plain JSON`,
    check(subject) {
      for (const opinion of askOverTime(subject, subject.createRule())) {
        if (opinion?.memory === undefined) continue;
        const text = JSON.stringify(opinion.memory);
        assert.ok(text.length <= memoryLimitBytes, `${text.length} bytes`);
        assert.deepEqual(JSON.parse(text), opinion.memory);
      }
    },
  },
  {
    title: `answers within ${callLimitMs} ms`,
    check(subject) {
      const rule = subject.createRule();
      const links = variedLinks.map((link) => someConditions(link));
      const p95Ms = callTimeP95Ms(400, (index) => ask(rule, {}, links[index % links.length]));
      assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(2)} ms`);
    },
  },
];

/** Declares the tests that every contribution to `rules` must pass. */
export function describeRule(framework: TestFramework, subject: RuleSubject): void {
  describeRules(framework, `rule contract: ${subject.name}`, ruleRules, subject);
}
