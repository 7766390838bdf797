import assert from 'node:assert/strict';
import { deepFreeze } from '@eloquence/base';
import type { ControlDecision, ControlInput, ControlPolicy, NamedRule } from '@eloquence/plugin-api';
import { poorLink, someConditions } from '../forecaster/sample-links.js';
import { callTimeP95Ms } from '../support/call-limits.js';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { groupOn, someInput, someProfile, someProfiles, steadyLink, variedInputs } from './sample-inputs.js';

/** What is to be checked against the contract of policies. */
export interface PolicySubject {
  readonly name: string;
  createPolicy(): ControlPolicy;
  /** Rules that the policy is given; none if absent. */
  readonly rules?: readonly NamedRule[];
}

const callLimitMs = 2;
const memoryLimitBytes = 1024;
/** After this time on a steady link the profile must have settled, ms. */
const settleMs = 120_000;
const watchMs = 900_000;
const reportIntervalMs = 200;

const decide = ({ rules = [] }: PolicySubject, policy: ControlPolicy, input: ControlInput): ControlDecision =>
  policy.decide(input, rules);

export const policyRules: readonly ContractRule<PolicySubject>[] = [
  {
    title: 'chooses one of the profiles that there are, for at least one group',
    check(subject) {
      const policy = subject.createPolicy();
      const lonely = [someProfile('MY_ONLY_PROFILE', 20_000)];
      const groups = [groupOn('MY_ONLY_PROFILE', lonely)];
      const few = variedInputs().map((input) => deepFreeze({ ...input, profiles: lonely, groups }));
      for (const input of [...variedInputs(), ...few]) {
        const decided = decide(subject, policy, input).groups;
        assert.ok(decided.length > 0, 'no group');
        for (const { profileId } of decided)
          assert.ok(
            input.profiles.some(({ id }) => id === profileId),
            `chooses '${profileId}'`,
          );
      }
    },
  },
  {
    title: 'says why: a rule and a sentence',
    check(subject) {
      const policy = subject.createPolicy();
      for (const input of variedInputs())
        for (const { reason, rule } of decide(subject, policy, input).groups) {
          assert.match(reason, /\S/);
          assert.match(rule, /\S/);
        }
    },
  },
  {
    title: 'depends on its input alone: not on what it was asked before, and without writing into it',
    check(subject) {
      const seasoned = subject.createPolicy();
      for (const input of variedInputs()) decide(subject, seasoned, input);
      for (const input of [...variedInputs()].reverse()) {
        const expected = decide(subject, subject.createPolicy(), input);
        assert.deepEqual(decide(subject, seasoned, input), expected);
      }
    },
  },
  {
    title: 'copes with nobody listening, with no utterance, and with a memory that is not its own',
    check(subject) {
      const policy = subject.createPolicy();
      const idle = { ...someInput().request, phase: 'idle' as const };
      const foreign = { policy: { of: 'another', count: -1, is: true } };
      for (const change of [{ links: [] }, { request: idle }, { memory: foreign }])
        for (const { profileId } of decide(subject, policy, someInput(change)).groups)
          assert.ok(
            someProfiles.some(({ id }) => id === profileId),
            `chooses '${profileId}'`,
          );
    },
  },
  {
    title: `keeps each part of its memory below ${memoryLimitBytes} bytes of plain JSON`,
    check(subject) {
      const decisions = run(subject, [
        { link: {}, forMs: 120_000 },
        { link: poorLink, forMs: 120_000 },
      ]);
      for (const { memory } of decisions)
        for (const part of Object.values(memory)) {
          const text = JSON.stringify(part);
          assert.ok(text.length <= memoryLimitBytes, `${text.length} bytes`);
          assert.deepEqual(JSON.parse(text), part);
        }
    },
  },
  {
    title: 'replays: a log of inputs, read back from JSON, gives the same decisions',
    check(subject) {
      const log: string[] = [];
      const phases = [
        { link: {}, forMs: 20_000 },
        { link: poorLink, forMs: 20_000 },
        { link: {}, forMs: 20_000 },
      ];
      const decisions = run(subject, phases, (input) => log.push(JSON.stringify(input)));
      const policy = subject.createPolicy();
      const again = log.map((text) => decide(subject, policy, deepFreeze(JSON.parse(text) as ControlInput)));
      assert.deepEqual(again, decisions);
    },
  },
  {
    title: 'settles on a steady link, good or poor, and stays there',
    check(subject) {
      for (const link of [{}, poorLink]) {
        const phases = [{ link, forMs: settleMs + watchMs }];
        const later = run(subject, phases).slice(settleMs / reportIntervalMs);
        const chosen = new Set(later.map(({ groups }) => groups.map(({ profileId }) => profileId).join()));
        assert.equal(chosen.size, 1, `goes between ${[...chosen].join(', ')}`);
      }
    },
  },
  {
    title: 'does not go up in bit rate while the link is out',
    check(subject) {
      const policy = subject.createPolicy();
      const rateOf = (wanted: string): number =>
        someProfiles.find(({ id }) => id === wanted)!.settings.codec.bitrateBps;
      for (const { id } of someProfiles) {
        const links = [someConditions({ ...poorLink, isOutage: true, reportAgeMs: 5000 })];
        const { groups } = decide(subject, policy, someInput({ groups: [groupOn(id)], links }));
        for (const { profileId } of groups)
          assert.ok(rateOf(profileId) <= rateOf(id), `from '${id}' to '${profileId}'`);
      }
    },
  },
  {
    title: `decides within ${callLimitMs} ms`,
    check(subject) {
      const policy = subject.createPolicy();
      const inputs = variedInputs();
      const p95Ms = callTimeP95Ms(400, (index) => decide(subject, policy, inputs[index % inputs.length]!));
      assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(1)} ms`);
    },
  },
];

/** Goes through links one after the other, handing back the memory and applying each decision. */
function run(
  subject: PolicySubject,
  phases: readonly { readonly link: Parameters<typeof steadyLink>[0]; readonly forMs: number }[],
  onInput: (input: ControlInput) => void = () => undefined,
): ControlDecision[] {
  const policy = subject.createPolicy();
  const decisions: ControlDecision[] = [];
  let nowMs = 0;
  for (const [index, { link, forMs }] of phases.entries()) {
    const inputAt = steadyLink(link, index);
    for (const endMs = nowMs + forMs; nowMs < endMs; nowMs += reportIntervalMs) {
      const { memory, groups } = decisions.at(-1) ?? {};
      const input = deepFreeze({
        ...inputAt(nowMs),
        ...(memory === undefined ? {} : { memory }),
        ...(groups === undefined ? {} : { groups }),
      });
      onInput(input);
      decisions.push(decide(subject, policy, input));
    }
  }
  return decisions;
}

/** Declares the tests that every contribution to `policies` must pass. */
export function describePolicy(framework: TestFramework, subject: PolicySubject): void {
  describeRules(framework, `policy contract: ${subject.name}`, policyRules, subject);
}
