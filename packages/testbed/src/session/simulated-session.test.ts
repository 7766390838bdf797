import type { AccessLink } from '@eloquence/netlab';
import { describe, expect, it } from 'vitest';
import { parseLink } from '@eloquence/netlab';
import { speechLike } from '../source/prepared-speech.js';
import { openSimulatedSession, type SimulatedSessionOptions } from './simulated-session.js';

const live = { kind: 'speed', speed: 4 } as const;
const earOn = (link: AccessLink): SimulatedSessionOptions['listeners'] => [{ name: 'ear', link }];

async function figuresOf(options: SimulatedSessionOptions, utterances = 3): Promise<unknown[]> {
  const session = await openSimulatedSession(options);
  const all: unknown[] = [];
  for (let count = 0; count < utterances; count++) {
    all.push((await session.speak(speechLike(2000), live)).heard.get('ear')!.figures);
    await session.pause(300);
  }
  await session.dispose();
  expect(session.clock.pendingTimers).toBe(0);
  return all;
}

describe('SimulatedSession', () => {
  it('gives the same figures for the same seed, and others for another', async () => {
    const link = parseLink('E');
    const first = await figuresOf({ listeners: earOn(link), seed: 3 });
    expect(await figuresOf({ listeners: earOn(link), seed: 3 })).toEqual(first);
    expect(await figuresOf({ listeners: earOn(link), seed: 4 })).not.toEqual(first);
  });

  it('hears every frame as it was sent, also over a bad link', async () => {
    for (const name of ['S', 'D', 'F']) {
      const figures = await figuresOf({
        listeners: earOn(parseLink(name)),
        seed: 1,
        profile: 'EMERGENCY_FALLBACK',
      });
      expect(figures, name).toHaveLength(3);
      for (const one of figures) {
        expect(one, name).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
        const { sha256Sent, sha256Heard } = one as Record<string, unknown>;
        expect(sha256Heard).toBe(sha256Sent);
      }
    }
  });

  it('takes no less time than the link does', async () => {
    const link = parseLink('S');
    const session = await openSimulatedSession({
      listeners: earOn(link),
      seed: 1,
      profile: 'ULTRA_PERFORMANCE',
    });
    const { figures } = (await session.speak(speechLike(4000), live)).heard.get('ear')!;
    expect(figures.timeToFirstAudioMs).toBeGreaterThan(link.rttMs / 2);
    expect(figures.efficiencyPercent).toBeGreaterThan(90);
    expect(figures.efficiencyPercent).toBeLessThanOrEqual(100);
    expect(figures.wireBytes).toBeGreaterThan(figures.payloadBytes!);
    await session.dispose();
  });

  it.each(['data', 'auto'] as const)(
    'begins a far link carefully on lane %s, and a near one as usual',
    async (lane) => {
      for (const [name, expected] of [
        ['D', 'far-link'],
        ['C', 'unknown-link'],
      ] as const) {
        const session = await openSimulatedSession({ listeners: earOn(parseLink(name)), seed: 1, lane });
        const rules: string[] = [];
        session.onDidPublishEvent((event) => {
          if (event.kind === 'decision') rules.push(event.decision.output.groups[0]!.rule);
        });
        await session.speak(speechLike(1000), live);
        expect(rules[0], name).toBe(expected);
        await session.dispose();
      }
    },
  );

  it('uses the settings of an experiment', async () => {
    const session = await openSimulatedSession({
      listeners: earOn(parseLink('S')),
      seed: 1,
      settings: {
        codec: { codecId: 'opus', bitrateBps: 12_000, frameMs: 60, complexity: 5 },
        batcherId: 'deadline',
        batch: { firstMs: 120, maxMs: 300 },
        playout: { initialBufferMs: 480, rebufferMs: 600 },
        maxBufferAheadMs: 15_000,
        window: { cwndGain: 1, initialPackets: 16 },
        redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
        reportIntervalMs: 200,
      },
    });
    const { heard, metrics } = await session.speak(speechLike(3000), live);
    const { figures } = heard.get('ear')!;
    expect(figures.framesSent).toBe(51);
    expect(metrics.redundantPackets).toBe(0);
    // 480 ms of audio are there after 120 ms at four times real time.
    expect(figures.timeToFirstAudioMs).toBeGreaterThan(100);
    await session.dispose();
  });

  it('refuses a profile that does not exist', async () => {
    await expect(
      openSimulatedSession({ listeners: earOn(parseLink('S')), seed: 1, profile: 'FASTEST' }),
    ).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' });
  });
});
