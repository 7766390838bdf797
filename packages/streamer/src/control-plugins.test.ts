import { LaneLinks } from '@eloquence/link';
import { replayDecisions } from '@eloquence/core';
import type {
  ControlPolicy,
  Decision,
  LimitRule,
  PluginDescriptor,
  SessionEventOf,
} from '@eloquence/plugin-api';
import { adaptivePolicy, orderedRules } from '@eloquence/profiles';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inlinePlugin } from './testing/plugin-harness.js';
import { SimulatedHarness, type HarnessOptions, referenceLink } from './testing/simulated-harness.js';

const stages: SimulatedHarness[] = [];

afterEach(async () => {
  for (const harness of stages.splice(0)) await harness.dispose();
});

async function open(options: Omit<HarnessOptions, 'link'>): Promise<SimulatedHarness> {
  const harness = new SimulatedHarness({ link: referenceLink('A'), ...options });
  stages.push(harness);
  return harness.open();
}

const metered: LimitRule = {
  kind: 'limit',
  limit({ link, request }) {
    const isMetered = [request.labels, link?.attributes].some((said) => said?.['network'] === 'metered');
    return isMetered ? { quality: 'fair', reason: 'the connection is metered' } : undefined;
  },
};

function rulePlugin(rule: LimitRule): PluginDescriptor {
  return inlinePlugin('saver', { rules: [{ id: 'metered' }] }, ({ rules, subscriptions }) => {
    subscriptions.add(rules.register('metered', rule));
  });
}

const labels = { network: 'metered' };

describe('a rule of another plugin', () => {
  it('holds the profile down where labels say so, tells why, and is in the log that replays', async () => {
    const harness = await open({ plugins: [rulePlugin(metered)] });
    for (let count = 0; count < 3; count++) await harness.say(4000);
    expect((await harness.say(4000)).profile).toBe('ULTRA_PERFORMANCE');
    expect((await harness.say(4000, { labels })).profile).toBe('BALANCED_OPTIMAL');
    const groups = harness.decisions.map(({ output }) => output.groups[0]!);
    expect(groups).toContainEqual(
      expect.objectContaining({ rule: 'metered', reason: 'the connection is metered' }),
    );
    const log = JSON.parse(JSON.stringify(harness.session.adaptation.log)) as Decision[];
    const differing = (rules = orderedRules()): unknown[] =>
      replayDecisions(log, adaptivePolicy, rules).filter(({ isSame }) => !isSame);
    expect(differing(orderedRules({ metered }))).toEqual([]);
    expect(differing().length).toBeGreaterThan(0);
  });

  it('does so as well where the listener says it of its own link', async () => {
    const harness = await open({ plugins: [rulePlugin(metered)], attributes: labels });
    for (let count = 0; count < 4; count++)
      expect((await harness.say(4000)).profile).toBe('BALANCED_OPTIMAL');
    const { input, output } = harness.decisions.at(-1)!;
    expect(input.links).toMatchObject([{ receiver: 'ear', attributes: { network: 'metered' } }]);
    expect(harness.decisions.map(({ output: { groups } }) => groups[0]!.reason)).toContain(
      'the connection is metered',
    );
    expect(output.groups[0]!.profileId).toBe('BALANCED_OPTIMAL');
  });

  it('is quarantined when it has thrown three times, and speech goes on by the other rules', async () => {
    const broken: LimitRule = {
      kind: 'limit',
      limit() {
        throw new Error('no idea');
      },
    };
    const harness = await open({ plugins: [rulePlugin(broken)] });
    for (let count = 0; count < 3; count++) expect((await harness.say(4000)).outcome).toBe('complete');
    const states = new Map(harness.kernel.host.plugins().map(({ id, state }) => [id, state]));
    expect(states.get('saver')).toBe('quarantined');
    expect(states.get('@eloquence/profiles')).toBe('active');
    expect((await harness.say(4000)).profile).toBe('ULTRA_PERFORMANCE');
  });
});

describe('memory of more than 1 kB', () => {
  /** Keeps a diary, which outgrows 1 kB within a utterance. */
  const talkative: LimitRule = {
    kind: 'limit',
    limit({ memory, nowMs }) {
      const diary = `${JSON.stringify(memory['diary'] ?? '')}|${nowMs} and all that was said at that time`;
      return { reason: 'writes it down', memory: { diary, list: [1, 2, { deep: true }] } };
    },
  };

  it('is a fault of the rule that wants it, says how much it is, and is never kept', async () => {
    const harness = await open({ plugins: [rulePlugin(talkative)] });
    const faults: { operation: string; error: { code: string; message: string } }[] = [];
    harness.session.onDidPublishEvent((event) => {
      if (event.kind === 'fault') faults.push({ operation: event.operation, error: event.error });
    });
    for (let count = 0; count < 3; count++) expect((await harness.say(4000)).outcome).toBe('complete');
    expect(faults).toHaveLength(3);
    for (const { operation, error } of faults) {
      expect([operation, error.code]).toEqual(['rule:limit', 'PLUGIN_FAILED']);
      expect(error.message).toMatch(/it wants to remember 1\d{3} bytes for 'metered', more than 1024/);
    }
    const sizes = harness.decisions.map(
      ({ output }) => JSON.stringify(output.memory['metered'] ?? {}).length,
    );
    expect(Math.max(...sizes)).toBeGreaterThan(500);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024);
    const states = new Map(harness.kernel.host.plugins().map(({ id, state }) => [id, state]));
    expect([states.get('saver'), states.get('@eloquence/profiles')]).toEqual(['quarantined', 'active']);
    expect((await harness.say(4000)).profile).toBe('ULTRA_PERFORMANCE');
  });

  it('is a fault of the policy in its own parts, and everything stays as it is', async () => {
    const forgetful: ControlPolicy = {
      decide: ({ groups, memory, nowMs }) => ({
        groups: groups.map((group) => ({ ...group, rule: 'mine', reason: 'as it is' })),
        memory: { ...memory, own: { log: `${JSON.stringify(memory['own']?.['log'] ?? '')}|${nowMs}` } },
      }),
    };
    const plugin = inlinePlugin(
      'forgetful',
      { policies: [{ id: 'mine' }] },
      ({ policies, subscriptions }) => {
        subscriptions.add(policies.register('mine', forgetful));
      },
    );
    const harness = await open({ plugins: [plugin], policy: 'mine' });
    for (let count = 0; count < 8; count++) expect((await harness.say(4000)).outcome).toBe('complete');
    const sizes = harness.decisions.map(({ output }) => JSON.stringify(output.memory['own'] ?? {}).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024);
    const state = harness.kernel.host.plugins().find(({ id }) => id === 'forgetful')?.state;
    expect(state).toBe('quarantined');
    expect(harness.decisions.at(-1)!.output.groups[0]!.rule).toBe('fallback');
  });
});

describe('a policy with several groups', () => {
  it('has its first one spoken to all, and is told what others could not be given', async () => {
    const grouping: ControlPolicy = {
      decide: ({ profiles, memory }) => ({
        groups: ['BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK', 'NO_SUCH_PROFILE'].map((profileId, at) => {
          const { settings } =
            profiles.find(({ id }) => id === profileId) ??
            profiles.find(({ id }) => id === 'ULTRA_PERFORMANCE')!;
          const receivers = at === 0 ? [] : [`phone ${at}`];
          return { receivers, profileId, settings, rule: 'mine', reason: 'two kinds', adjustments: [] };
        }),
        memory,
      }),
    };
    const plugin = inlinePlugin('grouping', { policies: [{ id: 'mine' }] }, ({ policies, subscriptions }) => {
      subscriptions.add(policies.register('mine', grouping));
    });
    const harness = await open({ plugins: [plugin], policy: 'mine' });
    const merges: SessionEventOf<'groupMerge'>['merge'][] = [];
    harness.session.onDidPublishEvent((event) => {
      if (event.kind === 'groupMerge') merges.push(event.merge);
    });
    expect(await harness.say(2000)).toMatchObject({ outcome: 'complete', profile: 'BALANCED_OPTIMAL' });
    expect(merges).toMatchObject([
      { receivers: ['phone 1'], profileId: 'EMERGENCY_FALLBACK', into: 'BALANCED_OPTIMAL' },
      { receivers: ['phone 2'], profileId: 'NO_SUCH_PROFILE', into: 'BALANCED_OPTIMAL' },
    ]);
    expect(merges[0]!.ignored).toContain('codec');
    expect(merges[0]!.ignored).not.toContain('redundancy');
  });
});

describe('what counts as a missed acknowledgement', () => {
  it('is said by the policy, by its settings, to each lane', async () => {
    const patient: ControlPolicy = {
      ...adaptivePolicy,
      ackTimeout: (config) => ({
        rttVariations: 40,
        unknownMs: Number(config['patienceMs']),
        signalTimeouts: 5,
      }),
    };
    const plugin = inlinePlugin(
      'patient',
      {
        policies: [{ id: 'mine' }],
        configuration: {
          type: 'object',
          properties: { patienceMs: { type: 'number', default: 700, description: 'How long, ms.' } },
        },
      },
      ({ policies, subscriptions }) => {
        subscriptions.add(policies.register('mine', patient));
      },
    );
    const setAckTimeout = vi.spyOn(LaneLinks.prototype, 'setAckTimeout');
    const harness = await open({ plugins: [plugin], policy: 'mine' });
    expect((await harness.say(2000)).outcome).toBe('complete');
    expect(setAckTimeout.mock.calls.at(-1)).toEqual([
      { rttVariations: 40, unknownMs: 700, signalTimeouts: 5 },
    ]);
    setAckTimeout.mockRestore();
  });
});

describe('a session without the plugin of the default policy', () => {
  it('speaks with the declared fallback settings', async () => {
    const harness = await open({ without: ['@eloquence/profiles'] });
    const metrics = await harness.say(3000);
    expect(metrics).toMatchObject({ outcome: 'complete', profile: 'FALLBACK', framesLost: 0 });
    expect(harness.decisions.map(({ output }) => output.groups[0]!.rule)).toEqual(['fallback']);
  });
});
