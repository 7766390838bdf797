import { EventEmitter } from 'node:events';
import type { LivekitParticipant, LivekitPublishDataOptions, LivekitRoom } from '../livekit-room.js';

export interface PublishedData extends LivekitPublishDataOptions {
  readonly bytes: number[];
}

/** A room without a network: records what is published, and says what a test tells it to. */
export class FakeRoom extends EventEmitter implements LivekitRoom {
  isConnected = true;
  connectionState = 1;
  readonly published: PublishedData[] = [];
  readonly remoteParticipants = new Map<string, LivekitParticipant>();
  /** Publishes that have not been settled, oldest first; used while `holdsPublishes`. */
  readonly held: Array<{ resolve(): void; reject(error: Error): void }> = [];
  holdsPublishes = false;
  readonly localParticipant = {
    identity: 'me',
    publishTrack: () => Promise.reject(new Error('not in this fake')),
    publishData: (data: Uint8Array, options: LivekitPublishDataOptions): Promise<void> => {
      this.published.push({ ...options, bytes: [...data] });
      if (!this.holdsPublishes) return Promise.resolve();
      return new Promise((resolve, reject) => this.held.push({ resolve, reject }));
    },
  };

  get listenerTotal(): number {
    return this.eventNames().reduce((total, name) => total + this.listenerCount(name), 0);
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

  changeState(state: 0 | 1 | 2): void {
    this.connectionState = state;
    this.isConnected = state !== 0;
    this.emit('connectionStateChanged', state);
    this.emit((['disconnected', 'reconnected', 'reconnecting'] as const)[state], 0);
  }
}
