import { VirtualClock } from '@eloquence/base';
import { type ChannelState, Emitter, type PeerChange, type StreamSettings } from '@eloquence/plugin-api';
import type { SpeechReceiver } from '@eloquence/playout';
import { describe, expect, it } from 'vitest';
import { followContinuations } from './attach-receiver.js';
import type { SubscribedTrack } from './media-receiver.js';
import { MediaLane } from './media-lane.js';
import { FakeTrackSource } from './testing/fake-media-track.js';

describe('an utterance that goes on where the data lane stopped', () => {
  it('gets a track of its own, whose name says so; later utterances stay on it', async () => {
    const clock = new VirtualClock(1000);
    const tracks = new FakeTrackSource(clock);
    const room = {
      state: 'connected' as ChannelState,
      peerCount: 1,
      onDidChangeState: new Emitter<ChannelState>().event,
      onDidChangePeer: new Emitter<PeerChange>().event,
    };
    const lane = new MediaLane({ clock, room, tracks, publish: { trackName: 'voice', dtx: false } });
    const places = [undefined, { channel: 0, utteranceSequence: 77, frame: 120 }, undefined];
    for (const continues of places) {
      const utterance = lane.openUtterance({
        settings: {} as StreamSettings,
        sampleRateHz: 48_000,
        firstPcmAtMs: clock.nowMs(),
        ...(continues === undefined ? {} : { continues }),
      });
      const ready = utterance.ready();
      await clock.advanceAsync(10);
      await ready;
      await utterance.writePcm(new Int16Array(960));
      utterance.end(960);
      await clock.advanceAsync(100);
      expect(await utterance.played).toMatchObject({ outcome: 'complete' });
    }
    expect(tracks.options.map(({ trackName }) => trackName)).toEqual(['voice', 'voice~0.77.120']);
    expect(tracks.options[1]).toMatchObject({ dtx: false });
    expect(tracks.tracks.map(({ isClosed, captured }) => [isClosed, captured.length])).toEqual([
      [true, 1],
      [false, 2],
    ]);
    lane.dispose();
  });

  it('takes its track down when nobody has come to hear it, so that nobody goes by its name later', async () => {
    const clock = new VirtualClock(1000);
    const tracks = new FakeTrackSource(clock);
    const room = {
      state: 'connected' as ChannelState,
      peerCount: 1,
      onDidChangeState: new Emitter<ChannelState>().event,
      onDidChangePeer: new Emitter<PeerChange>().event,
    };
    const lane = new MediaLane({ clock, room, tracks });
    const shared = { settings: {} as StreamSettings, sampleRateHz: 48_000, firstPcmAtMs: clock.nowMs() };
    const continues = { channel: 0, utteranceSequence: 77, frame: 120 };
    tracks.configure = (track) => void (track.subscriber = new Promise(() => undefined));
    const abandoned = lane.openUtterance({ ...shared, continues });
    const unheard = lane.openUtterance.bind(lane, { ...shared, continues });
    for (const giveUp of [() => abandoned.cancel(), () => clock.advanceAsync(10_100)]) {
      const utterance = tracks.tracks.length === 0 ? abandoned : unheard();
      const ready = utterance.ready().catch((error: unknown) => error);
      await clock.advanceAsync(10);
      expect(tracks.options.at(-1)?.trackName).toBe('speech~0.77.120');
      await Promise.resolve(giveUp());
      await ready;
      await clock.advanceAsync(10);
      expect(tracks.tracks.at(-1)?.isClosed).toBe(true);
    }
    tracks.configure = undefined;
    const next = lane.openUtterance(shared);
    await next.ready();
    expect(tracks.options.at(-1)?.trackName).toBeUndefined();
    lane.dispose();
  });
});

describe('followContinuations', () => {
  it('lets the data lane of that sender end at the frame that the name tells', () => {
    const subscribed = new Emitter<SubscribedTrack>();
    const feed = {
      tracks: [],
      onDidSubscribe: subscribed.event,
      onDidUnsubscribe: new Emitter<string>().event,
      dispose() {},
    };
    const limits: unknown[] = [];
    const skipped: unknown[] = [];
    const speech = {
      limitUtterance: (...limit: unknown[]) => {
        limits.push(limit);
        return 1200;
      },
    };
    const following = followContinuations(
      feed,
      speech as unknown as SpeechReceiver,
      (identity) => identity !== 'stranger',
      (...skip) => void skipped.push(skip),
    );
    const appear = (sender: string, name?: string): void =>
      subscribed.fire({
        sender,
        trackId: 'TR_1',
        ...(name === undefined ? {} : { name }),
        listen: () => ({ dispose() {} }),
      });
    appear('voice');
    appear('voice', 'speech');
    appear('stranger', 'speech~0.1.2');
    appear('voice', 'speech~3.65535.9');
    expect(limits).toEqual([[{ sender: 'voice', channel: 3 }, 65_535, 9]]);
    expect(skipped).toEqual([['TR_1', 1200]]);
    following.dispose();
    expect(subscribed.listenerCount).toBe(0);
  });
});
