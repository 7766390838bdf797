/** States of a receiver's playout, in the order of their numbers on the wire. */
export const playoutStates = ['idle', 'buffering', 'playing', 'stalled', 'finished'] as const;
export type WirePlayoutState = (typeof playoutStates)[number];

/** How to decode the frames that carry this format's index, and how to play them. Sent with the first packets. */
export interface StreamHeader {
  /** Printable ASCII, 1–31 characters. */
  readonly codecId: string;
  /** A multiple of 25 Hz, up to 192 000. */
  readonly sampleRateHz: number;
  /** A multiple of 0.5 ms, up to 127.5. */
  readonly frameMs: number;
  /** Audio to gather before playout starts, and before it resumes after a stall, ms. */
  readonly startMs: number;
  readonly resumeMs: number;
  /** Wanted interval of reports, a multiple of 10 ms, up to 2550. */
  readonly reportIntervalMs: number;
}

/**
 * Frames of speech.
 *
 * ```
 * 0 version(2) type(6) | 1 flags | 2 channel(4) format(4) | 3 generation | 5 sequence | 7 first frame(24)
 * 10 frame count | 11 send time ms(16) | [stream header] | per frame: length (1 or 2 bytes), payload
 * ```
 */
export interface AudioPacket {
  readonly type: 'audio';
  readonly flags: number;
  /** 0–15: one stream of speech of this sender. */
  readonly channel: number;
  /** 0–15: index of the format, told by a stream header. */
  readonly formatIndex: number;
  /** Number of the utterance, counting up, wrapping at 65536. */
  readonly generation: number;
  /** Number of the packet within the utterance, from 0. */
  readonly sequence: number;
  readonly firstFrame: number;
  /** Sender's clock, ms, modulo 65536. */
  readonly sendTimeMs: number;
  readonly streamHeader?: StreamHeader;
  readonly payloads: readonly Uint8Array[];
}

/** What a receiver holds and plays: acknowledgement, request for repeats and measurements in one. */
export interface ReportPacket {
  readonly type: 'report';
  readonly channel: number;
  readonly generation: number;
  readonly playout: WirePlayoutState;
  /** The receiver saw the END packet of this generation. */
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
  readonly leadMs: number;
  /** One-way delay of the last packet above the least seen, ms, −32768…32767. */
  readonly owdVariationMs: number;
  /** Audio payload arriving, bytes per second; a multiple of 64, up to 4 194 240. */
  readonly deliveryRateBytesPerSecond: number;
  /** A multiple of 0.5, up to 127.5. */
  readonly lossPercent: number;
  readonly lateFrames: number;
  /** Send time of the last packet that arrived, and how long ago it arrived, ms; `undefined` if there was none. */
  readonly echo?: { readonly sendTimeMs: number; readonly holdMs: number };
  /** How long ago playout of this generation started, ms. */
  readonly startedAgoMs?: number;
  /** How long ago the last missing frame arrived, ms; set when all have. */
  readonly completedAgoMs?: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly concealedMs: number;
  /** 95th percentile of the one-way delay above the least seen, ms. */
  readonly jitterP95Ms: number;
  /** Mean time between the packets on either side of a run of lost ones, ms; 0 if none was lost. */
  readonly lossBurstMs: number;
}

/** A receiver introduces itself: on joining, and when probed. */
export interface HelloPacket {
  readonly type: 'hello';
  readonly minVersion: number;
  readonly maxVersion: number;
  /** Audio that it can hold ahead of its playhead, ms, a multiple of 10. */
  readonly bufferMs: number;
  /** Codec ids that it can decode, best first, at most 16. */
  readonly codecIds: readonly string[];
  /** Nonce and send time of the probe that it answers; 0 if it speaks unasked. */
  readonly probeNonce: number;
  readonly probeSendTimeMs: number;
  /** Newest generation that it heard of from the sender that it answers: a sender that starts anew counts on from there. */
  readonly newestGeneration?: number;
  /** It tells when words are heard, and wants them sent (WORDS). Absent: it does not. */
  readonly wantsWords?: boolean;
}

/** A sender asks who is there. */
export interface ProbePacket {
  readonly type: 'probe';
  readonly nonce: number;
  readonly sendTimeMs: number;
}

/** Discard every utterance up to and including this generation, and fall silent. */
export interface FlushPacket {
  readonly type: 'flush';
  readonly channel: number;
  readonly generation: number;
}

/** The utterance is complete: so much belongs to it. */
export interface EndPacket {
  readonly type: 'end';
  readonly channel: number;
  readonly generation: number;
  readonly packetCount: number;
  readonly frameCount: number;
  /** Samples of speech, without the padding of the last frame. */
  readonly sampleCount: number;
  readonly sendTimeMs: number;
}

export interface PingPacket {
  readonly type: 'ping';
  readonly nonce: number;
  readonly sendTimeMs: number;
}

export interface PongPacket {
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
 * 0 version(2) type(6) | 1 channel | 2 generation | 4 first word(16) | 6 word count | 7 start of the first word ms(32)
 * per word: ms since the start of the word before it(16), duration ms(16), length(8), UTF-8
 * ```
 */
export interface WordsPacket {
  readonly type: 'words';
  readonly channel: number;
  readonly generation: number;
  /** Index within the utterance of the first of these words. */
  readonly firstWord: number;
  /** 1 to 255. */
  readonly words: readonly WireWord[];
}

/** A receiver takes its leave. */
export interface ByePacket {
  readonly type: 'bye';
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
  | WordsPacket;

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
