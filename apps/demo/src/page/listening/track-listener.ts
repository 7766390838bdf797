import { Emitter, type Event } from '@eloquence/plugin-api';
import { type RemoteTrack, RoomEvent, Track } from './livekit-client.js';
import type { ArmAccess } from '../../protocol.js';
import type { ArmListener, ListenerState } from './arm-listener.js';
import { RoomConnection } from './room-connection.js';
import { SoundWatch } from './sound-watch.js';

const log = (error: unknown) => console.error(error);

/** What the browser counted of a track. */
export interface TrackCounters {
  readonly concealedMs: number;
  readonly lostPackets: number;
}

/** Listens to the speaker's audio track, as any page with livekit-client does, and notes when it sounds. */
export class TrackListener implements ArmListener {
  readonly #connection: RoomConnection;
  readonly #onDidHearSound = new Emitter<void>(log);
  /** The first sound since `startWatching`. */
  readonly onDidHearSound: Event<void> = this.#onDidHearSound.event;
  readonly #elements = new Set<HTMLMediaElement>();
  #receiver: RTCRtpReceiver | undefined;
  #watch: SoundWatch | undefined;
  #isWatching = false;
  #isAudible = false;

  constructor(
    readonly access: ArmAccess,
    private readonly context: AudioContext,
  ) {
    this.#connection = new RoomConnection(access);
    const { room } = this.#connection;
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => {
      if (participant.identity === access.speaker && track.kind === Track.Kind.Audio) this.#attach(track);
    });
    room.on(RoomEvent.TrackUnsubscribed, (track) => {
      for (const element of track.detach()) this.#elements.delete(element);
    });
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => this.#connection.changed());
    context.addEventListener('statechange', () => this.#connection.changed());
  }

  get onDidChange(): Event<void> {
    return this.#connection.onDidChange;
  }

  get state(): ListenerState {
    return this.#connection.state;
  }

  get isJoined(): boolean {
    return this.state.kind === 'listening' && this.#elements.size > 0;
  }

  get isLocked(): boolean {
    return this.context.state === 'suspended' || !this.#connection.room.canPlaybackAudio;
  }

  get watch(): SoundWatch | undefined {
    return this.#watch;
  }

  join(): Promise<void> {
    return this.#connection.connect();
  }

  setAudible(isAudible: boolean): void {
    this.#isAudible = isAudible;
    for (const element of this.#elements) element.muted = !isAudible;
  }

  async unlock(): Promise<void> {
    if (this.context.state === 'suspended') await this.context.resume();
    if (!this.#connection.room.canPlaybackAudio) await this.#connection.room.startAudio();
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

  async leave(): Promise<void> {
    this.stopWatching();
    await this.#connection.leave();
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
    this.#connection.changed();
  }
}
