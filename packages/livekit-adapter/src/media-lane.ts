import { DisposableStore, createDeferred, type TimeoutOptions, withTimeout } from '@eloquence/base';
import {
  type ChannelState,
  type Clock,
  type Disposable,
  EloquenceError,
  Emitter,
  type Lane,
  type LaneContinuation,
  type LaneReport,
  type LaneUtterance,
  type LaneUtteranceOptions,
  type PeerChange,
  toEloquenceError,
  noEvent,
  noLinks,
} from '@eloquence/plugin-api';
import { continuationName } from '@eloquence/wire';
import type { MediaLaneCounters, MediaLanePort, MediaLaneRoom } from './media-lane-port.js';
import type { MediaPublishOptions, MediaTrack, MediaTrackSource } from './media-track.js';
import { MediaUtterance } from './media-utterance.js';

export interface MediaLaneOptions {
  readonly clock: Clock;
  readonly room: MediaLaneRoom;
  readonly tracks: MediaTrackSource;
  readonly publish?: MediaPublishOptions | undefined;
  /** How long an utterance waits for somebody to listen, ms; default 10 000. */
  readonly subscriberTimeoutMs?: number | undefined;
  /** How long rtc-node may take to accept one piece of audio, ms; default 5000. */
  readonly captureTimeoutMs?: number;
  /** How long an utterance waits for the room to reconnect, ms; default 15 000. */
  readonly reconnectTimeoutMs?: number;
}

/** A track that has been published, or is being. */
interface PublishedTrack {
  readonly opened: Promise<MediaTrack>;
  hasSubscriber: boolean;
}

/** Rates at which a track is published; speech at others is resampled to 48 kHz. */
const trackRatesHz: readonly number[] = [8000, 16_000, 24_000, 32_000, 44_100, 48_000];

/**
 * The lane that plays speech into an ordinary audio track, at the pace of playout. Everything that can play a LiveKit
 * track hears it; nothing travels ahead of playout. There are no acknowledgements: what left the queue counts as
 * heard.
 */
export class MediaLane implements Lane {
  readonly kind = 'media';
  readonly capabilities = { frames: false, pcm: true, probe: false, wordTimings: false, perReceiver: false };
  readonly links = noLinks;
  readonly onDidChangeLane = noEvent;
  /** PCM is not cut into packets here; the value is that of the data lane. */
  readonly maxPayloadBytes = 1024;
  readonly counters: MediaLaneCounters = {
    captureErrors: 0,
    droppedBlocks: 0,
    replacedTracks: 0,
    closeErrors: 0,
  };
  readonly #options: MediaLaneOptions;
  readonly #owned = new DisposableStore();
  readonly #onDidReport = this.#owned.add(new Emitter<LaneReport>());
  readonly #onDidArrive = this.#owned.add(new Emitter<void>());
  readonly #live = new Set<MediaUtterance>();
  readonly #lifetime = new AbortController();
  readonly #port: MediaLanePort;
  #track: PublishedTrack | undefined;
  #isTrackBroken = false;
  /** Everybody left after having listened. */
  #isDeserted = false;
  #lastTurn: Promise<void> = Promise.resolve();
  #utteranceSequence = 0;

  readonly onDidReport = this.#onDidReport.event;

  constructor(options: MediaLaneOptions) {
    this.#options = options;
    this.#port = {
      clock: options.clock,
      room: options.room,
      counters: this.counters,
      captureTimeoutMs: options.captureTimeoutMs ?? 5000,
      reconnectTimeoutMs: options.reconnectTimeoutMs ?? 15_000,
      openTrack: (sampleRateHz, signal) => this.#openTrack(sampleRateHz, signal),
      createResampler: (fromHz, toHz) => options.tracks.createResampler(fromHz, toHz),
      reportBrokenTrack: () => {
        this.#isTrackBroken = true;
      },
    };
    this.#owned.add(options.room.onDidChangePeer((change) => this.#peerChanged(change)));
    this.#owned.add(options.room.onDidChangeState((state) => this.#stateChanged(state)));
  }

  get receiverCount(): number {
    return this.#track?.hasSubscriber === true && !this.#isDeserted
      ? Math.max(1, this.#options.room.peerCount)
      : 0;
  }

  /** Codecs are no matter here: LiveKit encodes the track itself. */
  canReceive(): boolean {
    return true;
  }

  openUtterance(options: LaneUtteranceOptions): LaneUtterance {
    if (this.#lifetime.signal.aborted) throw new EloquenceError('DISPOSED', 'The lane has been closed.');
    for (const other of this.#live) {
      if (other.isWriting)
        throw new EloquenceError('LANE_UNAVAILABLE', 'The previous utterance is still being written.', {
          value: other.utteranceSequence,
          hint: 'End or cancel it before opening the next one.',
        });
    }
    this.#utteranceSequence = (this.#utteranceSequence + 1) & 0xffff;
    const { continues } = options;
    const port: MediaLanePort =
      continues === undefined
        ? this.#port
        : { ...this.#port, openTrack: (rate, signal) => this.#openContinuation(continues, rate, signal) };
    const utterance = new MediaUtterance(this.#utteranceSequence, options, port, this.#lastTurn);
    this.#live.add(utterance);
    // The next one follows when this one and all before it are over: a cancelled one must not let it overtake.
    this.#lastTurn = Promise.all([this.#lastTurn, utterance.played]).then(() => undefined);
    void utterance.played.then(() => this.#live.delete(utterance));
    if (this.#options.room.state === 'closed') utterance.fail(connectionLost());
    return utterance;
  }

  dispose(): void {
    if (this.#lifetime.signal.aborted) return;
    this.#lifetime.abort(new EloquenceError('DISPOSED', 'The lane has been closed.'));
    for (const utterance of [...this.#live]) utterance.cancel();
    this.#owned.dispose();
    this.#closeTrack();
  }

  /** A track of its own, the name of which tells receivers what it goes on with. Later utterances use it, too. */
  async #openContinuation(
    continues: LaneContinuation,
    sampleRateHz: number,
    signal: AbortSignal,
  ): Promise<MediaTrack> {
    this.#closeTrack();
    this.#isTrackBroken = false;
    const { trackName = 'speech' } = this.#options.publish ?? {};
    const opening = this.#openTrack(sampleRateHz, signal, continuationName(trackName, continues));
    const published = this.#track;
    try {
      return await opening;
    } catch (error) {
      // Speech has stayed where it was: nobody who comes later must go by this track's name.
      if (this.#track === published) this.#closeTrack();
      throw error;
    }
  }

  async #openTrack(sampleRateHz: number, signal: AbortSignal, trackName?: string): Promise<MediaTrack> {
    if (this.#isTrackBroken) {
      this.#isTrackBroken = false;
      this.counters.replacedTracks++;
      this.#closeTrack();
    }
    const rateHz = trackRatesHz.includes(sampleRateHz) ? sampleRateHz : 48_000;
    const published = (this.#track ??= this.#publish(rateHz, trackName));
    const { clock, subscriberTimeoutMs = 10_000 } = this.#options;
    const limits = { clock, signal, ms: subscriberTimeoutMs };
    const track = await withTimeout(published.opened, { ...limits, error: connectionLost });
    const noReceiver = (): EloquenceError =>
      new EloquenceError(
        'NO_RECEIVER',
        `Nobody subscribed to the audio track within ${subscriberTimeoutMs} ms.`,
        {
          hint: 'Check that a listener is in the same room and subscribes to audio tracks.',
        },
      );
    if (!published.hasSubscriber) {
      await withTimeout(track.waitForSubscriber(), { ...limits, error: noReceiver });
      published.hasSubscriber = true;
    }
    if (this.#isDeserted) await this.#waitForArrival({ ...limits, error: noReceiver });
    return track;
  }

  #publish(sampleRateHz: number, trackName: string | undefined): PublishedTrack {
    const options = { ...this.#options.publish, ...(trackName === undefined ? {} : { trackName }) };
    const opened = this.#options.tracks.publish(sampleRateHz, options).catch((error: unknown) => {
      // The next utterance may have more luck; one that came meanwhile has a track of its own.
      if (this.#track === published) this.#track = undefined;
      throw toEloquenceError(
        error,
        'LANE_UNAVAILABLE',
        'Check that the token grants canPublish, for audio from the source microphone.',
      );
    });
    const published: PublishedTrack = { opened, hasSubscriber: false };
    return published;
  }

  async #waitForArrival(limits: TimeoutOptions<void>): Promise<void> {
    const arrival = createDeferred();
    const subscription: Disposable = this.#onDidArrive.event(() => arrival.resolve());
    try {
      await withTimeout(arrival.promise, limits);
    } finally {
      subscription.dispose();
    }
  }

  #closeTrack(): void {
    const track = this.#track;
    this.#track = undefined;
    track?.opened
      .then((opened) => opened.close())
      .catch(() => {
        this.counters.closeErrors++;
      });
  }

  #peerChanged({ identity, isPresent }: PeerChange): void {
    if (isPresent) {
      this.#isDeserted = false;
      this.#onDidArrive.fire();
      return;
    }
    if (this.#options.room.peerCount > 0 || this.#track?.hasSubscriber !== true) return;
    this.#isDeserted = true;
    const error = new EloquenceError('RECEIVER_LEFT', `'${identity}', the last listener, left the room.`, {
      value: identity,
      hint: 'What had not been played is lost to it; speak again when somebody is back.',
    });
    for (const utterance of [...this.#live]) utterance.fail(error);
  }

  #stateChanged(state: ChannelState): void {
    if (state !== 'closed') return;
    for (const utterance of [...this.#live]) utterance.fail(connectionLost());
  }
}

function connectionLost(): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', 'The connection to the room was lost and did not come back.', {
    hint: 'Connect again, and speak the utterance again from where it stopped.',
  });
}
