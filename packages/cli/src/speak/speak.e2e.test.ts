import { describe, expect, it } from 'vitest';
import { numberNames } from '@eloquence/testbed';
import { runCli, runJson } from '../testing/run-cli.js';

/** About 4.26 s in the default voice. */
const SENTENCE = 'This sentence exists before you hear it, so all of it can be sent ahead of time.';
const SHORT = 'All of it is here.';

type Result = Record<string, unknown> & { arms?: Array<Record<string, number | string | null>> };

/** Holds on every link, however bad. */
function expectHeardExactly(result: Record<string, unknown>): void {
  expect(result).toMatchObject({ framesLost: 0, framesDuplicated: 0, framesPlayed: result['framesSent'] });
  expect(result['framesSent']).toBeGreaterThan(20);
  expect(result['sha256Heard']).toBe(result['sha256Sent']);
  expect(result['sha256Sent']).toMatch(/^[0-9a-f]{64}$/);
}

describe('eloquence speak', () => {
  it('delivers a sentence ahead of playout, where the 10 ms loop takes as long as it lasts', async () => {
    const result: Result = await runJson([
      'speak',
      SENTENCE,
      ...['--link', 'S', '--lane', 'data,legacy', '--instant', '--seed', '3'],
    ]);
    expect(result).toMatchObject({ simulated: false, link: 'S', n: 1, seed: 3 });
    const [data = {}, legacy = {}] = result.arms ?? [];
    expect(data).toMatchObject({ lane: 'data', simulated: false });
    expectHeardExactly(data);
    expect(data['audioMs']).toBeGreaterThan(4200);
    // With the pause at the clause where the voice is given the rest.
    expect(data['audioMs']).toBeLessThan(4500);
    expect(data['deliveryMs']).toBeGreaterThan(20);
    expect(data['deliveryMs']).toBeLessThan(600);
    expect(data['timeToFirstAudioMs']).toBeGreaterThan(20);
    expect(data['timeToFirstAudioMs']).toBeLessThan(300);
    expect(data['wireBytes']).toBeGreaterThan(Number(data['payloadBytes']));
    expect(data['wireEfficiencyPercent']).toBeLessThan(92.6);

    expect(legacy).toMatchObject({ lane: 'legacy', profile: null, framesLost: null, sha256Heard: null });
    expect(legacy['deliveryMs']).toBeGreaterThanOrEqual(4000);
    expect(legacy['referenceEfficiencyPercent']).toBeGreaterThan(4);
    expect(legacy['referenceEfficiencyPercent']).toBeLessThan(6);
    expect(Number(legacy['deliveryMs']) / Number(data['deliveryMs'])).toBeGreaterThan(8);
  });

  it.each(['E', 'F'])('loses nothing on link %s', async (link) => {
    const result = await runJson(['speak', SHORT, '--link', link, '--lane', 'data', '--instant', '--cold']);
    expect(result).toMatchObject({ lane: 'data', link });
    expectHeardExactly(result);
  });

  it('speaks several utterances in one session, and gives values and percentiles', async () => {
    const result = await runJson([
      'speak',
      SHORT,
      '--count',
      '3',
      '--tts-speed',
      '4',
      '--seed',
      '9',
      '--lane',
      'auto',
      '--cold',
    ]);
    expectHeardExactly(result);
    expect(result).toMatchObject({ n: 3, seed: 9, lane: 'data' });
    const { values, p50, p95 } = result as unknown as Record<
      'values' | 'p50' | 'p95',
      Record<string, number | number[]>
    >;
    for (const name of numberNames) {
      expect(values[name]).toHaveLength(3);
      expect(p50).toHaveProperty(name);
      expect(p95).toHaveProperty(name);
    }
    const delivery = [...(values['deliveryMs'] as number[])].sort((a, b) => a - b);
    expect(p50['deliveryMs']).toBe(delivery[1]);
    // The last piece of about 1.3 s exists after a quarter of that time.
    expect(Number(p50['deliveryMs'])).toBeGreaterThan(0.2 * Number(result['audioMs']));
    expect(values['sha256Sent']).toEqual(values['sha256Heard']);
    expect(Number(result['framesSent'])).toBe(
      (values['framesSent'] as number[]).reduce((sum, value) => sum + value, 0),
    );
  });

  it('speaks live on the media lane, at the pace of playout', async () => {
    const result = await runJson(['speak', SHORT, '--lane', 'media', '--cold']);
    expect(result).toMatchObject({
      lane: 'media',
      link: 'none',
      framesPlayed: null,
      framesLost: null,
      stalls: null,
    });
    expect(Number(result['deliveryMs'])).toBeGreaterThan(0.6 * Number(result['audioMs']));
    expect(Number(result['timeToFirstAudioMs'])).toBeGreaterThan(0);
    expect(result['wireBytes']).toBeGreaterThan(1000);
  });

  it('prints every key with --json, and nothing else on stdout', async () => {
    const { stdout, stderr, exitCode } = await runCli(['speak', 'Yes.', '--json', '--instant', '--cold']);
    expect(exitCode, stderr).toBe(0);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    for (const key of [
      'server',
      'simulated',
      'lane',
      'profile',
      'link',
      ...numberNames,
      'sha256Sent',
      'sha256Heard',
    ]) {
      expect(result, key).toHaveProperty(key);
    }
    expect(result).not.toHaveProperty('values');
  });

  it('prints an aligned table without --json, and no colours into a pipe', async () => {
    const { stdout, stderr, exitCode } = await runCli(['speak', 'Yes.', '--instant', '--cold']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^LiveKit server ws:\/\/127\.0\.0\.1:\d+, link none, profile \w+$/m);
    expect(stdout).toMatch(/^frames lost +0$/m);
    expect(stdout).toContain('heard exactly what was sent');
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('says on every output that a simulated run is none of LiveKit', async () => {
    const args = ['speak', SHORT, '--simulate', '--link', 'E', '--instant', '--cold'];
    const result = await runJson(args);
    expect(result).toMatchObject({ simulated: true, server: 'SIMULATED (no LiveKit)', lane: 'data' });
    expectHeardExactly(result);
    const { stdout, stderr } = await runCli(args);
    expect(stdout).toMatch(/^SIMULATED \(no LiveKit\), link E/);
    expect(stderr).toContain('SIMULATED (no LiveKit)');
    const media = await runCli(['speak', SHORT, '--simulate', '--lane', 'media']);
    expect(media.stderr).toMatch(/^error LANE_UNAVAILABLE: /m);
    expect(media.exitCode).toBe(1);
  });
});
