import type { AudioSink } from '@eloquence/playout';
import { DisposableStore } from '@eloquence/base';
import { type Clock, type Disposable, Emitter, type Event } from '@eloquence/plugin-api';
import { type LoudnessChange, LoudnessDetector, type LoudnessOptions } from './loudness-detector.js';

/** A piece of a subscribed track, as it comes out of the jitter buffer: mono. */
export interface TrackBlock {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/** An audio track that can be listened to. */
export interface SubscribedTrack {
  readonly sender: string;
  readonly trackId: string;
  readonly name?: string;
  /** Starts to listen; disposing stops. `onEnd` tells that the track is over, by an error or not. */
  listen(onBlock: (block: TrackBlock) => void, onEnd: (error?: unknown) => void): Disposable;
}

/** The audio tracks of a room. */
export interface AudioTrackFeed extends Disposable {
  /** Tracks subscribed at the moment. */
  readonly tracks: readonly SubscribedTrack[];
  readonly onDidSubscribe: Event<SubscribedTrack>;
  /** Tells the id of a track that is gone. */
  readonly onDidUnsubscribe: Event<string>;
}

/** A track that is being listened to. */
export interface MediaStreamId {
  readonly sender: string;
  readonly trackId: string;
}

export interface MediaSoundEvent extends MediaStreamId {
  /** When the sample left the jitter buffer, on the injected clock, ms. */
  readonly atMs: number;
}

export interface MediaSpeechEndEvent extends MediaSoundEvent {
  readonly startedAtMs: number;
}

export interface MediaStreamEndEvent extends MediaStreamId {
  readonly blocks: number;
  /** Present if the track broke off. */
  readonly error?: unknown;
}

export interface MediaReceiverOptions {
  readonly feed: AudioTrackFeed;
  readonly clock: Clock;
  /** Makes the sink of a track; if it throws, that track is not listened to. */
  createSink(stream: MediaStreamId): AudioSink;
  /** Whose tracks are played; everybody's if absent. */
  readonly accepts?: ((identity: string) => boolean) | undefined;
  readonly loudness?: LoudnessOptions | undefined;
}

export interface MediaReceiverCounters {
  /** Tracks refused because too many were open, or because there was no sink for them. */
  refusedTracks: number;
  sinkErrors: number;
  brokenTracks: number;
}

const maxTracks = 32;
/** What is to be left out of a track that does not sound within this time is heard, ms. */
const skipWithinMs = 10_000;

interface OpenStream extends Disposable {
  readonly id: MediaStreamId;
  end(error?: unknown): void;
}

/**
 * Plays subscribed audio tracks into sinks. A track never ends by itself and is silent most of the time: sinks are
 * given the sound from the first loud sample on, with the silence inside it, until it has been quiet for `quietMs`.
 */
export class MediaReceiver implements Disposable {
  readonly counters: MediaReceiverCounters = { refusedTracks: 0, sinkErrors: 0, brokenTracks: 0 };
  readonly #options: MediaReceiverOptions;
  readonly #owned = new DisposableStore();
  readonly #streams = new Map<string, OpenStream>();
  /** How much of the speech on a track is still to be left out, ms. */
  readonly #skips = new Map<string, { readonly leftMs: number; readonly untilMs: number }>();
  readonly #onDidStartStream = this.#owned.add(new Emitter<MediaStreamId>());
  readonly #onDidEndStream = this.#owned.add(new Emitter<MediaStreamEndEvent>());
  readonly #onDidStartSpeech = this.#owned.add(new Emitter<MediaSoundEvent>());
  readonly #onDidEndSpeech = this.#owned.add(new Emitter<MediaSpeechEndEvent>());

  readonly onDidStartStream: Event<MediaStreamId> = this.#onDidStartStream.event;
  readonly onDidEndStream: Event<MediaStreamEndEvent> = this.#onDidEndStream.event;
  /** The first loud sample of a piece of speech. */
  readonly onDidStartSpeech: Event<MediaSoundEvent> = this.#onDidStartSpeech.event;
  /** The last loud sample; told once it has been quiet long enough. */
  readonly onDidEndSpeech: Event<MediaSpeechEndEvent> = this.#onDidEndSpeech.event;

  constructor(options: MediaReceiverOptions) {
    this.#options = options;
    const { feed } = options;
    this.#owned.add(feed.onDidSubscribe((track) => this.#open(track)));
    this.#owned.add(feed.onDidUnsubscribe((trackId) => this.#streams.get(trackId)?.end()));
    for (const track of feed.tracks) this.#open(track);
  }

  /** Tracks being listened to. */
  get streams(): readonly MediaStreamId[] {
    return [...this.#streams.values()].map(({ id }) => id);
  }

  /** Leaves out the first of the speech on a track, from its first loud sample on, ms. */
  skip(trackId: string, ms: number): void {
    if (ms <= 0 || this.#skips.size >= maxTracks) return;
    this.#skips.set(trackId, { leftMs: ms, untilMs: this.#options.clock.nowMs() + skipWithinMs });
  }

  dispose(): void {
    for (const stream of [...this.#streams.values()]) stream.end();
    this.#owned.dispose();
  }

  #open(track: SubscribedTrack): void {
    const { sender, trackId } = track;
    if (this.#options.accepts?.(sender) === false || this.#streams.has(trackId)) return;
    const sink = this.#streams.size < maxTracks ? this.#createSink({ sender, trackId }) : undefined;
    if (sink === undefined) {
      this.counters.refusedTracks++;
      this.#skips.delete(trackId);
      return;
    }
    this.#streams.set(trackId, this.#listen(track, { sender, trackId }, sink));
    this.#onDidStartStream.fire({ sender, trackId });
  }

  #listen(track: SubscribedTrack, id: MediaStreamId, sink: AudioSink): OpenStream {
    const detector = new LoudnessDetector(this.#options.loudness);
    let blocks = 0;
    const onBlock = (block: TrackBlock): void => {
      blocks++;
      const atMs = this.#options.clock.nowMs();
      const change = detector.push(block.samples, block.sampleRateHz, atMs);
      const soundsAtMs = change?.kind === 'started' ? change.atMs : atMs;
      if (detector.isSpeaking) this.#write(sink, this.#withoutSkipped(id, block, soundsAtMs - atMs), atMs);
      if (change?.kind === 'ended') {
        // What comes next on the track is another utterance, all of which is to be heard.
        this.#skips.delete(id.trackId);
        this.#attempt(() => sink.finishUtterance?.());
      }
      this.#tell(id, change);
    };
    let isOver = false;
    const end = (error?: unknown): void => {
      if (isOver) return;
      isOver = true;
      source.dispose();
      this.#streams.delete(id.trackId);
      this.#skips.delete(id.trackId);
      if (error !== undefined) this.counters.brokenTracks++;
      this.#tell(id, detector.finish());
      this.#attempt(() => sink.end?.());
      this.#onDidEndStream.fire({ ...id, blocks, ...(error === undefined ? {} : { error }) });
    };
    const source = track.listen(onBlock, end);
    return { id, end, dispose: end };
  }

  /** @param quietMs silence before the first sound, ms */
  #withoutSkipped({ trackId }: MediaStreamId, block: TrackBlock, quietMs: number): TrackBlock {
    const skip = this.#skips.get(trackId);
    if (skip === undefined) return block;
    if (skip.untilMs < this.#options.clock.nowMs()) {
      this.#skips.delete(trackId);
      return block;
    }
    const { samples, sampleRateHz } = block;
    const { leftMs: skipMs } = skip;
    const leftMs = skipMs + quietMs - (1000 * samples.length) / sampleRateHz;
    // Once it has begun, it goes on for as long as it takes.
    if (leftMs > 0) this.#skips.set(trackId, { leftMs, untilMs: Infinity });
    else this.#skips.delete(trackId);
    const skipped = Math.round(((skipMs + quietMs) * sampleRateHz) / 1000);
    return { samples: samples.subarray(skipped), sampleRateHz };
  }

  #createSink(id: MediaStreamId): AudioSink | undefined {
    try {
      return this.#options.createSink(id);
    } catch {
      this.counters.sinkErrors++;
      return undefined;
    }
  }

  #write(sink: AudioSink, { samples, sampleRateHz }: TrackBlock, atMs: number): void {
    if (samples.length > 0) this.#attempt(() => sink.write({ samples, sampleRateHz, kind: 'speech', atMs }));
  }

  #attempt(call: () => void): void {
    try {
      call();
    } catch {
      this.counters.sinkErrors++;
    }
  }

  #tell(id: MediaStreamId, change: LoudnessChange | undefined): void {
    if (change?.kind === 'started') this.#onDidStartSpeech.fire({ ...id, atMs: change.atMs });
    else if (change?.kind === 'ended')
      this.#onDidEndSpeech.fire({ ...id, atMs: change.atMs, startedAtMs: change.startedAtMs });
  }
}
