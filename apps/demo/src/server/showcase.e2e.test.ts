import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disposeNativeCore } from '@eloquence/livekit-adapter';
import { createSystemClock } from '@eloquence/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArmId, SessionFacts, SpeakRequest } from '../protocol.js';
import { DemoClient } from '../testing/demo-client.js';
import { DemoListener } from '../testing/demo-listener.js';
import { type OpenedShowcase, openShowcase } from './showcase/open-showcase.js';
import { DemoWebServer } from './web/demo-web-server.js';

const clock = createSystemClock();
const arms: readonly ArmId[] = ['legacy', 'track', 'eloquence'];
const sentence = 'All of this sentence can be sent before you hear it.';
const request: SpeakRequest = { text: sentence, language: 'en', arms, mode: 'whole' };

let folder: string;
let opened: OpenedShowcase;
let web: DemoWebServer;
let client: DemoClient;
let session: SessionFacts;
let listener: DemoListener;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-page-'));
  opened = await openShowcase({
    clock,
    signal: new AbortController().signal,
    seed: 1,
    env: process.env,
    onProgress: () => undefined,
  });
  web = await DemoWebServer.start({ service: opened.service, clock, pageFolder: folder });
  client = await new DemoClient(web.url).follow();
  session = await client.session();
});

afterAll(async () => {
  await client.close();
  await listener.leave();
  await web.close();
  await opened.close();
  await rm(folder, { recursive: true });
  await disposeNativeCore();
});

describe('the showcase on a real server', () => {
  it('says what is real, and how to join each arm through its link', () => {
    expect(session.server).toMatchObject({ kind: 'real', reason: null });
    expect(session.arms.map(({ arm }) => arm)).toEqual(arms);
    expect(new Set(session.arms.map(({ url }) => url)).size).toBe(3);
    expect(session.arms.every(({ url }) => url !== session.server.url)).toBe(true);
    expect(session.state.network).toMatchObject({ preset: 'B', isEmulated: true });
  });

  it('says that nobody listens, and goes on', async () => {
    const { utterance } = await client.post('/api/speak', { ...request, arms: ['eloquence'] });
    const end = await client.waitFor('end', (event) => event.utterance === utterance);
    expect(end).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
    expect(client.of('problem').at(-1)).toMatchObject({ problem: { code: 'NO_RECEIVER', arm: 'eloquence' } });
  });

  it('speaks on three arms over a clean link, started together, and tells it in order', async () => {
    listener = await DemoListener.join(session);
    for (const arm of arms) await client.waitFor('arm', ({ state }) => state.arm === arm && state.isReady);
    await client.post('/api/network', { preset: 'S' });
    listener.listen();
    const { utterance } = await client.post('/api/speak', request);
    for (const arm of arms)
      await client.waitFor('end', (event) => event.utterance === utterance && event.arm === arm);
    const own = client.events.filter((event) => 'utterance' in event && event.utterance === utterance);
    const at = (kind: string, arm?: ArmId): number =>
      own.findIndex(
        (event) => event.kind === kind && (arm === undefined || ('arm' in event && event.arm === arm)),
      );
    const common = [at('textReady'), at('firstPcm'), at('voice'), at('end')];
    expect(common.every((index) => index >= 0)).toBe(true);
    expect([...common].sort((a, b) => a - b)).toEqual(common);
    for (const arm of arms) {
      const order = [at('armStart', arm), at('packets', arm), at('end', arm)];
      expect(
        [...order].sort((a, b) => a - b),
        arm,
      ).toEqual(order);
      expect(order[0], arm).toBeGreaterThanOrEqual(0);
      const end = client.of('end').find((event) => event.utterance === utterance && event.arm === arm)!;
      expect(end.error, arm).toBeNull();
      expect(end.outcome, arm).toBe('complete');
      expect(end.figures.wireBytes, arm).toBeGreaterThan(3000);
      expect(listener.firstLoudAtMs.has(arm), arm).toBe(true);
    }
    const [legacy, , ours] = arms.map((arm) =>
      client.of('end').find((event) => event.utterance === utterance && event.arm === arm)!,
    );
    expect(ours!.metrics).toMatchObject({ lane: 'data', framesLost: 0 });
    expect(ours!.figures.deliveryMs!).toBeLessThan(legacy!.figures.deliveryMs! / 2);
    expect(ours!.figures.efficiencyPercent!).toBeGreaterThan(legacy!.figures.efficiencyPercent!);
    expect(client.of('firstAudio').find((event) => event.utterance === utterance)).toMatchObject({
      arm: 'eloquence',
      source: 'receiver',
    });
    expect(client.of('playout').some((event) => event.bufferAheadMs > 500)).toBe(true);
    expect(client.of('decision').length).toBeGreaterThan(0);
  });

  it('types a streamed text, and begins to speak before it is complete', async () => {
    const text = `${sentence} This is the second sentence, and it comes later than the first one.`;
    const { utterance } = await client.post('/api/speak', {
      ...request,
      text,
      arms: ['eloquence'],
      mode: 'streamed',
    });
    await client.waitFor('end', (event) => event.utterance === utterance);
    const typed = client.of('textTyped').filter((event) => event.utterance === utterance);
    expect(typed.length).toBeGreaterThan(3);
    expect(typed.map(({ length }) => length)).toEqual(
      typed.map(({ length }) => length).sort((a, b) => a - b),
    );
    const ready = await client.waitFor('textReady', (event) => event.utterance === utterance);
    const first = await client.waitFor('firstPcm', (event) => event.utterance === utterance);
    expect(first.atMs).toBeLessThan(ready.atMs);
  });

  it('changes the network while speech plays, and its conditions follow', async () => {
    const fast = await client.post('/api/network', { preset: 'S' });
    expect(fast.network).toMatchObject({ preset: 'S', settings: { lossPercent: 0, delayMs: 20 } });
    const { utterance } = await client.post('/api/speak', { ...request, text: `${sentence} `.repeat(3) });
    await client.waitFor('firstAudio', (event) => event.utterance === utterance);
    const before = client.of('conditions').length;
    const { network } = await client.post('/api/network', { delayMs: 250 });
    expect(network).toMatchObject({ preset: null, settings: { delayMs: 250, rateKbps: 15_000 } });
    await client.waitFor('network', (event) => event.network.settings.delayMs === 250);
    const rttMs = (): number =>
      Math.max(
        ...client
          .of('conditions')
          .slice(before)
          .map((e) => e.conditions.rttMs),
      );
    await expect.poll(rttMs, { timeout: 10_000 }).toBeGreaterThan(100);
    const latest = client.of('conditions').at(-1)!.conditions;
    const { p5, p50, p95 } = latest.forecast!.deliveryMs;
    expect(p5 <= p50 && p50 <= p95).toBe(true);
    await client.post('/api/stop', {});
    for (const arm of arms)
      await client.waitFor('end', (event) => event.utterance === utterance && event.arm === arm);
    await client.post('/api/network', { preset: 'S' });
  });

  it('goes on after a blackout in the middle of a sentence', async () => {
    const { utterance } = await client.post('/api/speak', {
      ...request,
      arms: ['eloquence'],
      text: `${sentence} `.repeat(2),
      speed: 1.5,
    });
    await client.waitFor('firstAudio', (event) => event.utterance === utterance);
    const { network } = await client.post('/api/network', { blackoutMs: 600 });
    expect(network.blackoutEndsAtMs).not.toBeNull();
    const since = client.of('network').length;
    await expect
      .poll(() => client.of('network').slice(since).at(-1)?.network.blackoutEndsAtMs, { timeout: 5000 })
      .toBeNull();
    const end = await client.waitFor('end', (event) => event.utterance === utterance);
    expect(end).toMatchObject({ outcome: 'complete', metrics: { framesLost: 0 } });
  });

  it.each(['codec-throws', 'codec-slow', 'batcher-throws'] as const)(
    'breaks a plugin (%s), quarantines it, and says all of the sentence',
    async (name) => {
      const broken = await client.post('/api/plugins', { action: 'break', name });
      const { pluginId } = broken.plugins.breakages.find((breakage) => breakage.name === name)!;
      const since = client.events.length;
      const { utterance } = await client.post('/api/speak', { ...request, arms: ['eloquence'] });
      const end = await client.waitFor('end', (event) => event.utterance === utterance);
      expect(end).toMatchObject({ outcome: 'complete', metrics: { framesLost: 0, outcome: 'complete' } });
      const faults = client.events.slice(since).filter((event) => event.kind === 'pluginFault');
      expect(faults.some((event) => event.pluginId === pluginId && event.isQuarantined)).toBe(true);
      const state = (await client.session()).state.plugins;
      expect(state.plugins.find(({ id }) => id === pluginId)).toMatchObject({ state: 'quarantined' });
      const repaired = await client.post('/api/plugins', { action: 'repair', name });
      expect(repaired.plugins.plugins.find(({ id }) => id === pluginId)?.state).toBe('disabled');
    },
  );

  it('swaps codec, batcher and profile between utterances', async () => {
    await client.post('/api/plugins', { action: 'choose', name: 'codec', value: 'pcm' });
    await client.post('/api/plugins', { action: 'choose', name: 'batcher', value: 'fixed' });
    await client.post('/api/plugins', { action: 'choose', name: 'profile', value: 'HIGH_THROUGHPUT' });
    const chosen = await client.post('/api/speak', { ...request, arms: ['eloquence'] });
    const end = await client.waitFor('end', (event) => event.utterance === chosen.utterance);
    expect(end.error).toBeNull();
    expect(end.metrics).toMatchObject({
      codec: 'pcm',
      batcher: 'fixed',
      profile: 'HIGH_THROUGHPUT_PCM_FIXED',
      framesLost: 0,
    });
    for (const name of ['codec', 'batcher', 'profile'] as const)
      await client.post('/api/plugins', { action: 'choose', name, value: 'auto' });
    const usual = await client.post('/api/speak', { ...request, arms: ['eloquence'] });
    const after = await client.waitFor('end', (event) => event.utterance === usual.utterance);
    expect(after.metrics).toMatchObject({ codec: 'opus', batcher: 'deadline' });
  });

  it('goes on without a plugin that is switched off, and takes it back', async () => {
    const off = await client.post('/api/plugins', {
      action: 'disable',
      pluginId: '@eloquence/compression',
    });
    expect(off.plugins.plugins.find(({ id }) => id === '@eloquence/compression')?.state).toBe('disabled');
    const { utterance } = await client.post('/api/speak', { ...request, arms: ['eloquence'] });
    const end = await client.waitFor('end', (event) => event.utterance === utterance);
    expect(end).toMatchObject({ outcome: 'complete', metrics: { codec: 'pcm' } });
    await client.post('/api/plugins', { action: 'enable', pluginId: '@eloquence/compression' });
    await expect(
      client.post('/api/plugins', { action: 'disable', pluginId: '@eloquence/livekit-adapter' }),
    ).rejects.toThrow('OPTION_INVALID');
  });

  it('stops at once, and says what was wasted and when silence came', async () => {
    const { utterance } = await client.post('/api/speak', { ...request, text: `${sentence} `.repeat(4) });
    const isOwn = (event: { readonly utterance: number }): boolean => event.utterance === utterance;
    await client.waitFor('playout', (event) => isOwn(event) && event.bufferAheadMs > 1000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await client.post('/api/stop', {})).toEqual({ ok: true, utterance });
    for (const arm of arms) {
      const stopped = await client.waitFor('stopped', (event) => isOwn(event) && event.arm === arm);
      expect(stopped.heardMs, arm).toBeLessThanOrEqual(stopped.sentMs);
      expect(stopped.wastedMs, arm).toBeCloseTo(stopped.sentMs - stopped.heardMs, 3);
      expect(stopped.sentMs, arm).toBeGreaterThan(0);
    }
    for (const arm of arms)
      expect(await client.waitFor('end', (event) => isOwn(event) && event.arm === arm)).toMatchObject({
        outcome: 'cancelled',
      });
    // What the page hears itself counts more.
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const arm of arms) {
      const atMs = listener.lastLoudAtMs.get(arm)!;
      await client.post('/api/heard', { utterance, arm, what: 'silence', atMs, errorMs: 2 });
      const told = await client.waitFor(
        'stopped',
        (event) => isOwn(event) && event.arm === arm && event.source === 'page',
      );
      expect(told.silenceAfterMs!, arm).toBeLessThan(1500);
    }
    expect(await client.post('/api/stop', {})).toEqual({ ok: true, utterance: null });
  });

  it('says when the server is gone, and refuses to speak', async () => {
    process.kill(opened.server!.pid!, 'SIGKILL');
    await client.waitFor('problem', ({ problem }) => problem.code === 'SERVER_FAILED');
    await expect(client.post('/api/speak', request)).rejects.toThrow('SERVER_FAILED');
    expect((await client.session()).state.problems.map(({ code }) => code)).toContain('SERVER_FAILED');
  });
});
