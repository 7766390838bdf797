import assert from 'node:assert/strict';
import { deepFreeze } from '@eloquence/base';
import type { ProfileSelector, Selection, SelectionInput } from '@eloquence/plugin-api';
import { poorLink } from '../forecaster/sample-links.js';
import { callTimeP95Ms } from '../support/call-times.js';
import { type ContractRule, describeRules } from '../support/contract-rule.js';
import type { TestFramework } from '../support/test-framework.js';
import { outlookOf, someInput, someProfiles, steadyLink, variedInputs } from './sample-inputs.js';

/** What is to be checked against the selector contract. */
export interface SelectorSubject {
  readonly name: string;
  createSelector(): ProfileSelector;
}

const callLimitMs = 2;
const memoryLimitBytes = 4096;
/** After this time on a steady link the profile must have settled, ms. */
const settleMs = 120_000;
const watchMs = 900_000;
const reportIntervalMs = 200;

export const selectorRules: readonly ContractRule<SelectorSubject>[] = [
  {
    title: 'chooses one of the profiles that there are',
    check(subject) {
      const selector = subject.createSelector();
      const lonely = [{ id: 'MY_ONLY_PROFILE', bitrateBps: 20_000 }];
      const few = variedInputs().map((input) => ({
        ...input,
        profiles: lonely,
        currentProfileId: 'MY_ONLY_PROFILE',
      }));
      for (const input of [...variedInputs(), ...few]) {
        const { profileId } = selector.select(input);
        assert.ok(
          input.profiles.some(({ id }) => id === profileId),
          `chooses '${profileId}'`,
        );
      }
    },
  },
  {
    title: 'chooses the pinned profile, whatever the conditions are',
    check(subject) {
      const selector = subject.createSelector();
      for (const input of variedInputs())
        for (const { id } of someProfiles)
          assert.equal(selector.select({ ...input, pinnedProfileId: id }).profileId, id);
    },
  },
  {
    title: 'says why: a rule, a sentence, and a priority from 0 to 3',
    check(subject) {
      const selector = subject.createSelector();
      for (const input of variedInputs()) {
        const { reason, rule, priority } = selector.select(input);
        assert.match(reason, /\S/);
        assert.match(rule, /\S/);
        assert.ok(Number.isInteger(priority) && priority >= 0 && priority <= 3, `priority ${priority}`);
      }
    },
  },
  {
    title: 'depends on its input alone: not on what it was asked before, and without writing into it',
    check(subject) {
      const seasoned = subject.createSelector();
      for (const input of variedInputs()) seasoned.select(input);
      for (const input of [...variedInputs()].reverse()) {
        const expected = subject.createSelector().select(input);
        assert.deepEqual(seasoned.select(input), expected);
      }
    },
  },
  {
    title: 'copes with nobody listening, with no forecast, and with a memory that is not its own',
    check(subject) {
      const selector = subject.createSelector();
      const empty = selector.select(someInput({ receivers: [] }));
      const foreign = selector.select(
        someInput({ memory: deepFreeze({ of: 'another', count: -1, is: true }) }),
      );
      for (const { profileId } of [empty, foreign])
        assert.ok(
          someProfiles.some(({ id }) => id === profileId),
          `chooses '${profileId}'`,
        );
    },
  },
  {
    title: `keeps its memory below ${memoryLimitBytes} bytes of plain JSON`,
    check(subject) {
      const selections = run(subject.createSelector(), [
        { link: {}, forMs: 120_000 },
        { link: poorLink, forMs: 120_000 },
      ]);
      for (const { memory } of selections) {
        const text = JSON.stringify(memory);
        assert.ok(text.length <= memoryLimitBytes, `${text.length} bytes`);
        assert.deepEqual(JSON.parse(text), memory);
      }
    },
  },
  {
    title: 'replays: a log of inputs, read back from JSON, gives the same selections',
    check(subject) {
      const log: string[] = [];
      const phases = [
        { link: {}, forMs: 20_000 },
        { link: poorLink, forMs: 20_000 },
        { link: {}, forMs: 20_000 },
      ];
      const selections = run(subject.createSelector(), phases, (input) => log.push(JSON.stringify(input)));
      const selector = subject.createSelector();
      const again = log.map((text) => selector.select(deepFreeze(JSON.parse(text) as SelectionInput)));
      assert.deepEqual(again, selections);
    },
  },
  {
    title: 'settles on a steady link, good or poor, and stays there',
    check(subject) {
      for (const link of [{}, poorLink]) {
        const phases = [{ link, forMs: settleMs + watchMs }];
        const later = run(subject.createSelector(), phases).slice(settleMs / reportIntervalMs);
        const chosen = new Set(later.map(({ profileId }) => profileId));
        assert.equal(chosen.size, 1, `goes between ${[...chosen].join(', ')}`);
      }
    },
  },
  {
    title: 'does not go up in bit rate while the link is out',
    check(subject) {
      const selector = subject.createSelector();
      const rateOf = (wanted: string): number => someProfiles.find(({ id }) => id === wanted)!.bitrateBps;
      for (const { id } of someProfiles) {
        const receivers = [outlookOf({ ...poorLink, isOutage: true, reportAgeMs: 5000 })];
        const { profileId } = selector.select(someInput({ currentProfileId: id, receivers, leadMs: 0 }));
        assert.ok(rateOf(profileId) <= rateOf(id), `from '${id}' to '${profileId}'`);
      }
    },
  },
  {
    title: `decides within ${callLimitMs} ms`,
    check(subject) {
      const selector = subject.createSelector();
      const inputs = variedInputs();
      const p95Ms = callTimeP95Ms(400, (index) => selector.select(inputs[index % inputs.length]!));
      assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(1)} ms`);
    },
  },
];

/** Goes through links one after the other, handing back the memory and applying each selection. */
function run(
  selector: ProfileSelector,
  phases: readonly { readonly link: Parameters<typeof steadyLink>[0]; readonly forMs: number }[],
  onInput: (input: SelectionInput) => void = () => undefined,
): Selection[] {
  const selections: Selection[] = [];
  let atMs = 0;
  for (const [index, { link, forMs }] of phases.entries()) {
    const inputAt = steadyLink(link, index);
    for (const endMs = atMs + forMs; atMs < endMs; atMs += reportIntervalMs) {
      const last = selections[selections.length - 1];
      const input = deepFreeze({
        ...inputAt(atMs),
        ...(last === undefined ? {} : { memory: last.memory, currentProfileId: last.profileId }),
      });
      onInput(input);
      selections.push(selector.select(input));
    }
  }
  return selections;
}

/** Declares the tests that every contribution to `selectors` must pass. */
export function describeSelector(framework: TestFramework, subject: SelectorSubject): void {
  describeRules(framework, `selector contract: ${subject.name}`, selectorRules, subject);
}
