import { VirtualClock } from '@eloquence/base';
import { Emitter } from '@eloquence/plugin-api';
import type { PlayoutBlock } from '@eloquence/playout';
import { audioFlag, decodePacket, encodeAudioPacket, encodeEndPacket } from '@eloquence/wire';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import type { SubscribedTrack, TrackBlock } from './media-receiver.js';
import { pcmCodec } from './testing/pcm-codec.js';

const decoders = new Map([['pcm', pcmCodec]]);
const sink = { write() {} };

function setUp() {
  const room = new FakeLivekitRoom();
  const clock = new VirtualClock();
  const subscribed = new Emitter<SubscribedTrack>();
  const unsubscribed = new Emitter<string>();
  const tracks = {
    tracks: [],
    onDidSubscribe: subscribed.event,
    onDidUnsubscribe: unsubscribed.event,
    dispose() {},
  };
  const listeners = (): number => subscribed.listenerCount + unsubscribed.listenerCount;
  return { room, clock, tracks, listeners, subscribed };
}

/** 200 ms of speech on the data lane, a tone of 440 Hz at 24 kHz. */
function dataPackets(): Uint8Array[] {
  const settings = { initialBufferMs: 20, rebufferMs: 20, reportIntervalMs: 200 };
  const packets = Array.from({ length: 10 }, (_, index) =>
    encodeAudioPacket({
      type: 'audio',
      flags: index === 0 ? audioFlag.start : 0,
      ...{
        channel: 0,
        formatIndex: 0,
        utteranceSequence: 1,
        sequence: index,
        firstFrame: index,
        sendTimeMs: index,
      },
      streamHeader: { codecId: 'pcm', sampleRateHz: 24_000, frameMs: 20, ...settings },
      payloads: [new Uint8Array(tone(24_000, 20, index * 20).buffer)],
    }),
  );
  const counts = { packetCount: 10, frameCount: 10, sampleCount: 4800, sendTimeMs: 10 };
  return [...packets, encodeEndPacket({ type: 'end', channel: 0, utteranceSequence: 1, ...counts })];
}

function tone(rateHz: number, durationMs: number, fromMs = 0): Int16Array {
  return Int16Array.from({ length: (rateHz * durationMs) / 1000 }, (_, at) =>
    Math.round(10_000 * Math.sin(2 * Math.PI * 440 * (fromMs / 1000 + at / rateHz))),
  );
}

describe('attachReceiver', () => {
  it('introduces itself, listens on both lanes, and leaves nothing behind', async () => {
    const { room, clock, tracks, listeners } = setUp();
    const receiver = attachReceiver(room, { decoders, sink, clock, tracks });
    expect(listeners()).toBe(3);
    await clock.advanceAsync(10);
    receiver.dispose();
    await clock.advanceAsync(100);
    const types = room.published.map(({ bytes }) => decodePacket(Uint8Array.from(bytes)).type);
    expect(types).toContain('hello');
    expect(types).toContain('bye');
    expect(listeners()).toBe(0);
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['asked for', 16_000, 16_000],
    ['of the first block', undefined, 24_000],
  ])('gives its sink one sample rate on both lanes, that %s', (_name, sampleRateHz, rateHz) => {
    const { room, clock, tracks, subscribed } = setUp();
    const blocks: PlayoutBlock[] = [];
    const receiver = attachReceiver(room, {
      ...{ decoders, clock, tracks, sampleRateHz },
      sink: { write: (block) => void blocks.push({ ...block, samples: block.samples.slice() }) },
    });
    let onBlock: ((block: TrackBlock) => void) | undefined;
    subscribed.fire({
      ...{ sender: 'a', trackId: 't' },
      listen(listener) {
        onBlock = listener;
        return { dispose() {} };
      },
    });
    room.join('a');
    for (const packet of dataPackets()) room.receive([...packet], 'a');
    clock.advance(1000);
    const fromTrack = blocks.length;
    for (let ms = 0; ms < 200; ms += 10) onBlock!({ samples: tone(48_000, 10, ms), sampleRateHz: 48_000 });
    receiver.dispose();
    expect(new Set(blocks.map((block) => block.sampleRateHz))).toEqual(new Set([rateHz]));
    for (const part of [blocks.slice(0, fromTrack), blocks.slice(fromTrack)]) {
      const heard = part.flatMap(({ samples }) => [...samples]);
      const wanted = tone(rateHz, 200);
      expect(heard.length).toBe(wanted.length);
      for (let at = 200; at < wanted.length - 200; at++)
        expect(Math.abs(heard[at]! - wanted[at]!)).toBeLessThan(30);
    }
  });

  it('tells senders what it says of itself', async () => {
    const { room, clock, tracks } = setUp();
    const attributes = { network: 'metered' };
    const receiver = attachReceiver(room, { decoders, sink, clock, tracks, attributes });
    await clock.advanceAsync(10);
    const packets = room.published.map(({ bytes }) => decodePacket(Uint8Array.from(bytes)));
    expect(packets.filter(({ type }) => type === 'hello')[0]).toMatchObject({ attributes });
    receiver.dispose();
    expect(() =>
      attachReceiver(room, { decoders, sink, clock, tracks, attributes: { network: '\n' } }),
    ).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('leaves audio tracks alone when told to', () => {
    const { room, clock, tracks, listeners } = setUp();
    const receiver = attachReceiver(room, { decoders, sink, clock, tracks, media: false });
    expect(receiver.media).toBeUndefined();
    expect(listeners()).toBe(0);
    receiver.dispose();
  });

  it('refuses to start without a sink or with senseless options, and leaves nothing then either', () => {
    const { room, clock, tracks } = setUp();
    expect(() => attachReceiver(room, { decoders, clock, tracks })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    for (const options of [{ blockMs: 5000 }, { sampleRateHz: 100 }, { sampleRateHz: Number.NaN }])
      expect(() => attachReceiver(room, { decoders, sink, clock, tracks, ...options })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    expect(room.listenerTotal).toBe(0);
  });
});
