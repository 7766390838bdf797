import { continuationName } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { FakePlayerRoom } from '../testing/fake-player-room.js';
import { type ContinuationEvent, Continuations } from './continuations.js';

const continuation = { channel: 0, generation: 7, frame: 90 };
const publication = (trackSid: string, trackName = continuationName('speech', continuation)) => ({
  trackSid,
  trackName,
  kind: 'audio',
});

function setUp(from?: readonly string[]) {
  const room = new FakePlayerRoom();
  const continuations = new Continuations(room, from);
  const told: ContinuationEvent[] = [];
  continuations.onDidContinue((event) => told.push(event));
  return { room, continuations, told };
}

describe('tracks that go on with an utterance', () => {
  it('are told once, when they are published or, at the latest, when they are subscribed to', () => {
    const { room, told, continuations } = setUp();
    room.emit('trackPublished', publication('1'), { identity: 'a' });
    room.emit('trackSubscribed', {}, publication('1'), { identity: 'a' });
    room.emit('trackSubscribed', {}, publication('2'), { identity: 'b' });
    room.emit('trackPublished', publication('3', 'speech'), { identity: 'a' });
    expect(told).toEqual([
      { sender: 'a', continuation },
      { sender: 'b', continuation },
    ]);
    continuations.dispose();
    expect(room.listenerCount).toBe(0);
  });

  it('count only of those who are listened to', () => {
    const { room, told } = setUp(['a']);
    room.emit('trackPublished', publication('1'), { identity: 'stranger' });
    expect(told).toEqual([]);
  });
});
