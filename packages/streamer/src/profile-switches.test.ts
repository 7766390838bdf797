import { OpusCodec, opusLookaheadMs } from '@eloquence/compression';
import {
  type PluginDescriptor,
  type ControlInput,
  type ControlPolicy,
  type UtteranceMetrics,
  definePlugin,
} from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { SimulatedHarness, referenceLink } from './testing/simulated-harness.js';

const sampleRateHz = 24_000;
const blockSamples = 240;
/** What the codec at 12 kbit/s leaves of a tone's phase; a shift by one frame of 20 ms leaves none of it. */
const leastCorrelation = 0.6;
const stages: SimulatedHarness[] = [];

afterEach(async () => {
  for (const harness of stages.splice(0)) await harness.dispose();
});

/** Goes through all profiles in turn, a new one at every call. */
function restlessPolicy(ids: readonly string[]): ControlPolicy {
  return {
    decide({ memory, groups, profiles }) {
      const calls = Number(memory['policy']?.['calls'] ?? 0) + 1;
      const chosen = profiles.find(({ id }) => id === ids[calls % ids.length])!;
      const turn = { profileId: chosen.id, settings: chosen.settings, rule: 'restless', reason: 'Its turn.' };
      return { groups: groups.map((group) => ({ ...group, ...turn })), memory: { policy: { calls } } };
    },
  };
}

function policyPlugin(policy: ControlPolicy): PluginDescriptor {
  return {
    manifest: {
      name: 'restless-policy',
      version: '1.0.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { policies: [{ id: 'restless' }] },
    },
    load: async () => ({
      default: definePlugin({
        activate: (context) => void context.policies.register('restless', policy),
      }),
    }),
  };
}

/** A tone that rises from 200 Hz to 2 kHz: every moment of it is unlike every other. */
function sweep(durationMs: number): Int16Array {
  const samples = new Int16Array((durationMs * sampleRateHz) / 1000);
  let phase = 0;
  for (let at = 0; at < samples.length; at++) {
    phase += (2 * Math.PI * (200 + (1800 * at) / samples.length)) / sampleRateHz;
    samples[at] = 8000 * Math.sin(phase);
  }
  return samples;
}

function joined(harness: SimulatedHarness): Int16Array {
  const pcm = new Int16Array(harness.heard.reduce((sum, { samples }) => sum + samples.length, 0));
  let at = 0;
  for (const { samples } of harness.heard) {
    pcm.set(samples, at);
    at += samples.length;
  }
  return pcm;
}

/** Correlation of two runs of samples, −1 to 1. */
function correlation(a: Int16Array, b: Int16Array, offsetB: number, from: number, count: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let at = from; at < from + count; at++) {
    const left = a[at]!;
    const right = b[at + offsetB] ?? 0;
    ab += left * right;
    aa += left * left;
    bb += right * right;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

async function speak(
  linkName: string,
  pcm: Int16Array,
  ids?: readonly string[],
): Promise<{ harness: SimulatedHarness; metrics: UtteranceMetrics; heard: Int16Array }> {
  const harness = new SimulatedHarness({
    link: referenceLink(linkName),
    codec: new OpusCodec(),
    ...(ids
      ? { plugins: [policyPlugin(restlessPolicy(ids))], policy: 'restless' }
      : { profile: 'BALANCED_OPTIMAL' }),
  });
  stages.push(harness);
  await harness.open();
  harness.keepsSound = true;
  const metrics = await harness.say((1000 * pcm.length) / sampleRateHz, { samples: pcm });
  return { harness, metrics, heard: joined(harness) };
}

const twoProfiles = ['ULTRA_PERFORMANCE', 'EMERGENCY_FALLBACK'];
const allProfiles = [...twoProfiles, 'HIGH_THROUGHPUT', 'BALANCED_OPTIMAL'];

describe('profiles that change in the midst of an utterance', () => {
  it.each([
    ['S', twoProfiles],
    ['B', twoProfiles],
    ['E', allProfiles],
    ['F', allProfiles],
  ])('lose, repeat and reorder no sample, with real Opus on link %s', async (link, ids) => {
    const pcm = sweep(6000);
    const { harness, metrics, heard } = await speak(link, pcm, ids);
    const switches = harness.decisions.filter(({ applied }) => applied).length;
    expect(switches).toBeGreaterThan(10);
    const end = harness.finished.at(-1)!;
    expect([metrics.framesLost, end.framesLost, end.framesDuplicated, end.framesConcealed]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(harness.heard.every(({ kind }) => kind === 'speech')).toBe(true);
    // What went in, and the codec's look-ahead after it. A sink gets whole blocks of 10 ms; a
    // stall may break one up, and playout may stretch some.
    expect(end.sampleCount).toBe(pcm.length + Math.round(0.007 * sampleRateHz));
    const spareBlocks = Math.ceil(heard.length / blockSamples) - Math.ceil(end.sampleCount / blockSamples);
    const stretched = Math.ceil(((end.stretchedMs ?? 0) * sampleRateHz) / 1000);
    const spare = end.stalls * blockSamples + stretched;
    expect(spareBlocks).toBeLessThanOrEqual(Math.ceil(spare / blockSamples));
    const delay = Math.round((opusLookaheadMs * sampleRateHz) / 1000);
    for (let from = 0; from < pcm.length - 1200; from += 2400) {
      let best = 0;
      for (let shift = 0; shift <= spare; shift++)
        best = Math.max(best, correlation(pcm, heard, delay + shift, from, 1200));
      expect(best).toBeGreaterThan(leastCorrelation);
    }
  });

  it('gives as many samples as without a change', async () => {
    const pcm = sweep(3010);
    const still = await speak('A', pcm);
    const moving = await speak('A', pcm, allProfiles);
    expect(moving.harness.decisions.length).toBeGreaterThan(5);
    expect(moving.heard.length).toBe(still.heard.length);
  });

  it('tell the receiver each change of frames, in order', async () => {
    const { harness } = await speak('S', sweep(4000), twoProfiles);
    const profiles = harness.decisions.map(({ output }) => output.groups[0]!.profileId);
    for (let at = 1; at < profiles.length; at++) expect(profiles[at]).not.toBe(profiles[at - 1]);
    expect(new Set(profiles)).toEqual(new Set(twoProfiles));
  });
});

describe('a policy that fails', () => {
  it.each([
    [
      'throws',
      (): never => {
        throw new Error('no idea');
      },
    ],
    ['answers nonsense', () => ({ groups: 7 }) as never],
    [
      'names a profile that there is not',
      ({ memory, groups }: ControlInput) =>
        ({ groups: groups.map((group) => ({ ...group, profileId: 'NO_SUCH' })), memory }) as never,
    ],
  ])('and %s leaves the profile as it is; the utterance is heard', async (_, decide) => {
    const harness = new SimulatedHarness({
      link: referenceLink('B'),
      plugins: [policyPlugin({ decide })],
      policy: 'restless',
    });
    stages.push(harness);
    await harness.open();
    const metrics = await harness.say(3000);
    expect([metrics.outcome, metrics.profile, metrics.framesLost]).toEqual([
      'complete',
      'BALANCED_OPTIMAL',
      0,
    ]);
  });
});
