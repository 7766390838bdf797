import {
  type ChannelState,
  type Clock,
  type DatagramChannel,
  type DatagramSendOptions,
  Emitter,
  type PeerChange,
  type ReceivedDatagram,
} from '@eloquence/plugin-api';
import {
  type HelloPacket,
  type ReportPacket,
  type WirePacket,
  decodePacket,
  encodeHelloPacket,
  encodeReportPacket,
  wireVersion,
} from '@eloquence/wire';

export interface Sent<T extends WirePacket = WirePacket> {
  readonly atMs: number;
  readonly packet: T;
  readonly isReliable: boolean;
  readonly to: readonly string[] | undefined;
}

/** A channel of which a test is the other end: it records what is sent, and brings what the test says. */
export class ScriptedChannel implements DatagramChannel {
  readonly maxPacketBytes = 1086;
  readonly sent: Sent[] = [];
  readonly #clock: Clock;
  readonly #receive = new Emitter<ReceivedDatagram>();
  readonly #peerChange = new Emitter<PeerChange>();
  readonly #stateChange = new Emitter<ChannelState>();
  readonly onDidReceive = this.#receive.event;
  readonly onDidChangePeer = this.#peerChange.event;
  readonly onDidChangeState = this.#stateChange.event;
  state: ChannelState = 'connected';
  onDidSend: (sent: Sent) => void = () => undefined;
  sendError: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get listenerCount(): number {
    return this.#receive.listenerCount + this.#peerChange.listenerCount + this.#stateChange.listenerCount;
  }

  send(bytes: Uint8Array, options: DatagramSendOptions): Promise<void> {
    if (this.sendError) throw this.sendError;
    if (this.state !== 'connected') return Promise.reject(new Error('not connected'));
    const packet = decodePacket(bytes.slice());
    if (packet.type === 'malformed' || packet.type === 'unknown')
      throw new Error(`sent a ${packet.type} packet`);
    const sent = { atMs: this.#clock.nowMs(), packet, isReliable: options.reliable, to: options.to };
    this.sent.push(sent);
    this.onDidSend(sent);
    return Promise.resolve();
  }

  of<T extends WirePacket['type']>(type: T): Sent<Extract<WirePacket, { type: T }>>[] {
    return this.sent.filter((sent) => sent.packet.type === type) as Sent<Extract<WirePacket, { type: T }>>[];
  }

  bring(packet: Uint8Array, from = 'ear'): void {
    this.#receive.fire({ packet, from });
  }

  hello(from = 'ear', changes: Partial<HelloPacket> = {}): void {
    this.bring(encodeHelloPacket({ ...sampleHello, ...changes }), from);
  }

  report(changes: Partial<ReportPacket>, from = 'ear'): void {
    this.bring(encodeReportPacket(sampleReport(changes)), from);
  }

  peer(identity: string, isPresent: boolean): void {
    this.#peerChange.fire({ identity, isPresent });
  }

  change(state: ChannelState): void {
    this.state = state;
    this.#stateChange.fire(state);
  }

  dispose(): void {
    this.change('closed');
  }
}

export const sampleHello: HelloPacket = {
  type: 'hello',
  minVersion: wireVersion,
  maxVersion: wireVersion,
  receiverId: 1,
  nonce: 1,
  bufferMs: 120_000,
  codecIds: ['opus', 'pcm'],
  probeNonce: 0,
  probeSendTimeMs: 0,
};

export function sampleReport(changes: Partial<ReportPacket> = {}): ReportPacket {
  return {
    type: 'report',
    receiverId: 1,
    channel: 0,
    utteranceSequence: 0,
    playout: 'buffering',
    isEndKnown: false,
    isAlarm: false,
    nextSequence: 0,
    bitmapLow: 0,
    bitmapHigh: 0,
    playheadFrame: 0,
    bufferAheadMs: 0,
    owdVariationMs: 0,
    deliveryRateBytesPerSecond: 0,
    lossPercent: 0,
    lateFrames: 0,
    stalls: 0,
    stalledMs: 0,
    concealedMs: 0,
    pdvP95Ms: 0,
    lossBurstMs: 0,
    ...changes,
  };
}
