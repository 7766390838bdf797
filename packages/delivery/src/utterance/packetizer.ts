import {
  type AudioFormat,
  type EncodedFrame,
  EloquenceError,
  type StreamSettings,
} from '@eloquence/plugin-api';
import {
  type StreamHeader,
  audioFlag,
  audioHeaderBytes,
  encodeAudioPacket,
  frameLengthBytes,
  maxFrameBytes,
  streamHeaderBytes,
} from '@eloquence/wire';

/** A packet as it is kept until it is acknowledged. Times count from the start of the utterance. */
export interface OutgoingPacket {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Of its format; the packet itself carries it only if it is one of the first. */
  readonly streamHeader: StreamHeader;
  readonly payloadBytes: number;
  readonly firstFrame: number;
  readonly frameCount: number;
  readonly frameMs: number;
  /** Where the packet's audio begins and ends in the utterance, ms. */
  readonly startMs: number;
  readonly endMs: number;
}

/** A stream header with the longest codec id, bytes. */
const maxStreamHeaderBytes = 40;

/** Room left for frames and their lengths in a packet, after its headers. */
export function maxBatchBytes(maxPacketBytes: number): number {
  return maxPacketBytes - audioHeaderBytes - maxStreamHeaderBytes;
}

/** Packets in a row that carry the stream header. */
export const headerRepeats = 3;

/**
 * Numbers the batches of one utterance and encodes them as packets. The stream header goes into the first three
 * packets after each change of the format or the playout settings, so that one lost packet leaves neither the rest
 * undecodable nor the receiver with settings that are no longer meant.
 */
export class Packetizer {
  readonly #formats: StreamHeader[] = [];
  #formatInUse = -1;
  #headersSent = 0;
  #sequence = 0;
  #frames = 0;
  #endMs = 0;

  constructor(
    readonly channel: number,
    readonly utteranceSequence: number,
    readonly maxPacketBytes: number,
  ) {}

  get packetCount(): number {
    return this.#sequence;
  }

  get frameCount(): number {
    return this.#frames;
  }

  get durationMs(): number {
    return this.#endMs;
  }

  /**
   * @throws EloquenceError `PACKET_MALFORMED` if the frames do not belong together, do not follow the ones before,
   * or do not fit one packet
   */
  pack(frames: readonly EncodedFrame[], settings: StreamSettings): OutgoingPacket {
    const first = frames[0];
    if (first === undefined)
      throw new EloquenceError('PACKET_MALFORMED', 'A batch must hold at least one frame.');
    const header = this.#headerFor(first.format, settings);
    const formatIndex = this.#formatIndex(header);
    const headersSent = formatIndex === this.#formatInUse ? this.#headersSent : 0;
    const isHeaderDue = headersSent < headerRepeats;
    let payloadBytes = 0;
    let bytes = audioHeaderBytes + (isHeaderDue ? streamHeaderBytes(header) : 0);
    for (const [offset, frame] of frames.entries()) {
      if (frame.index !== this.#frames + offset || !isSameFormat(frame.format, first.format)) {
        throw new EloquenceError(
          'PACKET_MALFORMED',
          'The frames of a batch must be consecutive and of one format.',
          {
            value: frame.index,
          },
        );
      }
      payloadBytes += frame.payload.length;
      bytes += frame.payload.length + frameLengthBytes(frame.payload.length);
      if (frame.payload.length > maxFrameBytes) this.#refuse(frame.payload.length);
    }
    if (bytes > this.maxPacketBytes) this.#refuse(bytes);

    const sequence = this.#sequence++;
    this.#formatInUse = formatIndex;
    this.#headersSent = headersSent + (isHeaderDue ? 1 : 0);
    const startMs = this.#endMs;
    this.#endMs += frames.length * first.format.frameMs;
    this.#frames += frames.length;
    return {
      sequence,
      bytes: encodeAudioPacket({
        type: 'audio',
        flags: sequence === 0 ? audioFlag.start : 0,
        channel: this.channel,
        formatIndex,
        utteranceSequence: this.utteranceSequence,
        sequence,
        firstFrame: first.index,
        sendTimeMs: 0,
        ...(isHeaderDue ? { streamHeader: this.#formats[formatIndex]! } : {}),
        payloads: frames.map((frame) => frame.payload),
      }),
      streamHeader: this.#formats[formatIndex]!,
      payloadBytes,
      firstFrame: first.index,
      frameCount: frames.length,
      frameMs: first.format.frameMs,
      startMs,
      endMs: this.#endMs,
    };
  }

  #refuse(bytes: number): never {
    throw new EloquenceError(
      'PACKET_MALFORMED',
      `${bytes} bytes do not fit one packet of ${this.maxPacketBytes}.`,
      {
        value: bytes,
        hint: 'Use shorter frames or a lower bitrate.',
      },
    );
  }

  #headerFor(format: AudioFormat, settings: StreamSettings): StreamHeader {
    return {
      codecId: format.codecId,
      sampleRateHz: format.sampleRateHz,
      frameMs: format.frameMs,
      initialBufferMs: settings.playout.initialBufferMs,
      rebufferMs: settings.playout.rebufferMs,
      reportIntervalMs: settings.reportIntervalMs,
    };
  }

  /**
   * Index of the format, a new one if it was not used before. Sixteen fit; after that, one that decodes the same way
   * serves, whose playout settings then stay as they were first told.
   */
  #formatIndex(header: StreamHeader): number {
    const known = this.#formats.findIndex((other) => isSameHeader(other, header));
    if (known >= 0) return known;
    if (this.#formats.length < 16) return this.#formats.push(header) - 1;
    const alike = this.#formats.findIndex((other) => isSameFormat(other, header));
    if (alike >= 0) return alike;
    throw new EloquenceError('PACKET_MALFORMED', 'An utterance can use at most 16 formats.');
  }
}

function isSameFormat(a: AudioFormat | StreamHeader, b: AudioFormat | StreamHeader): boolean {
  return a.codecId === b.codecId && a.sampleRateHz === b.sampleRateHz && a.frameMs === b.frameMs;
}

function isSameHeader(a: StreamHeader, b: StreamHeader): boolean {
  return (
    isSameFormat(a, b) &&
    a.initialBufferMs === b.initialBufferMs &&
    a.rebufferMs === b.rebufferMs &&
    a.reportIntervalMs === b.reportIntervalMs
  );
}
