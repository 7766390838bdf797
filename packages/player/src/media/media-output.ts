import { DisposableStore } from '@eloquence/base';
import { type Disposable, Emitter, toEloquenceError } from '@eloquence/plugin-api';
import type { EloquenceError } from '@eloquence/plugin-api';
import {
  type PlayerAudioTrack,
  type PlayerParticipant,
  type PlayerRoom,
  type PlayerTrackPublication,
  listenToPlayerRoom,
} from '../room/player-room.js';

const maxTracks = 32;

/** Decides whether the audio track of a participant is played. */
export type TrackFilter = (
  publication: PlayerTrackPublication,
  participant: { readonly identity: string },
) => boolean;

interface PlayedTrack {
  readonly sender: string;
  readonly track: PlayerAudioTrack;
  readonly element: HTMLMediaElement;
}

/** An element that can be sent to another device; not in every browser. */
type SinkElement = HTMLMediaElement & { setSinkId?(deviceId: string): Promise<void> };

/**
 * The media lane: audio tracks of senders, each in an audio element. They stay attached beside the data lane, so that
 * a sender may change between the two from one sample to the next.
 */
export class MediaOutput implements Disposable {
  readonly #accepts: TrackFilter;
  readonly #owned = new DisposableStore();
  readonly #tracks = new Map<string, PlayedTrack>();
  readonly #onDidSpeak = this.#owned.add(new Emitter<string>());
  readonly #onDidFault = this.#owned.add(new Emitter<EloquenceError>());
  #volume = 1;
  #deviceId = '';
  #refusedTracks = 0;

  /** A sender with a track of its own is heard to speak on it. */
  readonly onDidSpeak = this.#onDidSpeak.event;
  readonly onDidFault = this.#onDidFault.event;

  constructor(room: PlayerRoom, accepts: TrackFilter) {
    this.#accepts = accepts;
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

  get trackCount(): number {
    return this.#tracks.size;
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
    for (const { element } of this.#tracks.values()) element.volume = volume;
  }

  async setDevice(deviceId: string): Promise<void> {
    this.#deviceId = deviceId;
    await Promise.all([...this.#tracks.values()].map(({ element }) => this.#route(element)));
  }

  /** Starts the elements that the browser kept from playing; needs a gesture of the user. */
  async resume(): Promise<void> {
    const paused = [...this.#tracks.values()].filter(({ element }) => element.paused);
    await Promise.all(paused.map(({ element }) => element.play()));
  }

  dispose(): void {
    for (const trackSid of [...this.#tracks.keys()]) this.#close(trackSid);
    this.#owned.dispose();
  }

  #open(track: PlayerAudioTrack, publication: PlayerTrackPublication, participant: PlayerParticipant): void {
    const { trackSid } = publication;
    if (track.kind !== 'audio' || this.#tracks.has(trackSid) || !this.#accepts(publication, participant))
      return;
    // Somebody else plays it already; twice would be an echo.
    if (track.attachedElements.length > 0) return;
    if (this.#tracks.size >= maxTracks) {
      this.#refusedTracks++;
      return;
    }
    const element = track.attach();
    element.volume = this.#volume;
    this.#tracks.set(trackSid, { sender: participant.identity, track, element });
    if (this.#deviceId !== '')
      this.#route(element).catch((error: unknown) =>
        this.#onDidFault.fire(toEloquenceError(error, 'IO_FAILED')),
      );
  }

  #close(trackSid: string): void {
    const played = this.#tracks.get(trackSid);
    if (played === undefined) return;
    this.#tracks.delete(trackSid);
    played.track.detach(played.element);
    played.element.remove();
  }

  async #route(element: SinkElement): Promise<void> {
    await element.setSinkId?.(this.#deviceId);
  }
}
