import assert from 'node:assert/strict';
import type { Profile } from '@eloquence/plugin-api';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';

/** What is to be checked against the profile contract. */
export interface ProfileSubject {
  /** The id that the manifest announces. */
  readonly id: string;
  readonly profile: Profile;
}

export const profileRules: readonly ContractRule<ProfileSubject>[] = [
  {
    title: 'has the id that was announced, in upper-case words joined by _',
    check({ id, profile }) {
      assert.equal(profile.id, id);
      assert.match(profile.id, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    },
  },
  {
    title: 'says in words what it is and when to use it',
    check({ profile }) {
      assert.match(profile.label, /\S/);
      assert.match(profile.purpose, /\S/);
    },
  },
  {
    title: 'is data without behaviour: JSON keeps all of it',
    check({ profile }) {
      assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile);
    },
  },
  {
    title: 'cannot be changed by those who use it',
    check({ profile }) {
      assertFrozen(profile, 'profile');
    },
  },
  {
    title: 'names a codec and a batcher by their ids',
    check({ profile }) {
      const id = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
      assert.match(profile.settings.codec.codecId, id);
      assert.match(profile.settings.batcherId, id);
    },
  },
  {
    title: 'has amounts above 0, and an effort from 0 to 10',
    check({ profile: { settings } }) {
      const amounts: Record<string, number> = {
        'codec.bitrateBps': settings.codec.bitrateBps,
        'codec.frameMs': settings.codec.frameMs,
        'batch.firstMs': settings.batch.firstMs,
        'batch.maxMs': settings.batch.maxMs,
        'playout.initialBufferMs': settings.playout.initialBufferMs,
        'playout.rebufferMs': settings.playout.rebufferMs,
        maxBufferAheadMs: settings.maxBufferAheadMs,
        'window.cwndGain': settings.window.cwndGain,
        reportIntervalMs: settings.reportIntervalMs,
      };
      for (const [field, value] of Object.entries(amounts)) {
        assert.ok(Number.isFinite(value) && value > 0, `${field} is ${value}`);
      }
      assert.ok(
        settings.codec.complexity >= 0 && settings.codec.complexity <= 10,
        'codec.complexity is out of 0–10',
      );
    },
  },
  {
    title: 'lets two packets or more leave before the first measurement',
    check({ profile: { settings } }) {
      const { initialPackets } = settings.window;
      assert.ok(
        Number.isInteger(initialPackets) && initialPackets >= 2,
        `window.initialPackets is ${initialPackets}`,
      );
    },
  },
  {
    title: 'fits together: frame ≤ longest batch, first ≤ longest batch, start ≤ resume ≤ lead cap',
    check({ profile: { settings } }) {
      const { batch, codec, playout, maxBufferAheadMs } = settings;
      assert.ok(codec.frameMs <= batch.maxMs, 'a frame is longer than the longest batch');
      assert.ok(batch.firstMs <= batch.maxMs, 'the first batch is longer than the longest');
      assert.ok(playout.initialBufferMs <= playout.rebufferMs, 'playout starts at more than it resumes at');
      assert.ok(
        playout.rebufferMs + batch.maxMs <= maxBufferAheadMs,
        'the lead cap leaves playout without enough to resume',
      );
    },
  },
  {
    title: 'copies at most 8 packets, each copy later than the one before, and says when if it copies',
    check({ profile: { settings } }) {
      const { redundantFirstPackets, redundancyDelaysMs } = settings.redundancy;
      assert.ok(
        Number.isInteger(redundantFirstPackets) && redundantFirstPackets >= 0 && redundantFirstPackets <= 8,
        'redundantFirstPackets is out of 0–8',
      );
      assert.equal(
        redundancyDelaysMs.length > 0,
        redundantFirstPackets > 0,
        'redundantFirstPackets and redundancyDelaysMs disagree',
      );
      for (const [index, delayMs] of redundancyDelaysMs.entries()) {
        assert.ok(
          Number.isFinite(delayMs) && delayMs > (redundancyDelaysMs[index - 1] ?? 0),
          `copy after ${delayMs} ms`,
        );
      }
    },
  },
];

function assertFrozen(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  assert.ok(Object.isFrozen(value), `${path} can be changed`);
  for (const [key, child] of Object.entries(value)) assertFrozen(child, `${path}.${key}`);
}

/** Declares the tests that every contribution to `profiles` must pass. */
export function describeProfile(framework: TestFramework, subject: ProfileSubject): void {
  describeRules(framework, `profile contract: ${subject.id}`, profileRules, subject);
}
