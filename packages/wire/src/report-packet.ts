import { groupOf, ownId, readGroup } from './addressing.js';
import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { extensionTag, readExtension, writeExtension } from './extension.js';
import { packetType, wireVersion } from './packet-type.js';
import type { ReportPacket } from './packets.js';
import { playoutStates, playoutTroubles } from './playout-state.js';

const flag = { endKnown: 1, alarm: 2, echo: 4, started: 8, completed: 16, troubles: 32 } as const;
/** Packets that the bitmap of a report covers, beyond the first missing one. */
export const reportBitmapBits = 64;

/** @throws RangeError for a receiver id other than 1–65535, or a group other than 0–7 */
export function encodeReportPacket(report: ReportPacket): Uint8Array {
  const { echo, startedAgoMs, completedAgoMs, troubles } = report;
  const writer = new ByteWriter(48);
  writer.u8((wireVersion << 6) | packetType.report);
  const flags =
    (report.isEndKnown ? flag.endKnown : 0) |
    (report.isAlarm ? flag.alarm : 0) |
    (echo === undefined ? 0 : flag.echo) |
    (startedAgoMs === undefined ? 0 : flag.started) |
    (completedAgoMs === undefined ? 0 : flag.completed) |
    (troubles === undefined ? 0 : flag.troubles);
  const playout = playoutStates.indexOf(report.playout);
  writer.u16((flags << 10) | (groupOf(report) << 7) | (playout << 4) | (report.channel & 15));
  writer.u16(ownId(report));
  // Sequence number and sequence wrap: 16-bit serial numbers.
  writer.u16(report.utteranceSequence & 0xffff);
  writer.u16(report.nextSequence & 0xffff);
  writer.u32(report.bitmapLow);
  writer.u32(report.bitmapHigh);
  // 2^24 frames of 10 ms are 46 hours.
  writer.u24(report.playheadFrame);
  // Saturates at 65.5 s: the sender then takes the receiver to hold that much.
  writer.u16(upTo(0xffff, report.bufferAheadMs));
  // Signed, saturates at ±32.8 s.
  writer.i16(Math.max(-0x8000, Math.min(0x7fff, Math.round(report.owdVariationMs))));
  // Steps of 64 bytes/s, saturates at 4.19 MB/s: no speech comes near it.
  writer.u16(upTo(0xffff, report.deliveryRateBytesPerSecond / 64));
  // Steps of 0.5 %; 100 % is 200.
  writer.u8(upTo(0xff, report.lossPercent * 2));
  // Saturates at 255 an utterance, so that only the first 255 can be counted.
  writer.u8(upTo(0xff, report.lateFrames));
  // Saturate at 255 and at 65.5 s an utterance: beyond that the figures follow in an extension.
  writer.u8(upTo(0xff, report.stalls));
  writer.u16(upTo(0xffff, report.stalledMs));
  writer.u16(upTo(0xffff, report.concealedMs));
  // Saturate at 65.5 s.
  writer.u16(upTo(0xffff, report.pdvP95Ms));
  writer.u16(upTo(0xffff, report.lossBurstMs));
  if (echo !== undefined) {
    // The send time wraps every 65.536 s. A hold of more than 65.5 s saturates, and such an echo tells no round trip.
    writer.u16(echo.sendTimeMs & 0xffff);
    writer.u16(upTo(0xffff, echo.holdMs));
  }
  // Saturate at 65.5 s: what began longer ago seems to have begun then. The first report that tells it is the one used.
  if (startedAgoMs !== undefined) writer.u16(upTo(0xffff, startedAgoMs));
  if (completedAgoMs !== undefined) writer.u16(upTo(0xffff, completedAgoMs));
  if (troubles !== undefined)
    writer.u8(troubles.reduce((bits, trouble) => bits | (1 << playoutTroubles.indexOf(trouble)), 0));
  const { stalls, stalledMs, concealedMs } = report;
  if (stalls > 0xff || Math.max(stalledMs, concealedMs) > 0xffff)
    writeExtension(writer, extensionTag.totals, (block) => {
      // Saturate at 65 535 stalls and at 49 days.
      block.u16(upTo(0xffff, stalls));
      block.u32(upTo(0xffffffff, stalledMs));
      block.u32(upTo(0xffffffff, concealedMs));
    });
  return writer.finish();
}

/** Reads what follows the first byte. */
export function readReportPacket(reader: ByteReader): ReportPacket | undefined {
  const places = reader.u16();
  const flags = places >> 10;
  const playout = playoutStates[(places >> 4) & 7];
  if (playout === undefined) return undefined;
  const fixed = {
    type: 'report' as const,
    channel: places & 15,
    ...readGroup(places >> 7),
    playout,
    isEndKnown: (flags & flag.endKnown) !== 0,
    isAlarm: (flags & flag.alarm) !== 0,
    receiverId: reader.u16(),
    utteranceSequence: reader.u16(),
    nextSequence: reader.u16(),
    bitmapLow: reader.u32(),
    bitmapHigh: reader.u32(),
    playheadFrame: reader.u24(),
    bufferAheadMs: reader.u16(),
    owdVariationMs: reader.i16(),
    deliveryRateBytesPerSecond: reader.u16() * 64,
    lossPercent: reader.u8() / 2,
    lateFrames: reader.u8(),
    stalls: reader.u8(),
    stalledMs: reader.u16(),
    concealedMs: reader.u16(),
    pdvP95Ms: reader.u16(),
    lossBurstMs: reader.u16(),
  };
  const echo = (flags & flag.echo) !== 0 ? { sendTimeMs: reader.u16(), holdMs: reader.u16() } : undefined;
  const startedAgoMs = (flags & flag.started) !== 0 ? reader.u16() : undefined;
  const completedAgoMs = (flags & flag.completed) !== 0 ? reader.u16() : undefined;
  const troubleBits = (flags & flag.troubles) !== 0 ? reader.u8() : undefined;
  const totals = readExtension(reader, extensionTag.totals);
  const longTotals = totals && { stalls: totals.u16(), stalledMs: totals.u32(), concealedMs: totals.u32() };
  if (totals?.isExhausted === true) return undefined;
  return {
    ...fixed,
    ...longTotals,
    ...(echo ? { echo } : {}),
    ...(startedAgoMs === undefined ? {} : { startedAgoMs }),
    ...(completedAgoMs === undefined ? {} : { completedAgoMs }),
    ...(troubleBits === undefined
      ? {}
      : { troubles: playoutTroubles.filter((_, bit) => ((troubleBits >> bit) & 1) === 1) }),
  };
}

function upTo(limit: number, value: number): number {
  return Math.max(0, Math.min(limit, Math.round(value)));
}
