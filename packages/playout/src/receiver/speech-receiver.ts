import type {
  Clock,
  CodecFactory,
  DatagramChannel,
  Disposable,
  Event,
  RandomSource,
} from '@eloquence/plugin-api';
import type { StreamHeader, WirePlayoutState } from '@eloquence/wire';
import type { ArrivalSnapshot } from '@eloquence/link';
import type { AudioSink } from '../sink/audio-sink.js';
import type { ReceiverCounters } from './receiver-counters.js';
import type {
  FramePlayedEvent,
  FramesReceivedEvent,
  SpeechEvent,
  SpeechStreamId,
  StreamFaultEvent,
  UtteranceEvent,
  UtteranceFinishedEvent,
  WordsReceivedEvent,
} from './speech-events.js';

export interface SpeechReceiverOptions {
  readonly channel: DatagramChannel;
  readonly clock: Clock;
  /** Draws the id by which senders tell this receiver from others of its participant; seeded by the platform if absent. */
  readonly random?: RandomSource | undefined;
  /** Codecs by id, best first: the order in which they are announced to senders. */
  readonly decoders: ReadonlyMap<string, CodecFactory>;
  /** Makes the sink of a new stream. If it throws, the stream is refused, and asked for again with its next packet. */
  createSink(stream: SpeechStreamId): AudioSink;
  /** Audio held ahead of the playhead at most, for each stream, ms; 120 000 if absent. Beside it, 8 MiB. */
  readonly bufferMs?: number | undefined;
  /** Identities to listen to; everybody if absent. Nobody else is greeted, answered or played. */
  readonly from?: readonly string[] | undefined;
  /** Duration of the blocks that sinks are given, 2–100 ms; 10 if absent. */
  readonly blockMs?: number | undefined;
  /**
   * Whether playout goes by what the receiver measures: start margins, stretching before a stall, concealment and
   * pauses at word boundaries; true if absent. Without it, exactly what was sent is heard, with stalls.
   */
  readonly smoothing?: boolean;
  /**
   * What becomes of speech that is here of a sender that has begun anew, such as an agent that was started again under
   * its name: `drop` (default) falls silent, `finish` plays it before what the sender says now.
   */
  readonly formerSpeech?: 'drop' | 'finish' | undefined;
  /** Asks senders for the words and their times; default false: they cost a few packets. */
  readonly words?: boolean | undefined;
  /**
   * What senders are to know of this receiver and its link, for example `{ network: 'metered' }`: at most 8, with names
   * of 1–32 letters, digits, `.`, `_`, `-` and values of at most 64 characters of printable ASCII, in 255 bytes with 2
   * more for each. Rules of the sender's plugins find them in `LinkState.attributes`. Absent: none.
   */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** What a stream is doing at the moment. */
export interface SpeechStreamSnapshot extends SpeechStreamId {
  readonly utteranceSequence?: number | undefined;
  readonly playout: WirePlayoutState;
  readonly bufferAheadMs: number;
  /** The frame that is heard next. */
  readonly playheadFrame: number;
  /** Of the utterance that plays, or played last. */
  readonly stalls: number;
  readonly stalledMs: number;
  readonly concealedMs: number;
  readonly stretchedMs: number;
  /** Absent: 0. */
  readonly shortenedMs?: number;
  /** Codec and playout settings in force, once known. */
  readonly settings?: StreamHeader | undefined;
  readonly heldBytes: number;
  readonly arrivals: ArrivalSnapshot;
}

/**
 * The receiving end of the data lane: introduces itself to senders, puts in order what arrives, plays it on time
 * into sinks, and reports back. All times are those of the injected clock.
 */
export interface SpeechReceiver extends Disposable {
  readonly counters: ReceiverCounters;
  readonly streams: readonly SpeechStreamSnapshot[];
  /**
   * The sender goes on with an utterance over another lane, from `frame` on: what lies before is played as soon as it
   * is here, without waiting for more, and nothing beyond. Of an utterance not heard of, whatever still arrives.
   *
   * @returns how much of what the sender says there has been heard already, from its first sound on, ms; to be skipped
   */
  limitUtterance(stream: SpeechStreamId, utteranceSequence: number, frame: number): number;
  /** Every event, in the order in which they happen; each of the following tells one type of them. */
  readonly onDidEmit: Event<SpeechEvent>;
  /** The first packet of an utterance arrived. */
  readonly onDidStartUtterance: Event<UtteranceEvent>;
  readonly onDidReceiveFrames: Event<FramesReceivedEvent>;
  /** The first block of an utterance is handed to the sink. */
  readonly onDidStartPlayout: Event<UtteranceEvent>;
  /** Playout wanted a frame that was not there. */
  readonly onDidStall: Event<UtteranceEvent>;
  readonly onDidResume: Event<UtteranceEvent>;
  /** A frame left for the sink. Told once for every frame, in order of the indices. */
  readonly onDidPlayFrame: Event<FramePlayedEvent>;
  /** Words of an utterance that has not ended became known. */
  readonly onDidReceiveWords: Event<WordsReceivedEvent>;
  readonly onDidFinishUtterance: Event<UtteranceFinishedEvent>;
  /** A codec failed three times in a row or is quarantined (`PLUGIN_FAILED`), or a sink failed for the first time. */
  readonly onDidFault: Event<StreamFaultEvent>;
}
