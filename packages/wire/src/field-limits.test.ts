import { describe, expect, it } from 'vitest';
import {
  type AudioPacket,
  type EndPacket,
  type HelloPacket,
  type ReportPacket,
  type StreamHeader,
  decodePacket,
  elapsedSince,
  elapsedSinceEcho,
  encodeAudioPacket,
  encodeEndPacket,
  encodeFlushPacket,
  encodeHelloPacket,
  encodeMarkPacket,
  encodePingPacket,
  encodePongPacket,
  encodeProbePacket,
  encodeRefPacket,
  encodeReportPacket,
  encodeWordsPacket,
  roundTripMs,
} from './index.js';

const report: ReportPacket = {
  type: 'report',
  receiverId: 1,
  channel: 0,
  utteranceSequence: 0,
  playout: 'playing',
  isEndKnown: false,
  isAlarm: false,
  nextSequence: 0,
  bitmapLow: 0,
  bitmapHigh: 0,
  playheadFrame: 0,
  bufferAheadMs: 0,
  owdVariationMs: 0,
  deliveryRateBytesPerSecond: 0,
  lossPercent: 0,
  lateFrames: 0,
  stalls: 0,
  stalledMs: 0,
  concealedMs: 0,
  pdvP95Ms: 0,
  lossBurstMs: 0,
};
const header: StreamHeader = {
  codecId: 'opus',
  sampleRateHz: 24_000,
  frameMs: 20,
  initialBufferMs: 80,
  rebufferMs: 120,
  reportIntervalMs: 200,
};
const audio: AudioPacket = {
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
const hello: HelloPacket = {
  type: 'hello',
  receiverId: 1,
  nonce: 1,
  minVersion: 2,
  maxVersion: 2,
  bufferMs: 0,
  codecIds: [],
  probeNonce: 0,
  probeSendTimeMs: 0,
};
const end: EndPacket = {
  type: 'end',
  channel: 0,
  utteranceSequence: 0,
  packetCount: 0,
  frameCount: 0,
  sampleCount: 0,
  sendTimeMs: 0,
};

/** What a field reads as, when it was written as the value given. */
function readBack(field: string): (value: number) => unknown {
  const [type, name] = field.split('.') as [string, string];
  const read = (bytes: Uint8Array): Record<string, unknown> =>
    decodePacket(bytes) as unknown as Record<string, unknown>;
  return (value) => {
    const change = { [name]: value };
    const stamp = { nonce: 1, sendTimeMs: 0, ...change };
    switch (type) {
      case 'report':
        return read(encodeReportPacket({ ...report, ...change }))[name];
      case 'audio':
        return read(encodeAudioPacket({ ...audio, ...change }))[name];
      case 'header': {
        const { streamHeader } = read(
          encodeAudioPacket({ ...audio, streamHeader: { ...header, ...change } }),
        ) as { streamHeader?: Record<string, unknown> };
        return streamHeader?.[name];
      }
      case 'hello':
        return read(encodeHelloPacket({ ...hello, ...change }))[name];
      case 'end':
        return read(encodeEndPacket({ ...end, ...change }))[name];
      case 'probe':
        return read(encodeProbePacket({ type: 'probe', ...stamp }))[name];
      case 'ping':
        return read(encodePingPacket({ type: 'ping', receiverId: 0, ...stamp }))[name];
      case 'pong':
        return read(encodePongPacket({ type: 'pong', receiverId: 1, ...stamp }))[name];
      case 'flush':
        return read(encodeFlushPacket({ type: 'flush', channel: 0, utteranceSequence: 0, ...change }))[name];
      case 'mark': {
        const command = { channel: 0, utteranceSequence: 0, receiverId: 0, nonce: 0, commandId: 0, frame: 0 };
        return read(encodeMarkPacket({ type: 'mark', ...command, ...change }))[name];
      }
      case 'ref': {
        const ref = {
          channel: 0,
          utteranceSequence: 0,
          sequence: 0,
          firstFrame: 0,
          frameCount: 1,
          contentFrame: 0,
        };
        const contentAddress = new Uint8Array(16);
        return read(encodeRefPacket({ type: 'ref', ...ref, sendTimeMs: 0, contentAddress, ...change }))[name];
      }
      default:
        throw new Error(type);
    }
  };
}

describe('fields that saturate', () => {
  it.each([
    ['report.bufferAheadMs', 65_535, 65_536, 65_535],
    ['report.owdVariationMs', 32_767, 32_768, 32_767],
    ['report.owdVariationMs', -32_768, -32_769, -32_768],
    ['report.deliveryRateBytesPerSecond', 4_194_240, 5e6, 4_194_240],
    ['report.lossPercent', 127.5, 128, 127.5],
    ['report.lateFrames', 255, 256, 255],
    ['report.stalls', 65_535, 65_536, 65_535],
    ['report.stalledMs', 4_294_967_295, 4_294_967_296, 4_294_967_295],
    ['report.concealedMs', 4_294_967_295, 4_294_967_296, 4_294_967_295],
    ['report.pdvP95Ms', 65_535, 65_536, 65_535],
    ['report.lossBurstMs', 65_535, 65_536, 65_535],
    ['report.startedAgoMs', 65_535, 65_536, 65_535],
    ['report.completedAgoMs', 65_535, 65_536, 65_535],
    ['header.initialBufferMs', 65_535, 65_536, 65_535],
    ['header.rebufferMs', 65_535, 65_536, 65_535],
    ['header.reportIntervalMs', 2550, 2560, 2550],
    ['hello.bufferMs', 655_350, 655_360, 655_350],
  ])('%s: %d is told, and %d reads as %d', (field, limit, beyond, told) => {
    const read = readBack(field);
    expect([read(limit), read(beyond)]).toEqual([limit, told]);
  });

  it.each([
    ['report.stalls', 255, 256],
    ['report.stalledMs', 65_535, 300_000],
    ['report.concealedMs', 65_535, 65_536],
  ])('%s is told beyond its field of a report as well: %d, %d', (field, limit, beyond) => {
    const read = readBack(field);
    expect([read(limit), read(beyond)]).toEqual([limit, beyond]);
  });

  it('costs nothing as long as the figures fit', () => {
    const most = { ...report, stalls: 255, stalledMs: 65_535, concealedMs: 65_535 };
    expect(encodeReportPacket(most).length).toBe(encodeReportPacket(report).length);
    expect(encodeReportPacket({ ...most, stalledMs: 65_536 }).length).toBe(
      encodeReportPacket(report).length + 12,
    );
  });

  it('calls a report malformed whose extension is cut off, and skips one that it does not know', () => {
    const long = encodeReportPacket({ ...report, stalledMs: 300_000 });
    const short = encodeReportPacket(report);
    for (let length = short.length + 1; length < long.length; length++)
      expect(decodePacket(long.subarray(0, length)).type).toBe('malformed');
    const foreign = [0x99, 2, 7, 7];
    const both = Uint8Array.from([...short, ...foreign, ...long.subarray(short.length)]);
    expect(decodePacket(both)).toMatchObject({ stalledMs: 300_000 });
    expect(decodePacket(Uint8Array.from([...short, ...foreign]))).toEqual(decodePacket(short));
  });
});

describe('fields that wrap', () => {
  it.each([
    ['audio.utteranceSequence', 65_535],
    ['audio.sequence', 65_535],
    ['audio.sendTimeMs', 65_535],
    ['report.utteranceSequence', 65_535],
    ['report.nextSequence', 65_535],
    ['hello.newestUtteranceSequence', 65_535],
    ['hello.probeNonce', 65_535],
    ['hello.probeSendTimeMs', 65_535],
    ['end.utteranceSequence', 65_535],
    ['end.packetCount', 65_535],
    ['end.sampleCount', 4_294_967_295],
    ['end.sendTimeMs', 65_535],
    ['probe.nonce', 65_535],
    ['probe.sendTimeMs', 65_535],
    ['ping.nonce', 65_535],
    ['ping.sendTimeMs', 65_535],
    ['pong.nonce', 65_535],
    ['pong.sendTimeMs', 65_535],
    ['flush.utteranceSequence', 65_535],
    ['mark.utteranceSequence', 65_535],
    ['mark.commandId', 65_535],
    ['ref.utteranceSequence', 65_535],
    ['ref.sequence', 65_535],
    ['ref.sendTimeMs', 65_535],
  ])('%s: after %d it begins anew', (field, last) => {
    const read = readBack(field);
    expect([read(last), read(last + 1), read(last + 8)]).toEqual([last, 0, 7]);
  });
});

describe('fields that refuse what does not fit', () => {
  it.each<[string, () => Uint8Array]>([
    ['the frame 2^24', () => encodeAudioPacket({ ...audio, firstFrame: 0xffffff })],
    ['a mark at frame 2^24', () => readBack('mark.frame')(0x1000000) as Uint8Array],
    ['a reference to 65 536 frames', () => readBack('ref.frameCount')(65_536) as Uint8Array],
    [
      'a word after 2^32 ms',
      () =>
        encodeWordsPacket({
          ...{ type: 'words', channel: 0, utteranceSequence: 0, firstWord: 0 },
          words: [{ text: 'late', startMs: 2 ** 32, endMs: 2 ** 32 }],
        }),
    ],
    [
      'the 65 537th word',
      () =>
        encodeWordsPacket({
          ...{ type: 'words', channel: 0, utteranceSequence: 0, firstWord: 65_536 },
          words: [{ text: 'more', startMs: 0, endMs: 1 }],
        }),
    ],
  ])('%s', (_, write) => {
    expect(write).toThrow(RangeError);
  });

  it('cuts the duration of a word at 65.5 s', () => {
    const words = [{ text: 'long', startMs: 0, endMs: 70_000 }];
    const packet = encodeWordsPacket({
      type: 'words',
      channel: 0,
      utteranceSequence: 0,
      firstWord: 0,
      words,
    });
    expect(decodePacket(packet)).toMatchObject({ words: [{ startMs: 0, endMs: 65_535 }] });
  });
});

describe('what an echo tells', () => {
  const sentAtMs = 1_000_000;
  const echo = (holdMs: number): { sendTimeMs: number; holdMs: number } => ({
    sendTimeMs: sentAtMs & 0xffff,
    holdMs,
  });

  it.each([
    [40, 0],
    [40, 200],
    [300, 65_400],
    [30_000, 60_000],
    [0, 65_534],
  ])('a round trip of %d ms is read from a hold of %d ms, across the wrap', (rttMs, holdMs) => {
    const nowMs = sentAtMs + rttMs + holdMs;
    expect(roundTripMs(echo(holdMs), nowMs)).toBe(rttMs);
    expect(elapsedSinceEcho(echo(holdMs), nowMs)).toBe(rttMs + holdMs);
  });

  it('a saturated hold gives none', () => {
    for (const laterMs of [65_535, 65_575, 70_000, 131_000, 3_600_000]) {
      expect(roundTripMs(echo(65_535), sentAtMs + laterMs)).toBeUndefined();
      expect(elapsedSinceEcho(echo(65_535), sentAtMs + laterMs)).toBeUndefined();
    }
  });

  it('a hold that is longer than the time since the sending gives none, but for the rounding', () => {
    expect(roundTripMs(echo(100), sentAtMs + 99)).toBe(0);
    expect(roundTripMs(echo(100), sentAtMs + 90)).toBeUndefined();
    expect(roundTripMs(echo(30_000), sentAtMs + 100)).toBeUndefined();
  });

  it('a send time alone is known modulo 65.536 s', () => {
    expect(elapsedSince(sentAtMs & 0xffff, sentAtMs + 65_535)).toBe(65_535);
    expect(elapsedSince(sentAtMs & 0xffff, sentAtMs + 65_576)).toBe(40);
  });
});
