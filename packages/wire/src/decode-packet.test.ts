import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AudioPacket,
  type MalformedPacket,
  type UnknownPacket,
  type WirePacket,
  decodePacket,
  contentAddressBytes,
  encodeAudioPacket,
  encodeByePacket,
  encodeEndPacket,
  encodeFlushPacket,
  encodeHelloPacket,
  encodeMarkPacket,
  encodePausePacket,
  encodePingPacket,
  encodeProbePacket,
  encodeRefPacket,
  encodeReportPacket,
  encodeResumePacket,
  encodeWordsPacket,
  wireVersion,
} from './index.js';

const audio: AudioPacket = {
  type: 'audio',
  flags: 17,
  channel: 2,
  formatIndex: 1,
  utteranceSequence: 9,
  sequence: 4,
  firstFrame: 40,
  sendTimeMs: 999,
  streamHeader: {
    codecId: 'opus',
    sampleRateHz: 24000,
    frameMs: 20,
    initialBufferMs: 80,
    rebufferMs: 120,
    reportIntervalMs: 200,
  },
  payloads: [new Uint8Array(60).fill(1), new Uint8Array(300).fill(2), new Uint8Array(0)],
};

const command = { channel: 2, group: 7, utteranceSequence: 9, receiverId: 7, nonce: 5, commandId: 3 };

const valid: readonly Uint8Array[] = [
  encodeAudioPacket(audio),
  encodeReportPacket({
    type: 'report',
    receiverId: 7,
    channel: 0,
    utteranceSequence: 1,
    playout: 'stalled',
    isEndKnown: true,
    isAlarm: false,
    nextSequence: 3,
    bitmapLow: 5,
    bitmapHigh: 0,
    playheadFrame: 7,
    bufferAheadMs: 100,
    owdVariationMs: 3,
    deliveryRateBytesPerSecond: 6400,
    lossPercent: 2,
    lateFrames: 0,
    stalls: 1,
    stalledMs: 20,
    concealedMs: 0,
    pdvP95Ms: 12,
    lossBurstMs: 40,
    echo: { sendTimeMs: 1, holdMs: 2 },
    startedAgoMs: 3,
    completedAgoMs: 4,
    troubles: ['hiddenPage', 'overload'],
  }),
  encodeHelloPacket({
    type: 'hello',
    receiverId: 7,
    nonce: 0x89ab_cdef,
    minVersion: 2,
    maxVersion: 2,
    bufferMs: 120000,
    codecIds: ['opus', 'pcm'],
    probeNonce: 1,
    probeSendTimeMs: 2,
    holds: Uint8Array.of(1, 2, 3),
  }),
  encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 2 }),
  encodeFlushPacket({ type: 'flush', channel: 0, utteranceSequence: 5 }),
  encodeEndPacket({
    type: 'end',
    channel: 0,
    utteranceSequence: 1,
    packetCount: 2,
    frameCount: 3,
    sampleCount: 4,
    sendTimeMs: 5,
  }),
  encodePingPacket({ type: 'ping', receiverId: 7, nonce: 1, sendTimeMs: 2 }),
  encodeByePacket({ type: 'bye', receiverId: 7 }),
  encodePausePacket({ type: 'pause', ...command, frame: 12 }),
  encodeResumePacket({ type: 'resume', ...command }),
  encodeMarkPacket({ type: 'mark', ...command, frame: 99 }),
  encodeRefPacket({
    type: 'ref',
    channel: 1,
    group: 3,
    utteranceSequence: 9,
    sequence: 4,
    firstFrame: 40,
    frameCount: 60,
    sendTimeMs: 999,
    contentFrame: 5,
    contentAddress: new Uint8Array(16).fill(0xab),
  }),
  encodeWordsPacket({
    type: 'words',
    channel: 1,
    utteranceSequence: 7,
    firstWord: 3,
    words: [
      { text: 'déjà', startMs: 900, endMs: 1200 },
      { text: '', startMs: 1200, endMs: 1200 },
      { text: '言葉', startMs: 1300, endMs: 1500 },
    ],
  }),
];

/** What was read may not be larger than what was given. */
function expectBounded(bytes: Uint8Array, read: WirePacket | UnknownPacket | MalformedPacket): void {
  if (read.type === 'audio') {
    let total = 0;
    for (const payload of read.payloads) {
      expect(payload.buffer).toBe(bytes.buffer);
      total += payload.length;
    }
    expect(total).toBeLessThanOrEqual(bytes.length);
    expect(read.payloads.length).toBeLessThanOrEqual(bytes.length);
  }
  if (read.type === 'words') {
    expect(read.words.length).toBeLessThanOrEqual(bytes.length / 5);
    expect(read.words.map(({ text }) => text).join('').length).toBeLessThanOrEqual(bytes.length);
    for (const { startMs, endMs } of read.words) expect(endMs).toBeGreaterThanOrEqual(startMs);
  }
  if (read.type === 'hello') {
    expect(read.codecIds.join('').length + (read.holds?.length ?? 0)).toBeLessThanOrEqual(bytes.length);
    expect(read.receiverId).toBeGreaterThan(0);
    expect(read.nonce).toBeGreaterThan(0);
  }
  if (read.type === 'ref') expect(read.contentAddress).toHaveLength(contentAddressBytes);
}

describe('decodePacket on hostile bytes', () => {
  it('never throws, and never makes more of random bytes than they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1300 }), (bytes) => expectBounded(bytes, decodePacket(bytes))),
      { numRuns: 3000 },
    );
  });

  it('never throws on random bodies behind a valid first byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 19 }), fc.uint8Array({ maxLength: 120 }), (type, body) => {
        const bytes = Uint8Array.from([(wireVersion << 6) | type, ...body]);
        const read = decodePacket(bytes);
        expectBounded(bytes, read);
        if (type === 9 || type === 11 || type > 15)
          expect(read).toEqual({ type: 'unknown', version: wireVersion, typeNumber: type });
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws on valid packets with flipped bytes', () => {
    const flips = fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(...valid), flips, (original, changes) => {
        const bytes = original.slice();
        for (const [at, mask] of changes) bytes[at % bytes.length]! ^= mask;
        expectBounded(bytes, decodePacket(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('calls every truncation of a valid packet malformed', () => {
    for (const bytes of valid) {
      for (let length = 0; length < bytes.length; length++) {
        expect(decodePacket(bytes.subarray(0, length)).type).toBe('malformed');
      }
    }
  });

  it('ignores bytes behind a control packet: a later version may add fields', () => {
    for (const bytes of valid.slice(1)) {
      const longer = Uint8Array.from([...bytes, 1, 2, 3]);
      expect(decodePacket(longer)).toEqual(decodePacket(bytes));
    }
  });

  it('leaves packets of other versions alone', () => {
    for (const version of [0, 1, 3]) {
      for (const original of valid) {
        const bytes = original.slice();
        bytes[0] = (bytes[0]! & 63) | (version << 6);
        expect(decodePacket(bytes)).toMatchObject({ type: 'unknown', version });
      }
    }
  });
});
