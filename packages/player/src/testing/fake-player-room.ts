import type { PlayerAudioTrack, PlayerParticipant, PlayerRoom } from '../room/player-room.js';

export interface SentData {
  readonly bytes: number[];
  readonly reliable?: boolean;
  readonly topic?: string;
  readonly destinationIdentities?: string[];
}

/** A livekit-client room without a network: records what is published, and says what a test tells it to. */
export class FakePlayerRoom implements PlayerRoom {
  state = 'connected';
  failsToPublish = false;
  readonly sent: SentData[] = [];
  readonly remoteParticipants = new Map<string, PlayerParticipant>();
  readonly #listeners = new Map<string, Set<(...args: never[]) => void>>();
  readonly localParticipant = {
    identity: 'me',
    publishData: async (data: Uint8Array, options: Omit<SentData, 'bytes'>): Promise<void> => {
      if (this.failsToPublish) throw new Error('no connection');
      this.sent.push({ bytes: [...data], ...options });
    },
  };

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  on(event: string, listener: (...args: never[]) => void): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return this;
  }

  off(event: string, listener: (...args: never[]) => void): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(args as never[]));
  }

  changeState(state: string): void {
    this.state = state;
    this.emit('connectionStateChanged', state);
  }

  join(identity: string): void {
    this.remoteParticipants.set(identity, { identity });
    this.emit('participantConnected', { identity });
  }

  leave(identity: string): void {
    this.remoteParticipants.delete(identity);
    this.emit('participantDisconnected', { identity });
  }

  receive(bytes: number[], from: string | undefined, topic = 'e'): void {
    const participant = from === undefined ? undefined : this.remoteParticipants.get(from);
    this.emit('dataReceived', Uint8Array.from(bytes), participant, 0, topic);
  }
}

/** An audio track whose elements are plain objects. */
export class FakeAudioTrack implements PlayerAudioTrack {
  readonly kind: string;
  readonly attachedElements: HTMLMediaElement[] = [];

  constructor(kind = 'audio') {
    this.kind = kind;
  }

  attach(): HTMLMediaElement {
    const element = {
      volume: 1,
      paused: true,
      deviceId: '',
      isRemoved: false,
      async play() {
        element.paused = false;
      },
      async setSinkId(deviceId: string) {
        element.deviceId = deviceId;
      },
      remove() {
        element.isRemoved = true;
      },
    };
    this.attachedElements.push(element as unknown as HTMLMediaElement);
    return element as unknown as HTMLMediaElement;
  }

  detach(element: HTMLMediaElement): void {
    this.attachedElements.splice(this.attachedElements.indexOf(element), 1);
  }
}
