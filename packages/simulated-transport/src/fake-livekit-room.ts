/** A packet that was published, with the options of the SDK that the fake stands for. */
export interface PublishedData {
  readonly bytes: number[];
  readonly reliable?: boolean;
  readonly topic?: string;
  /** As rtc-node calls it. */
  readonly destination_identities?: string[];
  /** As livekit-client calls it. */
  readonly destinationIdentities?: string[];
}

/** States of a connection by livekit-client's names; rtc-node has numbers for three of them. */
export type FakeConnectionState =
  'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'signalReconnecting';

export interface FakeParticipant {
  readonly identity: string;
  readonly sid?: string | undefined;
}

type Listener = (...args: never[]) => void;

const rtcNodeStates: readonly FakeConnectionState[] = ['disconnected', 'connected', 'reconnecting'];
const eventsOfStates: Partial<Record<FakeConnectionState, string>> = {
  disconnected: 'disconnected',
  connected: 'reconnected',
  reconnecting: 'reconnecting',
};

/**
 * A LiveKit room without a network, as `@livekit/rtc-node` or `livekit-client` shows it: records what is published,
 * and says what a test tells it to.
 */
export class FakeLivekitRoom<P extends FakeParticipant = FakeParticipant> {
  readonly published: PublishedData[] = [];
  readonly remoteParticipants = new Map<string, P>();
  /** Publishes that have not been settled, oldest first; used while `holdsPublishes`. */
  readonly held: Array<{ resolve(): void; reject(error: Error): void }> = [];
  token: string | undefined;
  state: FakeConnectionState = 'connected';
  holdsPublishes = false;
  failsToPublish = false;
  readonly localParticipant = {
    identity: 'me',
    publishTrack: () => Promise.reject(new Error('not in this fake')),
    publishData: (data: Uint8Array, options: Omit<PublishedData, 'bytes'>): Promise<void> => {
      if (this.failsToPublish) return Promise.reject(new Error('no connection'));
      this.published.push({ ...options, bytes: [...data] });
      if (!this.holdsPublishes) return Promise.resolve();
      return new Promise((resolve, reject) => this.held.push({ resolve, reject }));
    },
  };
  readonly #sdk: 'rtc-node' | 'livekit-client';
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(sdk: 'rtc-node' | 'livekit-client' = 'rtc-node') {
    this.#sdk = sdk;
  }

  /** As in rtc-node. */
  get isConnected(): boolean {
    return this.state !== 'disconnected';
  }

  /** As in rtc-node: 0 disconnected, 1 connected, 2 reconnecting. */
  get connectionState(): number {
    return rtcNodeStates.indexOf(this.state);
  }

  get listenerTotal(): number {
    return [...this.#listeners.values()].reduce((total, { size }) => total + size, 0);
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
    return this;
  }

  off(event: string, listener: Listener): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(args as never[]));
  }

  /** @param sid the session: another run of the same participant has another one */
  join(identity: string, sid?: string): void {
    const participant = sid === undefined ? { identity } : { identity, sid };
    this.remoteParticipants.set(identity, participant as P);
    this.emit('participantConnected', participant);
  }

  leave(identity: string): void {
    this.remoteParticipants.delete(identity);
    this.emit('participantDisconnected', { identity });
  }

  receive(bytes: number[], from: string | undefined, topic = 'e'): void {
    const participant = from === undefined ? undefined : this.remoteParticipants.get(from);
    this.emit('dataReceived', Uint8Array.from(bytes), participant, 0, topic);
  }

  changeState(state: FakeConnectionState): void {
    this.state = state;
    this.emit('connectionStateChanged', this.#sdk === 'rtc-node' ? this.connectionState : state);
    const event = eventsOfStates[state];
    if (event !== undefined) this.emit(event, 0);
  }
}
