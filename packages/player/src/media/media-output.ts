import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  type EloquenceError,
  Emitter,
  createSystemClock,
  toEloquenceError,
} from '@eloquence/plugin-api';
import {
  type PlayerAudioTrack,
  type PlayerParticipant,
  type PlayerRoom,
  type PlayerTrackPublication,
  listenToAttachments,
  listenToPlayerRoom,
} from '../room/player-room.js';
import { type LevelMeter, TrackSkip } from './track-skip.js';

const maxTracks = 32;

/** Decides whether the audio track of a participant is played. */
export type TrackFilter = (
  publication: PlayerTrackPublication,
  participant: { readonly identity: string },
) => boolean;

interface FollowedTrack {
  readonly sender: string;
  readonly track: PlayerAudioTrack;
  readonly attachments: Disposable;
  /** Absent while somebody else plays the track. */
  element?: HTMLMediaElement | undefined;
  skip?: Disposable | undefined;
}

/** An element that can be sent to another device; not in every browser. */
type SinkElement = HTMLMediaElement & { setSinkId?(deviceId: string): Promise<void> };

/**
 * The media lane: audio tracks of senders, each in an audio element. They stay attached beside the data lane, so that
 * a sender may change between the two from one sample to the next.
 *
 * Twice would be an echo: a track that somebody else attaches, such as a renderer of the page or another player, is let
 * go, and taken up when nobody has it any more.
 */
export class MediaOutput implements Disposable {
  readonly #accepts: TrackFilter;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #tracks = new Map<string, FollowedTrack>();
  readonly #onDidSpeak = this.#owned.add(new Emitter<string>());
  readonly #onDidFault = this.#owned.add(new Emitter<EloquenceError>());
  #volume = 1;
  #deviceId = '';
  #refusedTracks = 0;

  /** A sender with a track of its own is heard to speak on it. */
  readonly onDidSpeak = this.#onDidSpeak.event;
  readonly onDidFault = this.#onDidFault.event;

  constructor(room: PlayerRoom, accepts: TrackFilter, clock: Clock = createSystemClock()) {
    this.#accepts = accepts;
    this.#clock = clock;
    this.#owned.add(listenToPlayerRoom(room, 'trackSubscribed', (...news) => this.#open(...news)));
    this.#owned.add(
      listenToPlayerRoom(room, 'trackUnsubscribed', (_track, { trackSid }) => this.#close(trackSid)),
    );
    this.#owned.add(
      listenToPlayerRoom(room, 'activeSpeakersChanged', (speakers) => {
        for (const { identity } of speakers) if (this.has(identity)) this.#onDidSpeak.fire(identity);
      }),
    );
    for (const participant of room.remoteParticipants.values())
      for (const publication of participant.trackPublications?.values() ?? [])
        if (publication.track !== undefined)
          this.#open(publication.track as PlayerAudioTrack, publication, participant);
  }

  /** Tracks that are played here. */
  get trackCount(): number {
    return this.#elements.length;
  }

  /** Tracks beyond the limit. */
  get refusedTracks(): number {
    return this.#refusedTracks;
  }

  has(sender: string): boolean {
    return [...this.#tracks.values()].some((played) => played.sender === sender);
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    for (const element of this.#elements) element.volume = volume;
  }

  /** Leaves out the first of the speech on a track, from its first sound on, ms, whoever plays it. */
  skip(trackSid: string, ms: number, openMeter: (track: MediaStreamTrack) => LevelMeter): void {
    const followed = this.#tracks.get(trackSid);
    const track = followed?.track.mediaStreamTrack;
    if (followed === undefined || track === undefined) return;
    followed.skip?.dispose();
    followed.skip = new TrackSkip({ clock: this.#clock, track, meter: openMeter(track), ms });
  }

  async setDevice(deviceId: string): Promise<void> {
    this.#deviceId = deviceId;
    await Promise.all(this.#elements.map((element) => this.#route(element)));
  }

  /** Starts the elements that the browser kept from playing; needs a gesture of the user. */
  async resume(): Promise<void> {
    const paused = this.#elements.filter((element) => element.paused);
    await Promise.all(paused.map((element) => element.play()));
  }

  dispose(): void {
    for (const trackSid of [...this.#tracks.keys()]) this.#close(trackSid);
    this.#owned.dispose();
  }

  get #elements(): readonly HTMLMediaElement[] {
    return [...this.#tracks.values()].flatMap(({ element }) => element ?? []);
  }

  #open(track: PlayerAudioTrack, publication: PlayerTrackPublication, participant: PlayerParticipant): void {
    const { trackSid } = publication;
    if (track.kind !== 'audio' || this.#tracks.has(trackSid) || !this.#accepts(publication, participant))
      return;
    if (this.#tracks.size >= maxTracks) {
      this.#refusedTracks++;
      return;
    }
    // In a moment: livekit-client tells before its list of elements is right, and a page may attach another at once.
    const attachments = listenToAttachments(track, () =>
      queueMicrotask(() => {
        if (this.#tracks.get(trackSid) === followed) this.#follow(followed);
      }),
    );
    const followed: FollowedTrack = { sender: participant.identity, track, attachments };
    this.#tracks.set(trackSid, followed);
    this.#follow(followed);
  }

  /** Plays the track if nobody else does. */
  #follow(followed: FollowedTrack): void {
    const { attachedElements } = followed.track;
    const isElsewhere = attachedElements.some((attached) => attached !== followed.element);
    const isHere = attachedElements.some((attached) => attached === followed.element);
    if (isHere && !isElsewhere) return;
    this.#release(followed);
    if (!isElsewhere) this.#attach(followed);
  }

  #attach(followed: FollowedTrack): void {
    const element = followed.track.attach();
    followed.element = element;
    element.volume = this.#volume;
    if (this.#deviceId !== '')
      this.#route(element).catch((error: unknown) =>
        this.#onDidFault.fire(toEloquenceError(error, 'IO_FAILED')),
      );
  }

  #release(followed: FollowedTrack): void {
    const { track, element } = followed;
    if (element === undefined) return;
    followed.element = undefined;
    track.detach(element);
    element.remove();
  }

  #close(trackSid: string): void {
    const followed = this.#tracks.get(trackSid);
    if (followed === undefined) return;
    this.#tracks.delete(trackSid);
    followed.attachments.dispose();
    followed.skip?.dispose();
    this.#release(followed);
  }

  async #route(element: SinkElement): Promise<void> {
    await element.setSinkId?.(this.#deviceId);
  }
}
