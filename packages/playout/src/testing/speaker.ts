import {
  type StreamHeader,
  audioFlag,
  encodeAudioPacket,
  encodeEndPacket,
  encodeFlushPacket,
} from '@eloquence/wire';

export const testHeader: StreamHeader = {
  codecId: 'fake',
  sampleRateHz: 8000,
  frameMs: 20,
  initialBufferMs: 40,
  rebufferMs: 60,
  reportIntervalMs: 200,
};

export interface SpeakerOptions {
  readonly utteranceSequence?: number;
  readonly channel?: number;
  readonly frames?: number;
  readonly framesPerPacket?: number;
  readonly header?: StreamHeader;
  /** Packets that carry the stream header. */
  readonly headers?: number;
  readonly sampleCount?: number;
}

/** Packets of an utterance whose frame `i` has the payload `[i % 250, i / 250]`. */
export class Speaker {
  readonly utteranceSequence: number;
  readonly packets: readonly Uint8Array[];
  readonly end: Uint8Array;
  readonly flush: Uint8Array;
  readonly payloads: readonly Uint8Array[];

  constructor(options: SpeakerOptions = {}) {
    const { utteranceSequence = 1, channel = 0, frames = 10, framesPerPacket = 2, headers = 3 } = options;
    const header = options.header ?? testHeader;
    this.utteranceSequence = utteranceSequence;
    this.payloads = Array.from({ length: frames }, (_, index) =>
      Uint8Array.from([index % 250, Math.floor(index / 250)]),
    );
    const packets: Uint8Array[] = [];
    for (let firstFrame = 0; firstFrame < frames; firstFrame += framesPerPacket) {
      const sequence = packets.length;
      packets.push(
        encodeAudioPacket({
          type: 'audio',
          flags: sequence === 0 ? audioFlag.start : 0,
          channel,
          formatIndex: 0,
          utteranceSequence,
          sequence,
          firstFrame,
          sendTimeMs: sequence * 10,
          ...(sequence < headers ? { streamHeader: header } : {}),
          payloads: this.payloads.slice(firstFrame, firstFrame + framesPerPacket),
        }),
      );
    }
    this.packets = packets;
    const samplesPerFrame = (header.sampleRateHz * header.frameMs) / 1000;
    this.end = encodeEndPacket({
      type: 'end',
      channel,
      utteranceSequence,
      packetCount: packets.length,
      frameCount: frames,
      sampleCount: options.sampleCount ?? frames * samplesPerFrame,
      sendTimeMs: packets.length * 10,
    });
    this.flush = encodeFlushPacket({ type: 'flush', channel, utteranceSequence });
  }
}
