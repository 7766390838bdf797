import {
  type DataLane,
  type DataLaneOptions,
  type FailoverLimits,
  createDataLane,
  createFailoverLane,
} from '@eloquence/delivery';
import { DisposableStore } from '@eloquence/base';
import {
  type DatagramChannel,
  EloquenceError,
  Emitter,
  type Lane,
  type LaneKind,
  type Transport,
  type TransportFactory,
  type TransportOptions,
  abortedError,
} from '@eloquence/plugin-api';
import type { Room } from '@livekit/rtc-node';
// eslint-disable-next-line eloquence/no-top-level-effects -- Silences rtc-node's log before a room is connected (ADR 0032).
import './rtc-log.js';
import { type LivekitRoom, createRoomChannel, isLivekitRoom } from './livekit-room.js';
import { MediaLane } from './media-lane.js';
import type { MediaPublishOptions, MediaTrackSource } from './media-track.js';
import { checkPublishGrants } from './publish-grants.js';
import { RtcMediaTrackSource } from './rtc-media-track.js';

/** Which lane was opened, and why. */
export interface LaneChoice {
  readonly lane: LaneKind;
  readonly reason: 'requested' | 'receiver-answered' | 'no-receiver-answered';
  /** Receivers known when the choice was made. */
  readonly receivers: number;
}

export interface LivekitTransportSettings {
  /**
   * How long receivers may take to answer, ms; default 500. Where only the data lane will do: 3 000, and 10 000 while
   * anybody else is in the room.
   */
  readonly discoveryMs?: number;
  /** How the track of the media lane is published. */
  readonly publish?: MediaPublishOptions;
  /** How long an utterance of the media lane waits for somebody to listen, ms; default 10 000. */
  readonly subscriberTimeoutMs?: number;
  /** How the data lane recovers what is lost, for experiments. */
  readonly data?: Pick<DataLaneOptions, 'recovery' | 'recoveryTuning'>;
  /** When the data lane counts as dead, for experiments. */
  readonly failover?: Partial<FailoverLimits>;
  /** Where the media lane gets its track; for tests. */
  readonly tracks?: MediaTrackSource;
}

/** How long receivers may take to answer where there is another lane to speak on meanwhile, ms. */
const shortDiscoveryMs = 500;
/** …and where there is none: the server announces participants without tracks up to 3 s late. */
const longDiscoveryMs = 3000;
/**
 * …and while somebody else is in the room. A participant that has just connected cannot be asked before SCTP has
 * shaken hands, which repeats what gets lost after 1, 2 and 4 s: with 20 % loss in both directions that takes longer
 * than 3 s for one participant in ten.
 */
const patientDiscoveryMs = 10_000;
/** How often it is looked whether somebody is still there, ms. */
const patienceStepMs = 1000;

/** Speech into one LiveKit room. The room stays the caller's: disposing leaves it connected. */
export class LivekitTransport implements Transport {
  readonly #room: LivekitRoom;
  readonly #options: TransportOptions;
  readonly #settings: LivekitTransportSettings;
  readonly #owned = new DisposableStore();
  readonly #onDidChooseLane = this.#owned.add(new Emitter<LaneChoice>());
  readonly #channel: DatagramChannel & { readonly peerCount: number };

  readonly onDidChooseLane = this.#onDidChooseLane.event;

  constructor(room: LivekitRoom, options: TransportOptions, settings: LivekitTransportSettings = {}) {
    this.#room = room;
    this.#options = options;
    this.#settings = settings;
    this.#channel = this.#owned.add(createRoomChannel(room, options.clock));
  }

  async openLane(): Promise<Lane> {
    const { signal, lane } = this.#options;
    if (this.#owned.isDisposed) throw new EloquenceError('DISPOSED', 'The transport has been closed.');
    if (signal?.aborted) throw abortedError(signal);
    this.#checkConnected();
    checkPublishGrants(this.#room.token, lane);
    if (lane === 'media') return this.#chosen(this.#openMediaLane(), 'requested', 0);
    const { clock, random } = this.#options;
    const startMs = clock.nowMs();
    const dataLane = createDataLane({ channel: this.#channel, clock, random, ...this.#settings.data });
    try {
      const receivers = await this.#discover(dataLane);
      this.#checkConnected();
      if (lane === 'auto') return this.#openBoth(dataLane, receivers);
      if (receivers > 0) return this.#chosen(dataLane, 'requested', receivers);
      throw noReceiver(Math.round(clock.nowMs() - startMs));
    } catch (error) {
      dataLane.dispose();
      throw signal?.aborted ? abortedError(signal) : error;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #discover(lane: DataLane): Promise<number> {
    const { clock, signal, lane: wanted } = this.#options;
    const { discoveryMs } = this.#settings;
    if (discoveryMs !== undefined) return lane.discover(discoveryMs, signal);
    if (wanted !== 'data') return lane.discover(shortDiscoveryMs, signal);
    const endMs = clock.nowMs() + patientDiscoveryMs;
    let receivers = await lane.discover(longDiscoveryMs, signal);
    while (receivers === 0 && this.#channel.peerCount > 0 && this.#channel.state !== 'closed') {
      const leftMs = endMs - clock.nowMs();
      if (leftMs <= 0) break;
      receivers = await lane.discover(Math.min(patienceStepMs, leftMs), signal);
    }
    return receivers;
  }

  #checkConnected(): void {
    if (this.#channel.state === 'closed') throw notConnected();
  }

  /** Both lanes as one: the data lane stays, for receivers that come late or come back. */
  #openBoth(data: DataLane, receivers: number): Lane {
    const { clock } = this.#options;
    const { failover } = this.#settings;
    const both = createFailoverLane({
      ...{ data, clock },
      openMedia: () => this.#openMediaLane(),
      ...(failover === undefined ? {} : { limits: failover }),
    });
    return this.#chosen(both, receivers > 0 ? 'receiver-answered' : 'no-receiver-answered', receivers);
  }

  #openMediaLane(): MediaLane {
    const { publish, subscriberTimeoutMs } = this.#settings;
    return new MediaLane({
      clock: this.#options.clock,
      room: this.#channel,
      tracks: this.#settings.tracks ?? new RtcMediaTrackSource(this.#room as unknown as Room),
      publish,
      subscriberTimeoutMs,
    });
  }

  #chosen<T extends Lane>(lane: T, reason: LaneChoice['reason'], receivers: number): T {
    this.#owned.add(lane);
    this.#onDidChooseLane.fire({ lane: lane.kind, reason, receivers });
    return lane;
  }
}

/** The transport `livekit`: accepts connected rtc-node rooms, whichever copy of rtc-node they are from. */
export function createLivekitTransportFactory(settings: LivekitTransportSettings = {}): TransportFactory {
  return {
    accepts: isLivekitRoom,
    create(target, options) {
      if (!isLivekitRoom(target))
        throw new EloquenceError('OPTION_INVALID', 'The target is not a LiveKit room.', {
          hint: 'Give a Room of @livekit/rtc-node.',
        });
      return new LivekitTransport(target, options, settings);
    },
  };
}

function notConnected(): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', 'The room is not connected.', {
    hint: 'Connect the room before speaking into it.',
  });
}

function noReceiver(waitedMs: number): EloquenceError {
  return new EloquenceError('NO_RECEIVER', `No receiver in the room answered within ${waitedMs} ms.`, {
    hint: "Attach a receiver on the listener's side, or use the lane 'media', which any LiveKit client can hear.",
  });
}
