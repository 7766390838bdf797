import type { OfGroup, OfReceiver } from './addressing.js';
import type { Attributes } from './attributes.js';
import type { WirePlayoutState, WirePlayoutTrouble } from './playout-state.js';
import type { Echo } from './serial-number.js';

/** How to decode the frames that carry this format's index, and how to play them. Sent with the first packets. */
export interface StreamHeader {
  /** Printable ASCII, 1–31 characters. */
  readonly codecId: string;
  /** A multiple of 25 Hz, up to 192 000. */
  readonly sampleRateHz: number;
  /** A multiple of 0.5 ms, up to 127.5. */
  readonly frameMs: number;
  /** Audio to gather before playout starts, and before it resumes after a stall, ms. */
  readonly initialBufferMs: number;
  readonly rebufferMs: number;
  /** Wanted interval of reports, a multiple of 10 ms, up to 2550. */
  readonly reportIntervalMs: number;
}

/**
 * Frames of speech.
 *
 * ```
 * 0 version(2) type(6) | 1 group(3) flags(5) | 2 channel(4) format(4) | 3 utterance sequence | 5 sequence | 7 first frame(24)
 * 10 frame count | 11 send time ms(16) | [stream header] | per frame: length (1 or 2 bytes), payload
 * ```
 */
export interface AudioPacket extends OfGroup {
  readonly type: 'audio';
  /** Bits of `audioFlag`, 0–31. */
  readonly flags: number;
  /** 0–15: one stream of speech of this sender. */
  readonly channel: number;
  /** 0–15: index of the format, told by a stream header. */
  readonly formatIndex: number;
  /** Number of the utterance, counting up, wrapping at 65536. */
  readonly utteranceSequence: number;
  /** Number of the packet within the utterance, from 0. */
  readonly sequence: number;
  readonly firstFrame: number;
  /** Sender's clock, ms, modulo 65536. */
  readonly sendTimeMs: number;
  readonly streamHeader?: StreamHeader;
  readonly payloads: readonly Uint8Array[];
}

/** What a receiver holds and plays: acknowledgement, request for repeats and measurements in one. */
export interface ReportPacket extends OfReceiver, OfGroup {
  readonly type: 'report';
  readonly channel: number;
  readonly utteranceSequence: number;
  readonly playout: WirePlayoutState;
  /** The receiver saw the END packet of this utterance. */
  readonly isEndKnown: boolean;
  /** Sent at once because a change was detected. */
  readonly isAlarm: boolean;
  /** All packets below this sequence number have arrived. */
  readonly nextSequence: number;
  /** Bit `i` says whether packet `nextSequence + 1 + i` has arrived; 64 bits in two words, low word first. */
  readonly bitmapLow: number;
  readonly bitmapHigh: number;
  /** Next frame to be played. */
  readonly playheadFrame: number;
  readonly bufferAheadMs: number;
  /** One-way delay of the last packet above the least seen, ms, −32768…32767. */
  readonly owdVariationMs: number;
  /** Audio payload arriving, bytes per second; a multiple of 64, up to 4 194 240. */
  readonly deliveryRateBytesPerSecond: number;
  /** A multiple of 0.5, up to 127.5. */
  readonly lossPercent: number;
  readonly lateFrames: number;
  /** `undefined` if no packet arrived. */
  readonly echo?: Echo;
  /** How long ago playout of this utterance started, ms. */
  readonly startedAgoMs?: number;
  /** How long ago the last missing frame arrived, ms; set when all have. */
  readonly completedAgoMs?: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly concealedMs: number;
  /** 95th percentile of the one-way delay above the least seen, ms. */
  readonly pdvP95Ms: number;
  /** Mean time between the packets on either side of a run of lost ones, ms; 0 if none was lost. */
  readonly lossBurstMs: number;
  /** What disturbs playout now; absent: nothing that the receiver knows of. */
  readonly troubles?: readonly WirePlayoutTrouble[];
}

/** A receiver introduces itself: on joining, and when probed. */
export interface HelloPacket extends OfReceiver {
  readonly type: 'hello';
  /** 1–2³²−1, drawn with the receiver id. Commands to this receiver carry it, which nobody can who did not get a HELLO. */
  readonly nonce: number;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** Audio that it can hold ahead of its playhead, ms, a multiple of 10. */
  readonly bufferMs: number;
  /** Codec ids that it can decode, best first, at most 16. */
  readonly codecIds: readonly string[];
  /** Nonce and send time of the probe that it answers; 0 if it speaks unasked. */
  readonly probeNonce: number;
  readonly probeSendTimeMs: number;
  /** Newest utterance that it heard of from the sender that it answers: a sender that starts anew counts on from there. */
  readonly newestUtteranceSequence?: number;
  /** It tells when words are heard, and wants them sent (WORDS). Absent: it does not. */
  readonly wantsWords?: boolean;
  /** Digest of the content that it holds and can be referred to (REF), 1–255 bytes; absent: it holds none. */
  readonly holds?: Uint8Array;
  /** What it says of itself and its link; see `attributesFault` for what may be said. Absent: nothing. */
  readonly attributes?: Attributes;
}

/**
 * A sender asks who is there.
 *
 * ```
 * 0 version(2) type(6) | 1 nonce | 3 send time ms(16) | [5 channel | 6 epoch(24)]
 * ```
 */
export interface ProbePacket {
  readonly type: 'probe';
  readonly nonce: number;
  readonly sendTimeMs: number;
  /** Who asks; absent from senders that do not tell. */
  readonly origin?: ProbeOrigin | undefined;
}

/** A stream of a sender, and which of its lives this is. */
export interface ProbeOrigin {
  /** 0–15. */
  readonly channel: number;
  /** 0–2²⁴−1, drawn when the sender began: another one says that it has begun anew. */
  readonly epoch: number;
}

/** Discard every utterance up to and including this one, and fall silent. */
export interface FlushPacket {
  readonly type: 'flush';
  readonly channel: number;
  readonly utteranceSequence: number;
}

/** The utterance is complete: so much belongs to it. */
export interface EndPacket extends OfGroup {
  readonly type: 'end';
  readonly channel: number;
  readonly utteranceSequence: number;
  readonly packetCount: number;
  readonly frameCount: number;
  /** Samples of speech, without the padding of the last frame. */
  readonly sampleCount: number;
  readonly sendTimeMs: number;
}

/** Asks a receiver for a PONG and a report. */
export interface PingPacket extends OfReceiver {
  readonly type: 'ping';
  readonly nonce: number;
  readonly sendTimeMs: number;
}

export interface PongPacket extends OfReceiver {
  readonly type: 'pong';
  readonly nonce: number;
  readonly sendTimeMs: number;
  /**
   * Which of the 32 pings numbered before this one arrived: bit `i` stands for the nonce `nonce − 1 − i`. Tells a ping
   * that was lost from a lost answer. Absent from receivers that keep no count.
   */
  readonly history?: number;
}

/** A word of the text, in whole milliseconds from the start of the utterance. */
export interface WireWord {
  readonly text: string;
  /** Not below that of the word before it. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What is said when, for captions. Travels reliably beside the audio: a word that comes late is told late, not never.
 *
 * ```
 * 0 version(2) type(6) | 1 channel | 2 utterance sequence | 4 first word(16) | 6 word count | 7 start of the first word ms(32)
 * per word: ms since the start of the word before it(16), duration ms(16), length(8), UTF-8
 * ```
 */
export interface WordsPacket {
  readonly type: 'words';
  readonly channel: number;
  readonly utteranceSequence: number;
  /** Index within the utterance of the first of these words. */
  readonly firstWord: number;
  /** 1 to 255. */
  readonly words: readonly WireWord[];
}

/** A receiver takes its leave. */
export interface ByePacket extends OfReceiver {
  readonly type: 'bye';
}

/**
 * What a sender tells a receiver to do with an utterance. May be sent more than once; a receiver obeys each command id
 * once.
 *
 * ```
 * 0 version(2) type(6) | 1 group(4) channel(4) | 2 utterance sequence | 4 receiver id | 6 nonce(32) | 10 command id
 * ```
 */
export interface CommandPacket extends OfReceiver, OfGroup {
  readonly channel: number;
  readonly utteranceSequence: number;
  /** That of the receiver's HELLO; 0 in a command to every receiver. */
  readonly nonce: number;
  /** Number of the command, counting up, wrapping at 65536. */
  readonly commandId: number;
}

/** Playout is to stand still before a frame, and to keep what it holds. */
export interface PausePacket extends CommandPacket {
  readonly type: 'pause';
  /** 0–16 777 214; absent: at once. */
  readonly frame?: number;
}

/** Playout is to go on after a PAUSE. */
export interface ResumePacket extends CommandPacket {
  readonly type: 'resume';
}

/** The receiver is to report at once when this frame is heard. */
export interface MarkPacket extends CommandPacket {
  readonly type: 'mark';
  /** 0–16 777 214. */
  readonly frame: number;
}

/**
 * Frames that the receiver holds already. Takes the place of an audio packet of the utterance.
 *
 * ```
 * 0 version(2) type(6) | 1 group(4) channel(4) | 2 utterance sequence | 4 sequence | 6 first frame(24) | 9 frame count(16)
 * 11 send time ms(16) | 13 first frame within the content(16) | 15 content address(128)
 * ```
 */
export interface RefPacket extends OfGroup {
  readonly type: 'ref';
  readonly channel: number;
  readonly utteranceSequence: number;
  readonly sequence: number;
  readonly firstFrame: number;
  /** 1–65535. */
  readonly frameCount: number;
  /** Sender's clock, ms, modulo 65536. */
  readonly sendTimeMs: number;
  /** Where in the content the frames begin, 0–65535. */
  readonly contentFrame: number;
  /** The first 16 bytes of the SHA-256 of the content. */
  readonly contentAddress: Uint8Array;
}

export type WirePacket =
  | AudioPacket
  | ReportPacket
  | HelloPacket
  | ProbePacket
  | FlushPacket
  | EndPacket
  | PingPacket
  | PongPacket
  | ByePacket
  | WordsPacket
  | PausePacket
  | ResumePacket
  | MarkPacket
  | RefPacket;

/** A packet of a later version or of an unknown type: to be ignored and counted. */
export interface UnknownPacket {
  readonly type: 'unknown';
  readonly version: number;
  readonly typeNumber: number;
}

/** Bytes that are not a packet: to be ignored and counted. */
export interface MalformedPacket {
  readonly type: 'malformed';
  readonly reason: string;
}
