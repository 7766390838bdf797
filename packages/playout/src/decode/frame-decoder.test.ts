import { VirtualClock } from '@eloquence/base';
import type { CodecFactory, EloquenceError } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { createFakeCodec } from '../testing/fake-codec.js';
import { hostileCodec, hostileDecoders } from '../testing/hostile-decoders.js';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';
import { FrameDecoder } from './frame-decoder.js';

function setUp(codec: CodecFactory) {
  const clock = new VirtualClock();
  const faults: EloquenceError[] = [];
  const decoder = new FrameDecoder({
    codecs: new Map([['fake', codec]]),
    clock,
    onFault: (error) => faults.push(error),
  });
  const decode = (payload: readonly number[] = [1]) =>
    decoder.decode({ index: 0, payload: Uint8Array.from(payload), header: testHeader });
  return { clock, decoder, faults, decode };
}

describe.each(Object.entries(hostileDecoders))('a decoder that %s', (name, misbehave) => {
  const isSlow = name.startsWith('takes');

  it('is not called any more after three faults, and every frame still has its length', () => {
    const hostile = hostileCodec(() => misbehave(harness.clock));
    const harness = setUp(hostile.codec);
    const frames = Array.from({ length: 10 }, () => harness.decode()).map(({ pcm, kind }) => [
      pcm.length,
      kind,
    ]);
    const first = isSlow ? 'speech' : 'silence';
    expect(frames).toEqual(Array.from({ length: 10 }, (_, at) => [160, at < 3 ? first : 'silence']));
    expect(hostile.counts).toEqual({ decoded: 3, open: 0 });
    expect(harness.faults).toMatchObject([{ code: 'PLUGIN_FAILED', value: 'fake' }]);
    expect(harness.faults[0]?.cause).toBeDefined();
    harness.decoder.reset();
    harness.decode();
    expect(hostile.counts).toEqual({ decoded: 3, open: 0 });
    expect(harness.faults).toHaveLength(1);
  });

  it('does not stop playout, and silences its own stream only', () => {
    const calls = new Map<number, number>();
    const fake = createFakeCodec();
    let created = 0;
    const harness: ReceiverHarness = new ReceiverHarness({
      smoothing: false,
      decoders: new Map([
        [
          'fake',
          {
            ...fake,
            createDecoder: (settings) => {
              // The first stream's decoder is the hostile one.
              const id = created++;
              if (id > 0) return fake.createDecoder(settings);
              const hostile = hostileCodec(() => {
                calls.set(id, (calls.get(id) ?? 0) + 1);
                return isSlow ? undefined : misbehave(harness.clock);
              });
              return hostile.codec.createDecoder(settings);
            },
          },
        ],
      ]),
    });
    const [bad, good] = [new Speaker({ frames: 20 }), new Speaker({ frames: 20 })];
    for (const packet of [...bad.packets, bad.end]) harness.channel.deliver(packet, 'bad');
    for (const packet of [...good.packets, good.end]) harness.channel.deliver(packet, 'good');
    harness.clock.advance(2000);
    expect(calls.get(0)).toBe(3);
    expect(
      harness.finished.map(({ sender, outcome, framesPlayed }) => [sender, outcome, framesPlayed]),
    ).toEqual([
      ['bad', 'complete', 0],
      ['good', 'complete', 20],
    ]);
    expect(harness.log.filter((line) => line.startsWith('fault'))).toEqual(['fault PLUGIN_FAILED']);
    expect(harness.receiver.counters.decodeFaults).toBe(20);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});

describe('a decoder', () => {
  it('cannot change what it gave', () => {
    const kept: Int16Array[] = [];
    const { decode } = setUp(
      hostileCodec(() => {
        const pcm = new Int16Array(160).fill(100);
        kept.push(pcm);
        return pcm;
      }).codec,
    );
    const { pcm } = decode();
    for (const given of kept) given.fill(32_767);
    expect(new Set(pcm)).toEqual(new Set([100]));
  });

  it('may refuse payloads that are none of its own as often as it is given such', () => {
    const { decode, faults } = setUp(createFakeCodec());
    for (let frame = 0; frame < 100; frame++) expect(decode([255]).kind).toBe('silence');
    expect(decode([1]).kind).toBe('speech');
    expect(faults).toMatchObject([{ code: 'CODEC_FAILED' }]);
  });

  it('may be slow now and then, if it makes up for it', () => {
    let tookMs = 0;
    const harness = setUp(hostileCodec(() => (harness.clock.advance(tookMs), new Int16Array(160))).codec);
    for (let frame = 0; frame < 1000; frame++) {
      tookMs = frame % 5 === 0 ? 120 : 1;
      expect(harness.decode().kind).toBe('speech');
    }
    expect(harness.faults).toEqual([]);
  });

  it('is not made any more when that failed three times, in utterance after utterance', () => {
    let made = 0;
    const { decode, decoder, faults } = setUp({
      ...createFakeCodec(),
      createDecoder() {
        made++;
        throw new Error('no memory');
      },
    });
    for (let utterance = 0; utterance < 10; utterance++) {
      decode();
      decoder.reset();
    }
    expect(made).toBe(3);
    expect(faults).toMatchObject([{ code: 'PLUGIN_FAILED' }]);
  });

  it('has the faults of its concealment counted, too', () => {
    const { decoder, decode, faults } = setUp({
      ...createFakeCodec(),
      createDecoder: () => ({
        decode: () => new Int16Array(160),
        conceal: () => new Int16Array(3),
        dispose: () => undefined,
      }),
    });
    decode();
    for (let gap = 0; gap < 5; gap++) expect(decoder.conceal(testHeader, 80)).toBeUndefined();
    expect(faults).toMatchObject([{ code: 'PLUGIN_FAILED' }]);
    expect(decode().kind).toBe('silence');
  });
});
