import { type RemoteTrack, RoomEvent, Track } from 'livekit-client';
import { Emitter, type Event } from '@eloquence/plugin-api';
import type { ArmAccess } from '../../protocol.js';
import { logError, RoomListener } from './room-listener.js';
import { SoundWatch } from './sound-watch.js';

/** What the browser counted of a track. */
export interface TrackCounters {
  readonly concealedMs: number;
  readonly lostPackets: number;
}

/** Listens to the speaker's audio track, as any page with livekit-client does, and notes when it sounds. */
export class TrackListener extends RoomListener {
  readonly #onDidHearSound = new Emitter<void>(logError);
  /** The first sound since `startWatching`. */
  readonly onDidHearSound: Event<void> = this.#onDidHearSound.event;
  readonly #elements = new Set<HTMLMediaElement>();
  #receiver: RTCRtpReceiver | undefined;
  #watch: SoundWatch | undefined;
  #isWatching = false;
  #isAudible = false;

  constructor(
    access: ArmAccess,
    private readonly context: AudioContext,
  ) {
    super(access);
    const { room } = this;
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => {
      if (participant.identity === access.speaker && track.kind === Track.Kind.Audio) this.#attach(track);
    });
    room.on(RoomEvent.TrackUnsubscribed, (track) => {
      for (const element of track.detach()) this.#elements.delete(element);
    });
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => this.changed());
    context.addEventListener('statechange', () => this.changed());
  }

  override get isJoined(): boolean {
    return super.isJoined && this.#elements.size > 0;
  }

  get isLocked(): boolean {
    return this.context.state === 'suspended' || !this.room.canPlaybackAudio;
  }

  get watch(): SoundWatch | undefined {
    return this.#watch;
  }

  setAudible(isAudible: boolean): void {
    this.#isAudible = isAudible;
    for (const element of this.#elements) element.muted = !isAudible;
  }

  async unlock(): Promise<void> {
    if (this.context.state === 'suspended') await this.context.resume();
    if (!this.room.canPlaybackAudio) await this.room.startAudio();
  }

  startWatching(): void {
    this.#isWatching = true;
    this.#watch?.start();
  }

  stopWatching(): void {
    this.#isWatching = false;
    this.#watch?.stop();
  }

  /** Counted by the browser so far; `undefined` without a track. */
  async readCounters(): Promise<TrackCounters | undefined> {
    const report = await this.#receiver?.getStats();
    for (const entry of report?.values() ?? []) {
      const stats = entry as { type: string; kind?: string; concealedSamples?: number; packetsLost?: number };
      if (stats.type !== 'inbound-rtp' || stats.kind !== 'audio') continue;
      // The browser's decoder for Opus runs at 48 kHz.
      return {
        concealedMs: (stats.concealedSamples ?? 0) / 48,
        lostPackets: Math.max(0, stats.packetsLost ?? 0),
      };
    }
    return undefined;
  }

  override async leave(): Promise<void> {
    this.stopWatching();
    await super.leave();
  }

  #attach(track: RemoteTrack): void {
    const element = track.attach();
    element.muted = !this.#isAudible;
    this.#elements.add(element);
    this.#receiver = track.receiver;
    this.#watch?.stop();
    const source = new MediaStreamAudioSourceNode(this.context, {
      mediaStream: new MediaStream([track.mediaStreamTrack]),
    });
    this.#watch = new SoundWatch(this.context, source, () => this.#onDidHearSound.fire());
    if (this.#isWatching) this.#watch.start();
    this.changed();
  }
}
