import { type ContinuationEvent, Continuations } from '@eloquence/livekit-room';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { continuationName } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { namedTracks } from './player-room.js';

const continuation = { channel: 0, utteranceSequence: 7, frame: 90 };
const publication = (trackSid: string, trackName = continuationName('speech', continuation)) => ({
  trackSid,
  trackName,
  kind: 'audio',
});

describe('tracks that go on with an utterance', () => {
  it('are told once, when they are subscribed to, and not while nobody can hear them', () => {
    const room = new FakeLivekitRoom('livekit-client');
    const continuations = new Continuations(namedTracks(room));
    const told: ContinuationEvent[] = [];
    continuations.onDidContinue((event) => told.push(event));
    room.emit('trackPublished', publication('1'), { identity: 'a' });
    expect(told).toEqual([]);
    room.emit('trackSubscribed', {}, publication('1'), { identity: 'a' });
    room.emit('trackSubscribed', {}, publication('1'), { identity: 'a' });
    room.emit('trackSubscribed', {}, publication('2'), { identity: 'b' });
    room.emit('trackSubscribed', {}, publication('3', 'speech'), { identity: 'a' });
    expect(told).toEqual([
      { sender: 'a', trackId: '1', continuation },
      { sender: 'b', trackId: '2', continuation },
    ]);
    continuations.dispose();
    expect(room.listenerTotal).toBe(0);
  });
});
