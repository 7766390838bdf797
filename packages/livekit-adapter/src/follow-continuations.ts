import type { SpeechReceiver } from '@eloquence/playout';
import type { Disposable } from '@eloquence/plugin-api';
import { readContinuationName } from '@eloquence/wire';
import type { AudioTrackFeed, SubscribedTrack } from './audio-track-feed.js';

/**
 * Lets the data lane of a receiver end where an audio track says by its name that it goes on: what lies before is
 * played from the buffer, and nothing is heard twice.
 */
export function followContinuations(
  feed: AudioTrackFeed,
  speech: SpeechReceiver,
  accepts: ((identity: string) => boolean) | undefined,
): Disposable {
  return feed.onDidSubscribe(({ sender, name }: SubscribedTrack) => {
    const place = readContinuationName(name);
    if (place === undefined || accepts?.(sender) === false) return;
    speech.limitUtterance({ sender, channel: place.channel }, place.generation, place.frame);
  });
}
