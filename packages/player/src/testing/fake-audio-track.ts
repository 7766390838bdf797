import type { PlayerAudioTrack } from '../room/player-room.js';

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
