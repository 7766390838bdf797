import {
  type ChannelState,
  type Clock,
  type DatagramChannel,
  type Disposable,
  Emitter,
  EloquenceError,
  type Event,
  type LaneContinuation,
  type PeerChange,
  type ReceivedDatagram,
} from '@eloquence/plugin-api';
import { type AccessLink, LinkModel, directionConditions, downSeed, upSeed } from '@eloquence/netlab';

/** What LiveKit and the protocols below add to a small message: 62 B of its own, 93 B of SCTP, DTLS, UDP and IP. */
const overheadBytes = 155;
/** When a lost reliable message is sent again, ms, and how often: stands in for SCTP's retransmission. */
const resendAfterMs = 250;
const maxResends = 60;
const maxMessagesOnTheWay = 20_000;
/** From a sample's leaving to its being heard on an audio track, ms: the way and a jitter buffer. */
const trackDelayMs = 100;

/** A participant's end of the room. */
export interface SimulatedParticipant extends DatagramChannel {
  /** Somebody publishes an audio track: told over the room's signalling, whatever the data channels do. */
  readonly onDidPublishTrack: Event<SimulatedTrackNews>;
  /** Sound of somebody's audio track, as it is heard. No sample of a track gets lost here. */
  readonly onDidHearTrack: Event<SimulatedTrackSound>;
  /** Publishes an audio track; `play` gives it sound, to be heard from now on. */
  publishTrack(continues?: LaneContinuation): { play(samples: Int16Array): void };
}

export interface SimulatedTrackNews {
  readonly from: string;
  /** The utterance of the data lane that it goes on with, as a real track's name would say. */
  readonly continues?: LaneContinuation | undefined;
}

export interface SimulatedTrackSound {
  readonly from: string;
  readonly samples: Int16Array;
}

interface Participant {
  readonly identity: string;
  readonly up: LinkModel;
  readonly down: LinkModel;
  readonly channel: SimulatedChannel;
}

export interface SimulatedRoomOptions {
  readonly clock: Clock;
  readonly seed?: number;
}

/**
 * A room in this process: participants exchange datagrams over emulated access links. No LiveKit is involved, so
 * nothing measured in it may be shown without saying so.
 */
export class SimulatedRoom implements Disposable {
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #participants = new Map<string, Participant>();
  readonly #onTheWay = new Set<Disposable>();
  #joined = 0;
  #lostMessages = 0;
  #isDisposed = false;
  #hasDeadChannels = false;

  constructor(options: SimulatedRoomOptions) {
    this.#clock = options.clock;
    this.#seed = options.seed ?? 1;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** Messages lost on a link, or beyond the number that may be on the way. */
  get lostMessages(): number {
    return this.#lostMessages;
  }

  /**
   * Lets a participant in. Everybody else hears of it; it hears of those who join and leave after it.
   *
   * @throws EloquenceError `OPTION_INVALID` if somebody of that name is in the room
   */
  join(identity: string, link?: AccessLink): SimulatedParticipant {
    if (this.#participants.has(identity)) {
      throw new EloquenceError('OPTION_INVALID', `There is a participant '${identity}' already.`, {
        value: identity,
      });
    }
    // Counts everybody who ever joined, so that no two links draw the same losses.
    const seed = this.#seed + this.#joined++;
    const conditions = link === undefined ? {} : directionConditions(link);
    const channel = new SimulatedChannel(
      identity,
      (packet, options) => this.#deliver(identity, packet, options),
      () => this.#leave(identity),
      (tell) => this.#tellOthers(identity, tell),
    );
    const up = new LinkModel(conditions, upSeed(seed));
    const down = new LinkModel(conditions, downSeed(seed));
    const others = [...this.#participants.values()];
    // In the room before anybody hears of it: they may greet it at once.
    this.#participants.set(identity, { identity, up, down, channel });
    for (const other of others) other.channel.peerChange.fire({ identity, isPresent: true });
    return channel;
  }

  /** The links of a participant, for live changes and counters. */
  linksOf(identity: string): { readonly up: LinkModel; readonly down: LinkModel } | undefined {
    return this.#participants.get(identity);
  }

  /**
   * Lets the data channels die, or come to life again, as when the server's SCTP association is stuck: nothing that
   * is sent on them arrives meanwhile, reliable messages arrive afterwards. Tracks and presence are not concerned.
   */
  setDataChannels(isWorking: boolean): void {
    this.#hasDeadChannels = !isWorking;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const participant of [...this.#participants.values()]) participant.channel.dispose();
    for (const timer of this.#onTheWay) timer.dispose();
    this.#onTheWay.clear();
  }

  #leave(identity: string): void {
    if (!this.#participants.delete(identity)) return;
    for (const other of this.#participants.values())
      other.channel.peerChange.fire({ identity, isPresent: false });
  }

  /** After the time that sound and news of a track need. */
  #tellOthers(from: string, tell: (channel: SimulatedChannel) => void): void {
    this.#after(trackDelayMs, () => {
      for (const { identity, channel } of [...this.#participants.values()])
        if (identity !== from) tell(channel);
    });
  }

  #deliver(from: string, packet: Uint8Array, options: { reliable: boolean; to?: readonly string[] }): void {
    const sender = this.#participants.get(from);
    if (sender === undefined) return;
    const copy = packet.slice();
    for (const receiver of this.#participants.values()) {
      if (receiver.identity === from || (options.to && !options.to.includes(receiver.identity))) continue;
      this.#carry(sender, receiver, copy, options.reliable ? maxResends : 0);
    }
  }

  #carry(sender: Participant, receiver: Participant, packet: Uint8Array, resends: number): void {
    const nowMs = this.#clock.nowMs();
    const ipBytes = packet.length + overheadBytes;
    const isCarried = this.#onTheWay.size < maxMessagesOnTheWay && !this.#hasDeadChannels;
    const atServerMs = isCarried ? sender.up.offer(nowMs, ipBytes, 'dtls') : undefined;
    if (atServerMs === undefined) {
      this.#lose(sender, receiver, packet, resends);
      return;
    }
    sender.up.recordExit(ipBytes, 'dtls');
    this.#after(atServerMs - nowMs, () => {
      const arrivalMs = receiver.down.offer(this.#clock.nowMs(), ipBytes, 'dtls');
      if (arrivalMs === undefined) {
        this.#lose(sender, receiver, packet, resends);
        return;
      }
      this.#after(arrivalMs - this.#clock.nowMs(), () => {
        receiver.down.recordExit(ipBytes, 'dtls');
        receiver.channel.receive.fire({ packet, from: sender.identity });
      });
    });
  }

  #lose(sender: Participant, receiver: Participant, packet: Uint8Array, resends: number): void {
    this.#lostMessages++;
    if (resends > 0) this.#after(resendAfterMs, () => this.#carry(sender, receiver, packet, resends - 1));
  }

  #after(delayMs: number, action: () => void): void {
    if (this.#isDisposed) return;
    const timer: Disposable = this.#clock.setTimer(() => {
      this.#onTheWay.delete(timer);
      action();
    }, delayMs);
    this.#onTheWay.add(timer);
  }
}

type SendMessage = (packet: Uint8Array, options: { reliable: boolean; to?: readonly string[] }) => void;

type TellOthers = (tell: (channel: SimulatedChannel) => void) => void;

class SimulatedChannel implements SimulatedParticipant {
  readonly maxPacketBytes = 1086;
  readonly receive = new Emitter<ReceivedDatagram>();
  readonly peerChange = new Emitter<PeerChange>();
  readonly trackNews = new Emitter<SimulatedTrackNews>();
  readonly trackSound = new Emitter<SimulatedTrackSound>();
  readonly onDidPublishTrack = this.trackNews.event;
  readonly onDidHearTrack = this.trackSound.event;
  readonly #stateChange = new Emitter<ChannelState>();
  readonly onDidReceive = this.receive.event;
  readonly onDidChangePeer = this.peerChange.event;
  readonly onDidChangeState = this.#stateChange.event;
  #state: ChannelState = 'connected';

  constructor(
    private readonly identity: string,
    private readonly transmit: SendMessage,
    private readonly leave: () => void,
    private readonly tellOthers: TellOthers,
  ) {}

  get state(): ChannelState {
    return this.#state;
  }

  send(packet: Uint8Array, options: { reliable: boolean; to?: readonly string[] }): Promise<void> {
    if (this.#state !== 'connected') {
      return Promise.reject(new EloquenceError('CONNECTION_LOST', 'The simulated room has been left.'));
    }
    this.transmit(packet, options);
    return Promise.resolve();
  }

  publishTrack(continues?: LaneContinuation): { play(samples: Int16Array): void } {
    const from = this.identity;
    const news = { from, continues };
    this.tellOthers((channel) => channel.trackNews.fire(news));
    return {
      play: (samples) => {
        const copy = samples.slice();
        this.tellOthers((channel) => channel.trackSound.fire({ from, samples: copy }));
      },
    };
  }

  dispose(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stateChange.fire('closed');
    this.leave();
    this.receive.dispose();
    this.peerChange.dispose();
    this.trackNews.dispose();
    this.trackSound.dispose();
    this.#stateChange.dispose();
  }
}
