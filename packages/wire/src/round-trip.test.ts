import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AudioPacket,
  type ReportPacket,
  type StreamHeader,
  audioFlag,
  audioHeaderBytes,
  decodePacket,
  encodeAudioPacket,
  encodeEndPacket,
  encodeFlushPacket,
  encodeHelloPacket,
  encodePingPacket,
  encodePongPacket,
  encodeByePacket,
  encodeMarkPacket,
  encodePausePacket,
  encodeRefPacket,
  encodeResumePacket,
  createContentDigest,
  mayHold,
  playoutTroubles,
  encodeProbePacket,
  encodeReportPacket,
  frameLengthBytes,
  maxFrameBytes,
  maxFrameIndex,
  playoutStates,
  restampAudioPacket,
  serialDistance,
  streamHeaderBytes,
  unwrapSerial,
} from './index.js';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const asciiId = fc
  .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength: 31 })
  .map((codes) => String.fromCharCode(...codes));

/** A group as packets carry it: the group 0 is left out. */
const group = fc.integer({ min: 0, max: 7 }).map((number) => (number === 0 ? {} : { group: number }));
const receiverId = fc.integer({ min: 1, max: 0xffff });
const nonce = fc.integer({ min: 1, max: 0xffffffff });

const streamHeader: fc.Arbitrary<StreamHeader> = fc.record({
  codecId: asciiId,
  sampleRateHz: fc.integer({ min: 160, max: 7680 }).map((step) => step * 25),
  frameMs: fc.integer({ min: 1, max: 255 }).map((step) => step / 2),
  initialBufferMs: u16,
  rebufferMs: u16,
  reportIntervalMs: fc.integer({ min: 1, max: 255 }).map((step) => step * 10),
});

const payloadLength = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.constantFrom(0, 251, 252, 253, 255, 256, 1274, maxFrameBytes),
);

const audioPacket: fc.Arbitrary<AudioPacket> = fc
  .record({
    group,
    flags: fc.integer({ min: 0, max: 15 }),
    channel: fc.integer({ min: 0, max: 15 }),
    formatIndex: fc.integer({ min: 0, max: 15 }),
    utteranceSequence: u16,
    sequence: u16,
    firstFrame: fc.integer({ min: 0, max: maxFrameIndex - 20 }),
    sendTimeMs: u16,
    header: fc.option(streamHeader, { nil: undefined }),
    lengths: fc.array(payloadLength, { minLength: 1, maxLength: 20 }),
    fill: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ group: ofGroup, header, lengths, fill, flags, ...rest }) => ({
    type: 'audio' as const,
    ...ofGroup,
    ...rest,
    flags: header ? flags | audioFlag.streamHeader : flags,
    ...(header ? { streamHeader: header } : {}),
    payloads: lengths.map((length, at) => new Uint8Array(length).fill(fill + at)),
  }));

const reportPacket: fc.Arbitrary<ReportPacket> = fc
  .record({
    receiverId,
    group,
    troubles: fc.option(fc.subarray([...playoutTroubles]), { nil: undefined }),
    channel: fc.integer({ min: 0, max: 15 }),
    utteranceSequence: u16,
    playout: fc.constantFrom(...playoutStates),
    isEndKnown: fc.boolean(),
    isAlarm: fc.boolean(),
    nextSequence: u16,
    bitmapLow: u32,
    bitmapHigh: u32,
    playheadFrame: fc.integer({ min: 0, max: 0xffffff }),
    bufferAheadMs: u16,
    owdVariationMs: fc.integer({ min: -0x8000, max: 0x7fff }),
    deliveryRateBytesPerSecond: u16.map((step) => step * 64),
    lossPercent: fc.integer({ min: 0, max: 255 }).map((step) => step / 2),
    lateFrames: fc.integer({ min: 0, max: 255 }),
    stalls: fc.integer({ min: 0, max: 255 }),
    stalledMs: u16,
    concealedMs: u16,
    pdvP95Ms: u16,
    lossBurstMs: u16,
    echo: fc.option(fc.record({ sendTimeMs: u16, holdMs: u16 }), { nil: undefined }),
    startedAgoMs: fc.option(u16, { nil: undefined }),
    completedAgoMs: fc.option(u16, { nil: undefined }),
  })
  .map(({ group: ofGroup, troubles, echo, startedAgoMs, completedAgoMs, ...rest }) => ({
    type: 'report' as const,
    ...ofGroup,
    ...(troubles === undefined ? {} : { troubles }),
    ...rest,
    ...(echo ? { echo } : {}),
    ...(startedAgoMs === undefined ? {} : { startedAgoMs }),
    ...(completedAgoMs === undefined ? {} : { completedAgoMs }),
  }));

describe('round trips', () => {
  it('keeps every field of an audio packet, and has the announced size', () => {
    fc.assert(
      fc.property(audioPacket, (packet) => {
        const bytes = encodeAudioPacket(packet);
        expect(decodePacket(bytes)).toEqual(packet);
        const framesBytes = packet.payloads.reduce(
          (sum, p) => sum + frameLengthBytes(p.length) + p.length,
          0,
        );
        const headerBytes = packet.streamHeader ? streamHeaderBytes(packet.streamHeader) : 0;
        expect(bytes.length).toBe(audioHeaderBytes + headerBytes + framesBytes);
      }),
    );
  });

  it('reads an audio packet that lies inside a larger buffer', () => {
    fc.assert(
      fc.property(audioPacket, fc.integer({ min: 1, max: 9 }), (packet, offset) => {
        const bytes = encodeAudioPacket(packet);
        const larger = new Uint8Array(bytes.length + 2 * offset).fill(0xee);
        larger.set(bytes, offset);
        expect(decodePacket(larger.subarray(offset, offset + bytes.length))).toEqual(packet);
      }),
    );
  });

  it('changes send time and flags only when an audio packet is stamped again', () => {
    fc.assert(
      fc.property(audioPacket, u16, (packet, sendTimeMs) => {
        const bytes = encodeAudioPacket(packet);
        restampAudioPacket(bytes, sendTimeMs, audioFlag.repeat);
        expect(decodePacket(bytes)).toEqual({
          ...packet,
          sendTimeMs,
          flags: packet.flags | audioFlag.repeat,
        });
      }),
    );
  });

  it('keeps every field of a report', () => {
    fc.assert(
      fc.property(reportPacket, (report) => {
        expect(decodePacket(encodeReportPacket(report))).toEqual(report);
      }),
    );
  });

  it('keeps every field of the control packets', () => {
    const small = fc.integer({ min: 0, max: 15 });
    fc.assert(
      fc.property(
        small,
        small,
        u16,
        u16,
        u32,
        fc.array(asciiId, { maxLength: 16 }),
        receiverId,
        nonce,
        group,
        fc.option(fc.uint8Array({ minLength: 1, maxLength: 255 }), { nil: undefined }),
        (a, b, c, d, e, codecIds, id, ownNonce, ofGroup, holds) => {
          const frameCount = e & 0xffffff;
          const end = {
            type: 'end',
            ...ofGroup,
            channel: a,
            utteranceSequence: c,
            packetCount: d,
            frameCount,
            sampleCount: e,
            sendTimeMs: d,
          };
          const own = { receiverId: id, nonce: ownNonce, ...(holds === undefined ? {} : { holds }) };
          const versions = { minVersion: a, maxVersion: b } as const;
          const hello = { type: 'hello', ...own, ...versions, bufferMs: c * 10, codecIds } as const;
          const helloProbe = { ...hello, probeNonce: c, probeSendTimeMs: d };
          const stamp = { nonce: c, sendTimeMs: d };
          expect(decodePacket(encodeEndPacket({ ...end, type: 'end' }))).toEqual(end);
          expect(decodePacket(encodeHelloPacket(helloProbe))).toEqual(helloProbe);
          const helloAgain = {
            ...helloProbe,
            newestUtteranceSequence: d,
            ...(a % 2 === 0 ? { wantsWords: true } : {}),
          };
          expect(decodePacket(encodeHelloPacket(helloAgain))).toEqual(helloAgain);
          const origin = { channel: c & 15, epoch: d };
          expect(decodePacket(encodeProbePacket({ type: 'probe', ...stamp, origin }))).toEqual({
            type: 'probe',
            ...stamp,
            origin,
          });
          expect(decodePacket(encodeProbePacket({ type: 'probe', ...stamp }))).toEqual({
            type: 'probe',
            ...stamp,
          });
          expect(decodePacket(encodePingPacket({ type: 'ping', receiverId: c, ...stamp }))).toEqual({
            type: 'ping',
            receiverId: c,
            ...stamp,
          });
          expect(decodePacket(encodePongPacket({ type: 'pong', receiverId: id, ...stamp }))).toEqual({
            type: 'pong',
            receiverId: id,
            ...stamp,
          });
          const bye = { type: 'bye', receiverId: id } as const;
          expect(decodePacket(encodeByePacket(bye))).toEqual(bye);
          const pong = { type: 'pong', receiverId: id, ...stamp, history: (c * 0x10000 + d) >>> 0 } as const;
          expect(decodePacket(encodePongPacket(pong))).toEqual(pong);
          const flush = { type: 'flush', channel: a, utteranceSequence: c } as const;
          expect(decodePacket(encodeFlushPacket(flush))).toEqual(flush);
        },
      ),
    );
  });

  it('keeps every field of the commands', () => {
    const command = fc
      .record({
        group,
        channel: fc.integer({ min: 0, max: 15 }),
        utteranceSequence: u16,
        receiverId: u16,
        nonce: u32,
        commandId: u16,
      })
      .map(({ group: ofGroup, ...rest }) => ({ ...ofGroup, ...rest }));
    const frame = fc.integer({ min: 0, max: 0xfffffe });
    fc.assert(
      fc.property(command, frame, (fields, number) => {
        const pause = { type: 'pause', ...fields } as const;
        expect(decodePacket(encodePausePacket(pause))).toEqual(pause);
        expect(decodePacket(encodePausePacket({ ...pause, frame: number }))).toEqual({
          ...pause,
          frame: number,
        });
        const resume = { type: 'resume', ...fields } as const;
        expect(decodePacket(encodeResumePacket(resume))).toEqual(resume);
        const mark = { type: 'mark', ...fields, frame: number } as const;
        expect(decodePacket(encodeMarkPacket(mark))).toEqual(mark);
      }),
    );
  });

  it('keeps every field of a reference to content', () => {
    const ref = fc
      .record({
        group,
        channel: fc.integer({ min: 0, max: 15 }),
        utteranceSequence: u16,
        sequence: u16,
        firstFrame: fc.integer({ min: 0, max: 0xff0000 }),
        frameCount: fc.integer({ min: 1, max: 0xffff }),
        sendTimeMs: u16,
        contentFrame: u16,
        contentAddress: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      })
      .map(({ group: ofGroup, ...rest }) => ({ type: 'ref' as const, ...ofGroup, ...rest }));
    fc.assert(
      fc.property(ref, (packet) => {
        const bytes = encodeRefPacket(packet);
        expect(decodePacket(bytes)).toEqual(packet);
        expect(bytes).toHaveLength(31);
      }),
    );
  });

  it('ignores groups and troubles of a report only where they are absent', () => {
    fc.assert(
      fc.property(reportPacket, (report) => {
        const { group: _group, troubles: _troubles, ...bare } = report;
        const extraBytes = report.troubles === undefined ? 0 : 1;
        expect(encodeReportPacket(report).length - encodeReportPacket(bare).length).toBe(extraBytes);
      }),
    );
  });

  it('clamps measurements of a report that do not fit', () => {
    const sample = fc.sample(reportPacket, { numRuns: 1, seed: 1 })[0]!;
    const read = decodePacket(
      encodeReportPacket({
        ...sample,
        bufferAheadMs: 1e9,
        owdVariationMs: -1e9,
        lossPercent: 500,
        lateFrames: 1000,
        stalls: -1,
      }),
    );
    expect(read).toMatchObject({
      bufferAheadMs: 65535,
      owdVariationMs: -32768,
      lossPercent: 127.5,
      lateFrames: 255,
      stalls: 0,
    });
  });
});

describe('the digest of what a receiver holds', () => {
  it('names everything that is held, and few others', () => {
    const address = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.array(address, { maxLength: 100 }), (held) => {
        const digest = createContentDigest(held, 125);
        for (const one of held) expect(mayHold(digest, one)).toBe(true);
      }),
    );
    const random = fc.sample(address, { numRuns: 2100, seed: 1 });
    const digest = createContentDigest(random.slice(0, 100), 125);
    const wrong = random.slice(100).filter((one) => mayHold(digest, one));
    expect(wrong.length).toBeLessThan(0.05 * 2000);
  });

  it('has 1 to 255 bytes', () => {
    for (const bytes of [0, 256, 1.5]) expect(() => createContentDigest([], bytes)).toThrow(RangeError);
  });
});

describe('what cannot be written', () => {
  const header: StreamHeader = {
    codecId: 'opus',
    sampleRateHz: 24000,
    frameMs: 20,
    initialBufferMs: 80,
    rebufferMs: 120,
    reportIntervalMs: 200,
  };
  const packet: AudioPacket = {
    type: 'audio',
    flags: 0,
    channel: 0,
    formatIndex: 0,
    utteranceSequence: 0,
    sequence: 0,
    firstFrame: 0,
    sendTimeMs: 0,
    payloads: [new Uint8Array(1)],
  };
  const cases: readonly [string, AudioPacket][] = [
    ['no frames', { ...packet, payloads: [] }],
    ['256 frames', { ...packet, payloads: Array.from({ length: 256 }, () => new Uint8Array(1)) }],
    ['a frame that is too long', { ...packet, payloads: [new Uint8Array(maxFrameBytes + 1)] }],
    ['a frame number of 25 bits', { ...packet, firstFrame: maxFrameIndex }],
    ['a negative frame number', { ...packet, firstFrame: -1 }],
    ['an empty codec id', { ...packet, streamHeader: { ...header, codecId: '' } }],
    ['a codec id outside ASCII', { ...packet, streamHeader: { ...header, codecId: 'öpus' } }],
    ['a frame of 200 ms', { ...packet, streamHeader: { ...header, frameMs: 200 } }],
    ['a frame of 0 ms', { ...packet, streamHeader: { ...header, frameMs: 0 } }],
    ['a sample rate of 0', { ...packet, streamHeader: { ...header, sampleRateHz: 0 } }],
  ];
  for (const [name, bad] of cases) {
    it(`refuses ${name}`, () => {
      expect(() => encodeAudioPacket(bad)).toThrow(RangeError);
    });
  }

  it('rounds a report interval below 10 ms up, so that it stays readable', () => {
    const bytes = encodeAudioPacket({ ...packet, streamHeader: { ...header, reportIntervalMs: 1 } });
    expect(decodePacket(bytes)).toMatchObject({ streamHeader: { reportIntervalMs: 10 } });
  });

  it('refuses a codec id in a hello that the reader would call malformed', () => {
    const hello = {
      type: 'hello',
      receiverId: 1,
      nonce: 1,
      minVersion: 2,
      maxVersion: 2,
      bufferMs: 0,
      probeNonce: 0,
      probeSendTimeMs: 0,
    } as const;
    expect(() => encodeHelloPacket({ ...hello, codecIds: ['été'] })).toThrow(RangeError);
    expect(() => encodeHelloPacket({ ...hello, codecIds: ['x'.repeat(300)] })).toThrow(RangeError);
  });
});

describe('addresses that cannot be written', () => {
  const command = { channel: 0, utteranceSequence: 0, receiverId: 0, nonce: 0, commandId: 0 };
  const ref = {
    type: 'ref',
    channel: 0,
    utteranceSequence: 0,
    sequence: 0,
    firstFrame: 0,
    frameCount: 1,
    sendTimeMs: 0,
    contentFrame: 0,
    contentAddress: new Uint8Array(16),
  } as const;
  const hello = {
    type: 'hello',
    receiverId: 1,
    nonce: 1,
    minVersion: 2,
    maxVersion: 2,
    bufferMs: 0,
    codecIds: [],
    probeNonce: 0,
    probeSendTimeMs: 0,
  } as const;
  const cases: readonly [string, () => Uint8Array][] = [
    ['a receiver without an id', () => encodeByePacket({ type: 'bye', receiverId: 0 })],
    ['an id of 17 bits', () => encodeByePacket({ type: 'bye', receiverId: 0x10000 })],
    ['a hello without a nonce', () => encodeHelloPacket({ ...hello, nonce: 0 })],
    ['an empty digest', () => encodeHelloPacket({ ...hello, holds: new Uint8Array(0) })],
    ['a digest of 256 bytes', () => encodeHelloPacket({ ...hello, holds: new Uint8Array(256) })],
    ['the ninth group', () => encodeResumePacket({ type: 'resume', ...command, group: 8 })],
    ['a mark at no frame', () => encodeMarkPacket({ type: 'mark', ...command, frame: 0xffffff })],
    ['a pause before frame −1', () => encodePausePacket({ type: 'pause', ...command, frame: -1 })],
    ['a short content address', () => encodeRefPacket({ ...ref, contentAddress: new Uint8Array(15) })],
    ['a reference to nothing', () => encodeRefPacket({ ...ref, frameCount: 0 })],
    ['a reference beyond the last frame', () => encodeRefPacket({ ...ref, firstFrame: 0xffffff })],
    ['a place in the content of 17 bits', () => encodeRefPacket({ ...ref, contentFrame: 0x10000 })],
  ];
  for (const [name, write] of cases) {
    it(`refuses ${name}`, () => {
      expect(write).toThrow(RangeError);
    });
  }
});

describe('serial numbers', () => {
  it('unwraps to the nearest full count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: -32767, max: 32767 }),
        (near, step) => {
          const full = near + step;
          expect(unwrapSerial(((full % 65536) + 65536) % 65536, near)).toBe(full);
        },
      ),
    );
  });

  it('measures across the wrap', () => {
    expect(serialDistance(65535, 0)).toBe(1);
    expect(serialDistance(0, 65535)).toBe(-1);
    expect(serialDistance(0, 32768)).toBe(-32768);
  });
});
