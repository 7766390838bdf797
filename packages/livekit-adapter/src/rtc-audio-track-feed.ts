import { DisposableStore } from '@eloquence/base';
import { listenTo } from '@eloquence/livekit-room';
import { type Disposable, Emitter, toDisposable } from '@eloquence/plugin-api';
import { AudioStream, type RemoteTrack, type Room, RoomEvent, TrackKind } from '@livekit/rtc-node';
import type { AudioTrackFeed, SubscribedTrack, TrackBlock } from './media-receiver.js';

/** Rate and block length in which tracks are listened to: those of WebRTC's own audio. */
const sampleRateHz = 48_000;
const blockMs = 10;

/** Subscribes to an event about a track of an rtc-node room. */
const listenToTracks = listenTo as unknown as (
  room: Room,
  event: RoomEvent,
  listener: (track: RemoteTrack, publication: unknown, participant: { readonly identity: string }) => void,
) => Disposable;

/** The audio tracks of a real room. */
export class RtcAudioTrackFeed implements AudioTrackFeed {
  readonly #room: Room;
  readonly #owned = new DisposableStore();
  readonly #onDidSubscribe = this.#owned.add(new Emitter<SubscribedTrack>());
  readonly #onDidUnsubscribe = this.#owned.add(new Emitter<string>());

  readonly onDidSubscribe = this.#onDidSubscribe.event;
  readonly onDidUnsubscribe = this.#onDidUnsubscribe.event;

  constructor(room: Room) {
    this.#room = room;
    this.#owned.add(
      listenToTracks(room, RoomEvent.TrackSubscribed, (track, _publication, { identity }) => {
        const subscribed = describe(track, identity);
        if (subscribed !== undefined) this.#onDidSubscribe.fire(subscribed);
      }),
    );
    this.#owned.add(
      listenToTracks(room, RoomEvent.TrackUnsubscribed, ({ sid }) => {
        if (sid !== undefined) this.#onDidUnsubscribe.fire(sid);
      }),
    );
  }

  get tracks(): readonly SubscribedTrack[] {
    const found: SubscribedTrack[] = [];
    for (const { identity, trackPublications } of this.#room.remoteParticipants.values()) {
      for (const { track } of trackPublications.values()) {
        const subscribed = track === undefined ? undefined : describe(track, identity);
        if (subscribed !== undefined) found.push(subscribed);
      }
    }
    return found;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function describe(
  track: RemoteTrack | { kind?: TrackKind; sid?: string; name?: string },
  sender: string,
): SubscribedTrack | undefined {
  if (track.kind !== TrackKind.KIND_AUDIO || track.sid === undefined) return undefined;
  return {
    sender,
    trackId: track.sid,
    ...(track.name === undefined ? {} : { name: track.name }),
    listen: (onBlock, onEnd) => listen(track as RemoteTrack, onBlock, onEnd),
  };
}

function listen(
  track: RemoteTrack,
  onBlock: (block: TrackBlock) => void,
  onEnd: (error?: unknown) => void,
): Disposable {
  const reader = new AudioStream(track, {
    sampleRate: sampleRateHz,
    numChannels: 1,
    frameSizeMs: blockMs,
  }).getReader();
  let isStopped = false;
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || isStopped) return;
      onBlock({ samples: value.data, sampleRateHz: value.sampleRate });
    }
  };
  read().then(
    () => onEnd(),
    (error: unknown) => onEnd(error),
  );
  return toDisposable(() => {
    isStopped = true;
    // Releases the native stream; a stream that has ended already has nothing left to release.
    reader.cancel().catch(() => undefined);
  });
}
