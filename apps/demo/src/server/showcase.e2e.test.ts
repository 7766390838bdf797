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

  it('speaks on three arms, started together, and tells it in order', async () => {
    listener = await DemoListener.join(session);
    for (const arm of arms) await client.waitFor('arm', ({ state }) => state.arm === arm && state.isReady);
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
    expect(client.of('playout').some((event) => event.leadMs > 500)).toBe(true);
    expect(client.of('decision').length).toBeGreaterThan(0);
    expect(
      client
        .of('words')
        .flatMap(({ words }) => words.map(({ text }) => text))
        .join(' '),
    ).toContain('sentence');
  });
});
