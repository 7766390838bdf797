import { Emitter } from '@eloquence/plugin-api';
import { continuationName } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { type ContinuationEvent, Continuations, type NamedTrack } from './continuations.js';

const continuation = { channel: 0, utteranceSequence: 7, frame: 90 };

function setUp(accepts?: (identity: string) => boolean) {
  const tracks = new Emitter<NamedTrack>();
  const continuations = new Continuations(tracks.event, accepts);
  const heard: ContinuationEvent[] = [];
  continuations.onDidContinue((event) => heard.push(event));
  const appear = (sender: string, trackId: string, name?: string): void =>
    tracks.fire({ sender, trackId, name });
  return { tracks, continuations, heard, appear };
}

describe('tracks that go on with an utterance', () => {
  it('are told once each, whoever publishes them', () => {
    const { tracks, continuations, heard, appear } = setUp();
    appear('a', '1', continuationName('speech', continuation));
    appear('a', '1', continuationName('speech', continuation));
    appear('b', '2', continuationName('speech', continuation));
    appear('a', '3', 'speech');
    appear('a', '4');
    expect(heard).toEqual([
      { sender: 'a', trackId: '1', continuation },
      { sender: 'b', trackId: '2', continuation },
    ]);
    continuations.dispose();
    expect(tracks.listenerCount).toBe(0);
  });

  it('may be one track under several names, one after the other', () => {
    const { heard, appear } = setUp();
    appear('a', '1', 'speech~3.65535.9');
    appear('a', '1', 'speech~3.0.12');
    expect(heard).toEqual([
      { sender: 'a', trackId: '1', continuation: { channel: 3, utteranceSequence: 65_535, frame: 9 } },
      { sender: 'a', trackId: '1', continuation: { channel: 3, utteranceSequence: 0, frame: 12 } },
    ]);
  });

  it('count only of those who are listened to', () => {
    const { heard, appear } = setUp((identity) => identity === 'a');
    appear('stranger', '1', continuationName('speech', continuation));
    expect(heard).toEqual([]);
  });
});
