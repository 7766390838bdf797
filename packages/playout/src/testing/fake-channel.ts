import {
  type ChannelState,
  type DatagramChannel,
  type DatagramSendOptions,
  Emitter,
  type PeerChange,
  type ReceivedDatagram,
} from '@eloquence/plugin-api';
import { type ReportPacket, type WirePacket, decodePacket } from '@eloquence/wire';

export interface SentDatagram {
  readonly atMs: number;
  readonly packet: WirePacket;
  readonly options: DatagramSendOptions;
}

/** A channel without a network: records what is sent, and receives what the test gives it. */
export class FakeChannel implements DatagramChannel {
  readonly maxPacketBytes = 1086;
  readonly sent: SentDatagram[] = [];
  readonly #nowMs: () => number;
  readonly #receive = new Emitter<ReceivedDatagram>((error) => {
    throw error;
  });
  readonly #peer = new Emitter<PeerChange>();
  readonly #state = new Emitter<ChannelState>();
  state: ChannelState = 'connected';
  failsToSend = false;
  readonly onDidReceive = this.#receive.event;
  readonly onDidChangePeer = this.#peer.event;
  readonly onDidChangeState = this.#state.event;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get listenerCount(): number {
    return this.#receive.listenerCount + this.#peer.listenerCount + this.#state.listenerCount;
  }

  get reports(): readonly (SentDatagram & { readonly packet: ReportPacket })[] {
    return this.sent.filter(
      (item): item is SentDatagram & { readonly packet: ReportPacket } => item.packet.type === 'report',
    );
  }

  of(type: WirePacket['type']): readonly SentDatagram[] {
    return this.sent.filter((item) => item.packet.type === type);
  }

  send(packet: Uint8Array, options: DatagramSendOptions): Promise<void> {
    if (this.failsToSend) return Promise.reject(new Error('the wire is cut'));
    this.sent.push({ atMs: this.#nowMs(), packet: decodePacket(packet) as WirePacket, options });
    return Promise.resolve();
  }

  /** Delivers bytes in a transport buffer that is wiped afterwards, as a transport may do. */
  deliver(bytes: Uint8Array, from = 's'): void {
    const buffer = new Uint8Array(bytes.length + 8);
    buffer.set(bytes, 4);
    this.#receive.fire({ packet: buffer.subarray(4, 4 + bytes.length), from });
    buffer.fill(0xa5);
  }

  changePeer(identity: string, isPresent: boolean): void {
    this.#peer.fire({ identity, isPresent });
  }

  changeState(state: ChannelState): void {
    this.state = state;
    this.#state.fire(state);
  }

  dispose(): void {
    this.state = 'closed';
  }
}
