import type { PlayoutBlock } from '@eloquence/playout';
import { VirtualClock } from '@eloquence/base';
import { Emitter, toDisposable } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import {
  type AudioTrackFeed,
  MediaReceiver,
  type MediaReceiverOptions,
  type SubscribedTrack,
  type TrackBlock,
} from './media-receiver.js';

class FakeTrack implements SubscribedTrack {
  listeners = 0;
  onBlock: ((block: TrackBlock) => void) | undefined;
  onEnd: ((error?: unknown) => void) | undefined;

  constructor(
    readonly sender: string,
    readonly trackId: string,
  ) {}

  listen(onBlock: (block: TrackBlock) => void, onEnd: (error?: unknown) => void) {
    this.listeners++;
    this.onBlock = onBlock;
    this.onEnd = onEnd;
    return toDisposable(() => {
      this.listeners--;
      this.onBlock = undefined;
    });
  }

  play(level: number): void {
    this.onBlock?.({ samples: new Int16Array(480).fill(level), sampleRateHz: 48_000 });
  }
}

function setUp(options: Partial<MediaReceiverOptions> = {}, existing: FakeTrack[] = []) {
  const clock = new VirtualClock();
  const subscribed = new Emitter<SubscribedTrack>();
  const unsubscribed = new Emitter<string>();
  const feed: AudioTrackFeed = {
    tracks: existing,
    onDidSubscribe: subscribed.event,
    onDidUnsubscribe: unsubscribed.event,
    dispose() {},
  };
  const written: PlayoutBlock[] = [];
  const log: string[] = [];
  const receiver = new MediaReceiver({
    feed,
    clock,
    createSink: ({ trackId }) => ({
      write: (block) => void written.push({ ...block, samples: block.samples.slice() }),
      end: () => void log.push(`end ${trackId}`),
    }),
    loudness: { quietMs: 50 },
    ...options,
  });
  receiver.onDidStartSpeech(({ atMs }) => log.push(`start ${atMs}`));
  receiver.onDidEndSpeech(({ atMs }) => log.push(`over ${Math.round(atMs)}`));
  receiver.onDidEndStream(({ trackId, blocks, error }) =>
    log.push(`gone ${trackId} ${blocks}${error === undefined ? '' : ' broken'}`),
  );
  const play = (track: FakeTrack, ...levels: number[]): void => {
    for (const level of levels) {
      track.play(level);
      clock.advance(10);
    }
  };
  const listeners = (): number => subscribed.listenerCount + unsubscribed.listenerCount;
  return { clock, subscribed, unsubscribed, receiver, written, log, play, listeners };
}

describe('MediaReceiver', () => {
  it('leaves out as much of the first speech as has been heard already, to the sample', () => {
    const { subscribed, receiver, written, play } = setUp();
    const track = new FakeTrack('a', 't');
    receiver.skip('t', 25);
    subscribed.fire(track);
    play(track, 0, 0, 500, 501, 502, 503);
    const other = new FakeTrack('b', 'u');
    subscribed.fire(other);
    play(other, 600);
    expect(written.map(({ samples }) => [samples[0], samples.length])).toEqual([
      [502, 240],
      [503, 480],
      [600, 480],
    ]);
  });

  it('leaves out nothing of what comes later: after the end of that speech, or 10 s', () => {
    const { subscribed, receiver, written, play, clock } = setUp();
    const track = new FakeTrack('a', 't');
    receiver.skip('t', 100);
    subscribed.fire(track);
    // Barge-in ends the speech in the midst of what is left out.
    play(track, 500, 501, 0, 0, 0, 0, 0, 0, 600);
    expect(written.at(-1)?.samples).toHaveLength(480);
    expect(written.at(-1)?.samples[0]).toBe(600);
    const late = new FakeTrack('b', 'u');
    receiver.skip('u', 100);
    subscribed.fire(late);
    clock.advance(10_001);
    play(late, 700);
    expect(written.at(-1)?.samples[0]).toBe(700);
  });

  it('writes speech with its pauses, and none of the silence around it', () => {
    const { subscribed, written, log, play } = setUp();
    const track = new FakeTrack('a', 't');
    subscribed.fire(track);
    play(track, 0, 0, 500, 0, 0, 500, 0, 0, 0, 0, 0, 0, 0, 500);
    expect(written.map(({ atMs }) => atMs)).toEqual([20, 30, 40, 50, 60, 70, 80, 90, 130]);
    expect(written.every(({ kind, sampleRateHz }) => kind === 'speech' && sampleRateHz === 48_000)).toBe(
      true,
    );
    expect(log).toEqual(['start 20', 'over 60', 'start 130']);
  });

  it('listens to tracks that are there already, and only to those asked for', () => {
    const mine = new FakeTrack('a', 't1');
    const other = new FakeTrack('b', 't2');
    const { receiver } = setUp({ accepts: (identity) => identity === 'a' }, [mine, other]);
    expect(receiver.streams).toEqual([{ sender: 'a', trackId: 't1' }]);
    expect([mine.listeners, other.listeners]).toEqual([1, 0]);
  });

  it('ends speech, sink and stream when the track goes', () => {
    const track = new FakeTrack('a', 't');
    const { unsubscribed, receiver, log, play } = setUp({}, [track]);
    play(track, 500);
    unsubscribed.fire('t');
    unsubscribed.fire('t');
    expect(log).toEqual(['start 0', 'over 10', 'end t', 'gone t 1']);
    expect(receiver.streams).toEqual([]);
    expect(track.listeners).toBe(0);
  });

  it('counts a track that breaks off', () => {
    const track = new FakeTrack('a', 't');
    const { receiver, log } = setUp({}, [track]);
    track.onEnd?.(new Error('native'));
    expect(log).toEqual(['end t', 'gone t 0 broken']);
    expect(receiver.counters.brokenTracks).toBe(1);
  });

  it('survives sinks that throw, and refuses tracks without a sink or beyond 32', () => {
    const failing = new FakeTrack('a', 't');
    const { receiver, play, log } = setUp(
      {
        createSink: () => ({
          write: () => {
            throw new Error('disk full');
          },
        }),
      },
      [failing],
    );
    play(failing, 500, 500);
    expect(receiver.counters.sinkErrors).toBe(2);
    expect(log).toEqual(['start 0']);
    const none = setUp(
      {
        createSink: () => {
          throw new Error('no');
        },
      },
      [new FakeTrack('a', 't')],
    );
    expect(none.receiver.counters).toMatchObject({ refusedTracks: 1, sinkErrors: 1 });
    const many = setUp(
      {},
      Array.from({ length: 40 }, (_, at) => new FakeTrack('a', `t${at}`)),
    );
    expect(many.receiver.streams).toHaveLength(32);
    expect(many.receiver.counters.refusedTracks).toBe(8);
  });

  it('releases everything when disposed', () => {
    const tracks = [new FakeTrack('a', 't1'), new FakeTrack('b', 't2')];
    const { receiver, listeners } = setUp({}, tracks);
    receiver.dispose();
    receiver.dispose();
    expect(tracks.map((track) => track.listeners)).toEqual([0, 0]);
    expect(listeners()).toBe(0);
  });
});
