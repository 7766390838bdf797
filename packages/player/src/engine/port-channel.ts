import { type Deferred, createDeferred } from '@eloquence/base';
import {
  type ChannelState,
  type DatagramChannel,
  type DatagramSendOptions,
  EloquenceError,
  Emitter,
  type PeerChange,
  type ReceivedDatagram,
} from '@eloquence/plugin-api';
import type { EngineNews } from './engine-protocol.js';

/** The room's data channels as the engine sees them: at the other end of a message port. */
export class PortChannel implements DatagramChannel {
  readonly maxPacketBytes: number;
  readonly #post: (news: EngineNews) => void;
  readonly #sending = new Map<number, Deferred<void>>();
  readonly #onDidReceive = new Emitter<ReceivedDatagram>();
  readonly #onDidChangePeer = new Emitter<PeerChange>();
  readonly #onDidChangeState = new Emitter<ChannelState>();
  #state: ChannelState;
  #nextId = 0;

  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangePeer = this.#onDidChangePeer.event;
  readonly onDidChangeState = this.#onDidChangeState.event;

  constructor(maxPacketBytes: number, isConnected: boolean, post: (news: EngineNews) => void) {
    this.maxPacketBytes = maxPacketBytes;
    this.#state = isConnected ? 'connected' : 'reconnecting';
    this.#post = post;
  }

  get state(): ChannelState {
    return this.#state;
  }

  /** The receiver keeps no more than 64 packets on their way, which bounds what waits here. */
  send(packet: Uint8Array, { reliable, to }: DatagramSendOptions): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(closed());
    const id = this.#nextId++;
    const sending = createDeferred();
    this.#sending.set(id, sending);
    this.#post({
      type: 'send',
      id,
      packet,
      isReliable: reliable,
      ...(to === undefined ? {} : { to }),
    });
    return sending.promise;
  }

  settle(id: number, isSent: boolean): void {
    const sending = this.#sending.get(id);
    this.#sending.delete(id);
    if (isSent) sending?.resolve();
    else sending?.reject(new EloquenceError('CONNECTION_LOST', 'The room did not take a packet.'));
  }

  receive(datagram: ReceivedDatagram): void {
    this.#onDidReceive.fire(datagram);
  }

  changePeer(change: PeerChange): void {
    this.#onDidChangePeer.fire(change);
  }

  changeConnection(isConnected: boolean): void {
    const state = isConnected ? 'connected' : 'reconnecting';
    if (this.#state === 'closed' || this.#state === state) return;
    this.#state = state;
    this.#onDidChangeState.fire(state);
  }

  dispose(): void {
    this.#state = 'closed';
    for (const sending of this.#sending.values()) sending.reject(closed());
    this.#sending.clear();
    this.#onDidReceive.dispose();
    this.#onDidChangePeer.dispose();
    this.#onDidChangeState.dispose();
  }
}

function closed(): EloquenceError {
  return new EloquenceError('DISPOSED', 'The player has been disposed.');
}
