import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { packetType, wireVersion } from './packet-type.js';
import { type ReportPacket, playoutStates } from './packets.js';

const flag = { endKnown: 1, alarm: 2, echo: 4, started: 8, completed: 16 } as const;
/** Packets that the bitmap of a report covers, beyond the first missing one. */
export const reportBitmapBits = 64;

export function encodeReportPacket(report: ReportPacket): Uint8Array {
  const writer = new ByteWriter(48);
  writer.u8((wireVersion << 6) | packetType.report);
  writer.u8(
    (report.isEndKnown ? flag.endKnown : 0) |
      (report.isAlarm ? flag.alarm : 0) |
      (report.echo ? flag.echo : 0) |
      (report.startedAgoMs === undefined ? 0 : flag.started) |
      (report.completedAgoMs === undefined ? 0 : flag.completed),
  );
  writer.u8(((report.channel & 15) << 4) | playoutStates.indexOf(report.playout));
  writer.u16(report.generation & 0xffff);
  writer.u16(report.nextSequence & 0xffff);
  writer.u32(report.bitmapLow);
  writer.u32(report.bitmapHigh);
  writer.u24(report.playheadFrame);
  writer.u16(upTo(0xffff, report.leadMs));
  writer.i16(Math.max(-0x8000, Math.min(0x7fff, Math.round(report.owdVariationMs))));
  writer.u16(upTo(0xffff, report.deliveryRateBytesPerSecond / 64));
  writer.u8(upTo(0xff, report.lossPercent * 2));
  writer.u8(upTo(0xff, report.lateFrames));
  writer.u8(upTo(0xff, report.stalls));
  writer.u16(upTo(0xffff, report.stalledMs));
  writer.u16(upTo(0xffff, report.concealedMs));
  writer.u16(upTo(0xffff, report.jitterP95Ms));
  writer.u16(upTo(0xffff, report.lossBurstMs));
  if (report.echo) {
    writer.u16(report.echo.sendTimeMs & 0xffff);
    writer.u16(upTo(0xffff, report.echo.holdMs));
  }
  if (report.startedAgoMs !== undefined) writer.u16(upTo(0xffff, report.startedAgoMs));
  if (report.completedAgoMs !== undefined) writer.u16(upTo(0xffff, report.completedAgoMs));
  return writer.finish();
}

/** Reads what follows the first byte. */
export function readReportPacket(reader: ByteReader): ReportPacket | undefined {
  const flags = reader.u8();
  const places = reader.u8();
  const playout = playoutStates[places & 15];
  if (playout === undefined) return undefined;
  const fixed = {
    type: 'report' as const,
    channel: places >> 4,
    playout,
    isEndKnown: (flags & flag.endKnown) !== 0,
    isAlarm: (flags & flag.alarm) !== 0,
    generation: reader.u16(),
    nextSequence: reader.u16(),
    bitmapLow: reader.u32(),
    bitmapHigh: reader.u32(),
    playheadFrame: reader.u24(),
    leadMs: reader.u16(),
    owdVariationMs: reader.i16(),
    deliveryRateBytesPerSecond: reader.u16() * 64,
    lossPercent: reader.u8() / 2,
    lateFrames: reader.u8(),
    stalls: reader.u8(),
    stalledMs: reader.u16(),
    concealedMs: reader.u16(),
    jitterP95Ms: reader.u16(),
    lossBurstMs: reader.u16(),
  };
  const echo = (flags & flag.echo) !== 0 ? { sendTimeMs: reader.u16(), holdMs: reader.u16() } : undefined;
  const startedAgoMs = (flags & flag.started) !== 0 ? reader.u16() : undefined;
  const completedAgoMs = (flags & flag.completed) !== 0 ? reader.u16() : undefined;
  return {
    ...fixed,
    ...(echo ? { echo } : {}),
    ...(startedAgoMs === undefined ? {} : { startedAgoMs }),
    ...(completedAgoMs === undefined ? {} : { completedAgoMs }),
  };
}

function upTo(limit: number, value: number): number {
  return Math.max(0, Math.min(limit, Math.round(value)));
}
