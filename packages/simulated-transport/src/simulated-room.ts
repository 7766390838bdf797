import {
  type ChannelState,
  type Clock,
  type DatagramChannel,
  type Disposable,
  Emitter,
  EloquenceError,
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
  join(identity: string, link?: AccessLink): DatagramChannel {
    if (this.#participants.has(identity)) {
      throw new EloquenceError('OPTION_INVALID', `There is a participant '${identity}' already.`, {
        value: identity,
      });
    }
    // Counts everybody who ever joined, so that no two links draw the same losses.
    const seed = this.#seed + this.#joined++;
    const conditions = link === undefined ? {} : directionConditions(link);
    const channel = new SimulatedChannel(
      (packet, options) => this.#deliver(identity, packet, options),
      () => this.#leave(identity),
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
    const atServerMs =
      this.#onTheWay.size < maxMessagesOnTheWay ? sender.up.offer(nowMs, ipBytes, 'dtls') : undefined;
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

class SimulatedChannel implements DatagramChannel {
  readonly maxPacketBytes = 1086;
  readonly receive = new Emitter<ReceivedDatagram>();
  readonly peerChange = new Emitter<PeerChange>();
  readonly #stateChange = new Emitter<ChannelState>();
  readonly onDidReceive = this.receive.event;
  readonly onDidChangePeer = this.peerChange.event;
  readonly onDidChangeState = this.#stateChange.event;
  #state: ChannelState = 'connected';

  constructor(
    private readonly transmit: SendMessage,
    private readonly leave: () => void,
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

  dispose(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stateChange.fire('closed');
    this.leave();
    this.receive.dispose();
    this.peerChange.dispose();
    this.#stateChange.dispose();
  }
}
