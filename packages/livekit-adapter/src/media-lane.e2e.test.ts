import { createSeededRandom } from '@eloquence/base';
import { createSystemClock } from '@eloquence/plugin-api';
import type { PlayoutBlock } from '@eloquence/playout';
import { SimulateScenarioKind } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import { sumInboundAudioSince } from './inbound-audio-stats.js';
import { LivekitTransport, type LivekitTransportSettings } from './livekit-transport.js';
import { until } from './testing/test-server.js';
import { speakPcm, testSettings, tone } from './testing/test-speech.js';
import { useTestServer } from './testing/use-test-server.js';

const clock = createSystemClock();
const harness = useTestServer();

interface Speech {
  startedAtMs: number;
  lastLoudAtMs: number;
  /** 48 kHz. */
  samples: number[];
}

/** A listener and a sender in one room, and what the listener hears. */
async function setUp(settings: LivekitTransportSettings = {}) {
  const [listener, speaker] = await harness.server.connectAll('listener', 'speaker');
  if (listener === undefined || speaker === undefined) throw new Error('two rooms expected');
  let samples: number[] = [];
  const receiver = attachReceiver(listener, {
    decoders: new Map(),
    clock,
    loudness: { quietMs: 400 },
    sink: { write: (block: PlayoutBlock) => void samples.push(...block.samples) },
  });
  const speeches: Speech[] = [];
  receiver.media?.onDidEndSpeech(({ startedAtMs, atMs }) => {
    speeches.push({ startedAtMs, lastLoudAtMs: atMs, samples });
    samples = [];
  });
  const transport = new LivekitTransport(
    speaker,
    { clock, random: createSeededRandom(1), lane: 'media' },
    settings,
  );
  harness.open.push(receiver, transport);
  const lane = await transport.openLane();
  const speak = async (pcm: Int16Array, sampleRateHz: number) => {
    const firstPcmAtMs = clock.nowMs();
    const utterance = lane.openUtterance({ settings: testSettings, sampleRateHz, firstPcmAtMs });
    const [end] = await Promise.all([utterance.played, speakPcm(utterance, pcm, sampleRateHz)]);
    return end;
  };
  return { listener, speaker, receiver, transport, lane, speak, speeches };
}

/** How long a tone of about 1600 Hz is heard, ms: windows of 2.5 ms with the zero crossings of such a tone. */
function markedMs(samples: readonly number[]): number {
  const step = 120;
  let marked = 0;
  for (let at = 0; at + step <= samples.length; at += step) {
    const window = samples.slice(at, at + step);
    const crossings = window.filter((sample, i) => i > 0 && sample >= 0 !== (window[i - 1] ?? 0) >= 0).length;
    const isLoud = window.some((sample) => Math.abs(sample) > 5000);
    if (isLoud && crossings >= 5) marked += 2.5;
  }
  return marked;
}

const heardMs = ({ startedAtMs, lastLoudAtMs }: Speech): number => lastLoudAtMs - startedAtMs;

describe('the media lane on a real server', () => {
  it('is heard whole, a tail of 25 ms included, and leaves nothing to the next utterance', async () => {
    const { speak, speeches } = await setUp({ publish: { dtx: false } });
    // A first utterance, so that the jitter buffer has settled before anything is measured.
    await speak(tone(24_000, 48_000), 48_000);
    await until('the first to be heard', () => speeches.length === 1);
    const marked = tone(48_000 + 1200, 48_000);
    marked.set(tone(1200, 48_000, 1600), 48_000);
    const end = await speak(marked, 48_000);
    expect(end).toMatchObject({ outcome: 'complete', counters: { framesSent: 52, framesPlayed: 52 } });
    await until('the second to be heard', () => speeches.length === 2);
    // Soft at both ends, so that nothing sharp can be its own.
    const soft = tone(9600, 48_000).map((sample, at) => sample * Math.min(1, at / 1440, (9600 - at) / 1440));
    await speak(soft, 48_000);
    await until('the third to be heard', () => speeches.length === 3);
    const [, long, short] = speeches as [Speech, Speech, Speech];
    // The codec smears a few ms, and the jitter buffer may take out a few.
    expect(markedMs(long.samples)).toBeGreaterThanOrEqual(22.5);
    expect(markedMs(long.samples)).toBeLessThanOrEqual(30);
    expect(heardMs(long)).toBeGreaterThan(950);
    expect(markedMs(short.samples)).toBe(0);
    expect(heardMs(short)).toBeGreaterThan(150);
    expect(heardMs(short)).toBeLessThan(260);
  });

  it('resamples what tracks cannot carry', async () => {
    const { speak, speeches } = await setUp({ publish: { dtx: false } });
    expect(await speak(tone(22_050, 22_050), 22_050)).toMatchObject({ outcome: 'complete' });
    await until('the speech to be heard', () => speeches.length === 1);
    expect(heardMs(speeches[0] as Speech)).toBeGreaterThan(950);
    expect(heardMs(speeches[0] as Speech)).toBeLessThan(1300);
  });

  it('falls silent on cancel within the time of the jitter buffer', async () => {
    const { lane, speeches, receiver } = await setUp({ publish: { dtx: false } });
    let isHeard = false;
    receiver.media?.onDidStartSpeech(() => (isHeard = true));
    const utterance = lane.openUtterance({
      settings: testSettings,
      sampleRateHz: 48_000,
      firstPcmAtMs: clock.nowMs(),
    });
    const writing = speakPcm(utterance, tone(240_000, 48_000), 48_000).catch(
      (error: { code: string }) => error.code,
    );
    await until('the speech to start', () => isHeard);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const cancelledAtMs = clock.nowMs();
    utterance.cancel();
    expect(await writing).toBe('ABORTED');
    const { outcome, counters } = await utterance.played;
    expect(outcome).toBe('cancelled');
    await until('silence', () => speeches.length === 1);
    expect(Math.abs(counters.heardMs! - heardMs(speeches[0] as Speech))).toBeLessThanOrEqual(
      counters.heardErrorMs!,
    );
    expect((speeches[0] as Speech).lastLoudAtMs - cancelledAtMs).toBeLessThan(300);
  });

  it.each([
    ['resumes', SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT],
    ['connects anew', SimulateScenarioKind.SIMULATE_FULL_RECONNECT],
  ])('goes on when the sender %s in the middle', async (_name, scenario) => {
    const { speaker, lane, speak, speeches } = await setUp({ publish: { dtx: false } });
    const speaking = speak(tone(96_000, 48_000), 48_000);
    await until('the speech to start', () => lane.receiverCount > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await speaker.simulateScenario(scenario);
    expect(await speaking).toMatchObject({ outcome: 'complete', counters: { framesPlayed: 100 } });
    // So that the two are not taken for one.
    await new Promise((resolve) => setTimeout(resolve, 800));
    const heardBefore = speeches.length;
    expect(await speak(tone(24_000, 48_000), 48_000)).toMatchObject({ outcome: 'complete' });
    await until('the next utterance to be heard', () => speeches.length > heardBefore);
  });

  it('publishes with the bitrate, DTX and RED asked for', async () => {
    const { speaker, speak } = await setUp({ publish: { dtx: false, red: false, bitrateBps: 12_000 } });
    await speak(tone(96_000, 48_000, 300), 48_000);
    const stats = await speaker.getRtcStats();
    const all = [...stats.publisherStats, ...stats.subscriberStats].map(({ stats: entry }) => entry);
    const codecs = all.flatMap((entry) => (entry.case === 'codec' ? [entry.value.codec] : []));
    expect(codecs.map((codec) => codec?.mimeType?.toLowerCase())).toContain('audio/opus');
    expect(codecs.map((codec) => codec?.mimeType?.toLowerCase())).not.toContain('audio/red');
    expect(
      codecs.find((codec) => codec?.mimeType?.toLowerCase() === 'audio/opus')?.sdpFmtpLine ?? '',
    ).not.toContain('usedtx=1');
    const targets = all.flatMap((entry) =>
      entry.case === 'outboundRtp' ? [entry.value.outbound?.targetBitrate ?? 0] : [],
    );
    expect(targets).toContain(12_000);
  });

  it('reports concealment by track', async () => {
    const { receiver, speak } = await setUp();
    await speak(tone(48_000, 48_000), 48_000);
    const before = await receiver.readInboundAudio();
    expect(before).toHaveLength(1);
    await speak(tone(48_000, 48_000), 48_000);
    const sum = sumInboundAudioSince(before, await receiver.readInboundAudio());
    expect(sum.packetsReceived).toBeGreaterThan(30);
    expect(sum.totalSamples).toBeGreaterThan(40_000);
    expect(sum.concealedSamples).toBeLessThan(sum.totalSamples / 2);
  });

  it('fails with NO_RECEIVER in an empty room', async () => {
    const [speaker] = await harness.server.connectAll('alone');
    if (speaker === undefined) throw new Error('a room expected');
    const transport = new LivekitTransport(
      speaker,
      { clock, random: createSeededRandom(1), lane: 'media' },
      { subscriberTimeoutMs: 800 },
    );
    harness.open.push(transport);
    const lane = await transport.openLane();
    expect(lane.kind).toBe('media');
    const utterance = lane.openUtterance({ settings: testSettings, sampleRateHz: 48_000, firstPcmAtMs: 0 });
    await expect(speakPcm(utterance, tone(960, 48_000), 48_000)).rejects.toMatchObject({
      code: 'NO_RECEIVER',
    });
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
  });

  it('fails with RECEIVER_LEFT when the only listener goes', async () => {
    const { listener, lane } = await setUp();
    const utterance = lane.openUtterance({ settings: testSettings, sampleRateHz: 48_000, firstPcmAtMs: 0 });
    const writing = speakPcm(utterance, tone(48_000 * 20, 48_000), 48_000).catch(
      (error: { code: string }) => error.code,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await listener.disconnect();
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'RECEIVER_LEFT' } });
    expect(await writing).toBe('RECEIVER_LEFT');
  });
});
