import { replayDecisions } from '@eloquence/core';
import type { Decision, LimitRule, PluginDescriptor } from '@eloquence/plugin-api';
import { adaptivePolicy, orderedRules } from '@eloquence/profiles';
import { afterEach, describe, expect, it } from 'vitest';
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

describe('a session without the plugin of the default policy', () => {
  it('speaks with the declared fallback settings', async () => {
    const harness = await open({ without: ['@eloquence/profiles'] });
    const metrics = await harness.say(3000);
    expect(metrics).toMatchObject({ outcome: 'complete', profile: 'FALLBACK', framesLost: 0 });
    expect(harness.decisions.map(({ output }) => output.groups[0]!.rule)).toEqual(['fallback']);
  });
});
