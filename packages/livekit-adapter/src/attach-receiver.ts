import { Continuations, type RoomChannel } from '@eloquence/livekit-room';
import {
  type AudioSink,
  type SinkRate,
  type SpeechReceiver,
  createOneRateSink,
  createSpeechReceiver,
} from '@eloquence/playout';
import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  type CodecFactory,
  type Disposable,
  EloquenceError,
  createSystemClock,
} from '@eloquence/plugin-api';
import type { Room } from '@livekit/rtc-node';
import { type InboundAudioStats, type RtcStatsSource, readInboundAudioStats } from './inbound-audio-stats.js';
import { type LivekitRoom, createRoomChannel } from './livekit-room.js';
import type { LoudnessOptions } from './loudness-detector.js';
import { type AudioTrackFeed, MediaReceiver } from './media-receiver.js';
import { RtcAudioTrackFeed } from './rtc-audio-track-feed.js';

/** Where sound comes from that needs a sink. */
export type ReceivedStream =
  | { readonly lane: 'data'; readonly sender: string; readonly channel: number }
  | { readonly lane: 'media'; readonly sender: string; readonly trackId: string };

export interface AttachReceiverOptions {
  /** Codecs by id, best first. */
  readonly decoders: ReadonlyMap<string, CodecFactory>;
  /** Takes the sound of all senders and lanes; give this or `createSink`. */
  readonly sink?: AudioSink;
  /** Makes a sink for each stream. */
  readonly createSink?: (stream: ReceivedStream) => AudioSink;
  /**
   * Sample rate of all blocks that sinks are given, on both lanes, Hz, 8000–192 000. If absent, each sink keeps the rate
   * of its first block: lanes, and utterances, come at different rates.
   */
  readonly sampleRateHz?: number | undefined;
  /** Listen to audio tracks too; default true. */
  readonly media?: boolean;
  /** Identities to listen to; everybody if absent. */
  readonly from?: readonly string[] | undefined;
  readonly clock?: Clock;
  /** Audio of the data lane held ahead of the playhead at most, ms. */
  readonly bufferMs?: number | undefined;
  /** Ask senders for the words of the text, told by `speech.onDidReceiveWords`; default false. */
  readonly words?: boolean | undefined;
  /** Duration of the blocks of the data lane, ms. */
  readonly blockMs?: number | undefined;
  /** What becomes of speech that is here of a sender that has begun anew; `drop` if absent. */
  readonly formerSpeech?: 'drop' | 'finish' | undefined;
  /** What senders are to know of this receiver and its link, as of `createSpeechReceiver`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** What counts as sound on the media lane. */
  readonly loudness?: LoudnessOptions | undefined;
  /** Where audio tracks come from; for tests. */
  readonly tracks?: AudioTrackFeed;
}

/** The listening side of a room. */
export interface RoomReceiver extends Disposable {
  readonly channel: RoomChannel;
  /** The data lane. */
  readonly speech: SpeechReceiver;
  /** The media lane; absent if it was not wanted. */
  readonly media: MediaReceiver | undefined;
  /**
   * Reception of the audio tracks, concealment included.
   *
   * @throws EloquenceError `CONNECTION_LOST`
   */
  readInboundAudio(): Promise<InboundAudioStats[]>;
}

/**
 * Listens to speech in a connected room, on both lanes. Senders find out by themselves that somebody listens.
 * Disposing stops the sound, takes leave of the senders and releases tracks and listeners; the room stays connected.
 *
 * @throws EloquenceError `OPTION_INVALID` without a sink, if `sampleRateHz`, `bufferMs` or
 * `blockMs` is out of range, or if `attributes` cannot be told
 */
export function attachReceiver(room: LivekitRoom, options: AttachReceiverOptions): RoomReceiver {
  const {
    from,
    clock = createSystemClock(),
    bufferMs,
    blockMs,
    formerSpeech,
    attributes,
    loudness,
  } = options;
  const createSink = toSinkFactory(options);
  const accepts = from === undefined ? undefined : (identity: string) => from.includes(identity);
  const owned = new DisposableStore();
  try {
    const channel = owned.add(createRoomChannel(room, clock));
    const speech = owned.add(
      createSpeechReceiver({
        channel,
        clock,
        decoders: options.decoders,
        createSink: (stream) => createSink({ lane: 'data', ...stream }),
        from,
        bufferMs,
        blockMs,
        words: options.words,
        formerSpeech,
        attributes,
      }),
    );
    const feed =
      options.media === false
        ? undefined
        : owned.add(options.tracks ?? new RtcAudioTrackFeed(room as unknown as Room));
    const skip = (trackId: string, ms: number): void => media?.skip(trackId, ms);
    if (feed !== undefined) owned.add(followContinuations(feed, speech, accepts, skip));
    const media: MediaReceiver | undefined =
      feed === undefined
        ? undefined
        : owned.add(
            new MediaReceiver({
              feed,
              clock,
              createSink: (stream) => createSink({ lane: 'media', ...stream }),
              accepts,
              loudness,
            }),
          );
    return {
      channel,
      speech,
      media,
      readInboundAudio: () => readInboundAudioStats(room as unknown as RtcStatsSource),
      dispose: () => owned.dispose(),
    };
  } catch (error) {
    owned.dispose();
    throw error;
  }
}

/**
 * Lets the data lane of a receiver end where an audio track says by its name that it goes on.
 *
 * @param skip leaves out the first of the speech on a track, ms: it has been heard
 */
export function followContinuations(
  feed: AudioTrackFeed,
  speech: SpeechReceiver,
  accepts: ((identity: string) => boolean) | undefined,
  skip: (trackId: string, ms: number) => void,
): Disposable {
  const continuations = new Continuations(feed.onDidSubscribe, accepts);
  continuations.onDidContinue(({ sender, trackId, continuation: { channel, utteranceSequence, frame } }) =>
    skip(trackId, speech.limitUtterance({ sender, channel }, utteranceSequence, frame)),
  );
  return continuations;
}

const leastRateHz = 8000;
const greatestRateHz = 192_000;

function toSinkFactory(options: AttachReceiverOptions): (stream: ReceivedStream) => AudioSink {
  const { sink, createSink, sampleRateHz } = options;
  if (sampleRateHz !== undefined && !(sampleRateHz >= leastRateHz && sampleRateHz <= greatestRateHz))
    throw new EloquenceError(
      'OPTION_INVALID',
      `sampleRateHz must be ${leastRateHz} to ${greatestRateHz}: ${sampleRateHz}`,
      { value: sampleRateHz, hint: 'Leave sampleRateHz out for the rate of the first block.' },
    );
  if (createSink !== undefined) return (stream) => createOneRateSink(createSink(stream), { sampleRateHz });
  if (sink === undefined)
    throw new EloquenceError('OPTION_INVALID', 'A receiver needs somewhere to play to.', {
      hint: 'Give `sink` or `createSink`.',
    });
  // One stream that ends must not end the sink for all others.
  const shared: AudioSink = {
    write: (block) => sink.write(block),
    clear: () => sink.clear?.(),
    finishUtterance: () => sink.finishUtterance?.(),
  };
  const rate: SinkRate = { sampleRateHz };
  return () => createOneRateSink(shared, rate);
}
