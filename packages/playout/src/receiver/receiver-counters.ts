import type { WirePacket } from '@eloquence/wire';

/** What a receiver has seen and done. Every packet is counted by its type, and once more for what was wrong. */
export interface ReceiverCounters {
  readonly packets: Readonly<Record<WirePacket['type'], number>>;
  /** Bytes that are no packet. */
  readonly malformed: number;
  /** Packets of another version or an unknown type. */
  readonly unknown: number;
  /** Packets of senders that are not listened to. */
  readonly notAccepted: number;
  /** Packets for another receiver of the same participant. */
  readonly notAddressed: number;
  /** Packets that this version reads and does not act on (PAUSE, RESUME, MARK, REF). */
  readonly notSupported: number;
  /** Packets that contradict others, lie too far ahead, or for which there was no room. */
  readonly refused: number;
  readonly duplicatePackets: number;
  readonly duplicateFrames: number;
  /** Packets of utterances that had ended or were flushed. */
  readonly oldUtteranceSequence: number;
  /** Packets of streams beyond the limit. */
  readonly streamsRefused: number;
  readonly streamsOpened: number;
  /** Frames that could not be decoded, and were replaced. */
  readonly decodeFaults: number;
  /** Blocks that a sink refused by throwing. */
  readonly sinkFaults: number;
  /** Listeners of events that threw. */
  readonly listenerErrors: number;
  readonly reportsSent: number;
  /** Answers left out: too many asked for, too many in flight, or no connection. */
  readonly sendsSuppressed: number;
  readonly sendFailures: number;
}

export type MutableCounters = { -readonly [Key in keyof Omit<ReceiverCounters, 'packets'>]: number } & {
  readonly packets: Record<WirePacket['type'], number>;
};

export function createCounters(): MutableCounters {
  return {
    packets: {
      audio: 0,
      report: 0,
      hello: 0,
      probe: 0,
      flush: 0,
      end: 0,
      ping: 0,
      pong: 0,
      bye: 0,
      words: 0,
      pause: 0,
      resume: 0,
      mark: 0,
      ref: 0,
    },
    malformed: 0,
    unknown: 0,
    notAccepted: 0,
    notAddressed: 0,
    notSupported: 0,
    refused: 0,
    duplicatePackets: 0,
    duplicateFrames: 0,
    oldUtteranceSequence: 0,
    streamsRefused: 0,
    streamsOpened: 0,
    decodeFaults: 0,
    sinkFaults: 0,
    listenerErrors: 0,
    reportsSent: 0,
    sendsSuppressed: 0,
    sendFailures: 0,
  };
}
