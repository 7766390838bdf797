import type { PlayerAudioTrack } from '../room/player-room.js';

/** An audio track whose elements are plain objects, and which tells of them as livekit-client's tracks do. */
export class FakeAudioTrack implements PlayerAudioTrack {
  readonly kind: string;
  readonly attachedElements: HTMLMediaElement[] = [];
  readonly mediaStreamTrack = { enabled: true } as MediaStreamTrack;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(kind = 'audio') {
    this.kind = kind;
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((count, { size }) => count + size, 0);
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
    this.#emit('elementAttached');
    return element as unknown as HTMLMediaElement;
  }

  /** Of all elements, each detachment is told before the list is empty. */
  detach(element?: HTMLMediaElement): void {
    const elements = element === undefined ? [...this.attachedElements] : [element];
    for (const detached of elements) {
      const at = this.attachedElements.indexOf(detached);
      if (at < 0) continue;
      if (element !== undefined) this.attachedElements.splice(at, 1);
      this.#emit('elementDetached');
    }
    if (element === undefined) this.attachedElements.length = 0;
  }

  on(event: string, listener: () => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: () => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  #emit(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }
}
