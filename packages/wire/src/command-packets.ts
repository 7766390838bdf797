import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { groupAndChannel, readGroup } from './addressing.js';
import { packetType, wireVersion } from './packet-type.js';
import type { CommandPacket, MarkPacket, PausePacket, RefPacket, ResumePacket } from './packets.js';

/** In the place of a frame: at once. */
const atOnce = 0xffffff;
/** Bytes of a content address. */
export const contentAddressBytes = 16;

/** @throws RangeError for a group other than 0–7, or a frame that does not fit */
export function encodePausePacket(pause: PausePacket): Uint8Array {
  return encodeCommand(packetType.pause, pause, pause.frame ?? atOnce);
}

export function readPausePacket(reader: ByteReader): PausePacket {
  const command = readCommand(reader);
  const frame = reader.u24();
  return { type: 'pause', ...command, ...(frame === atOnce ? {} : { frame }) };
}

/** @throws RangeError for a group other than 0–7 */
export function encodeResumePacket(resume: ResumePacket): Uint8Array {
  return encodeCommand(packetType.resume, resume);
}

export function readResumePacket(reader: ByteReader): ResumePacket {
  return { type: 'resume', ...readCommand(reader) };
}

/** @throws RangeError for a group other than 0–7, or a frame that does not fit */
export function encodeMarkPacket(mark: MarkPacket): Uint8Array {
  if (mark.frame === atOnce) throw new RangeError(`a frame is at most ${atOnce - 1}: ${mark.frame}`);
  return encodeCommand(packetType.mark, mark, mark.frame);
}

export function readMarkPacket(reader: ByteReader): MarkPacket | undefined {
  const command = readCommand(reader);
  const frame = reader.u24();
  return frame === atOnce ? undefined : { type: 'mark', ...command, frame };
}

/** @throws RangeError for a content address that has not 16 bytes, or a number that does not fit */
export function encodeRefPacket(ref: RefPacket): Uint8Array {
  if (ref.contentAddress.length !== contentAddressBytes)
    throw new RangeError(`a content address has ${contentAddressBytes} bytes: ${ref.contentAddress.length}`);
  if (!(ref.firstFrame >= 0 && ref.firstFrame + ref.frameCount <= 0xffffff))
    throw new RangeError(`frames outside 0 to ${0xffffff}: ${ref.firstFrame}`);
  if (!(ref.frameCount >= 1 && ref.frameCount <= 0xffff))
    throw new RangeError(`a reference is to 1 to 65535 frames, not ${ref.frameCount}`);
  if (!(ref.contentFrame >= 0 && ref.contentFrame <= 0xffff))
    throw new RangeError(`a frame within the content is 0 to 65535: ${ref.contentFrame}`);
  const writer = new ByteWriter(32);
  writer.u8((wireVersion << 6) | packetType.ref);
  writer.u8(groupAndChannel(ref));
  // Sequence number, sequence and send time wrap at 65536.
  writer.u16(ref.utteranceSequence & 0xffff);
  writer.u16(ref.sequence & 0xffff);
  writer.u24(ref.firstFrame);
  writer.u16(ref.frameCount);
  writer.u16(ref.sendTimeMs & 0xffff);
  writer.u16(ref.contentFrame);
  writer.bytes(ref.contentAddress);
  return writer.finish();
}

/** The content address is a copy, and may be kept. */
export function readRefPacket(reader: ByteReader): RefPacket | undefined {
  const places = reader.u8();
  const packet: RefPacket = {
    type: 'ref',
    channel: places & 15,
    ...readGroup(places >> 4),
    utteranceSequence: reader.u16(),
    sequence: reader.u16(),
    firstFrame: reader.u24(),
    frameCount: reader.u16(),
    sendTimeMs: reader.u16(),
    contentFrame: reader.u16(),
    contentAddress: reader.bytes(contentAddressBytes).slice(),
  };
  if (reader.isExhausted) return packet;
  const isSound = packet.frameCount > 0 && packet.firstFrame + packet.frameCount <= 0xffffff;
  return isSound ? packet : undefined;
}

function encodeCommand(type: number, command: CommandPacket, frame?: number): Uint8Array {
  if (frame !== undefined && !(frame >= 0 && frame <= atOnce))
    throw new RangeError(`a frame is 0 to ${atOnce - 1}: ${frame}`);
  const writer = new ByteWriter(16);
  writer.u8((wireVersion << 6) | type);
  writer.u8(groupAndChannel(command));
  // Sequence number and command id wrap at 65536.
  writer.u16(command.utteranceSequence & 0xffff);
  writer.u16(command.receiverId & 0xffff);
  writer.u32(command.nonce >>> 0);
  writer.u16(command.commandId & 0xffff);
  if (frame !== undefined) writer.u24(frame);
  return writer.finish();
}

function readCommand(reader: ByteReader): CommandPacket {
  const places = reader.u8();
  return {
    channel: places & 15,
    ...readGroup(places >> 4),
    utteranceSequence: reader.u16(),
    receiverId: reader.u16(),
    nonce: reader.u32(),
    commandId: reader.u16(),
  };
}
