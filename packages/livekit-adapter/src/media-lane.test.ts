import { VirtualClock } from '@eloquence/base';
import {
  type ChannelState,
  Emitter,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type PeerChange,
  type StreamSettings,
} from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { MediaLane, type MediaLaneOptions } from './media-lane.js';
import { FakeTrackSource } from './testing/fake-media-track.js';

const settings = {} as StreamSettings;

function setUp(options: Partial<MediaLaneOptions> = {}) {
  const clock = new VirtualClock(1000);
  const tracks = new FakeTrackSource(clock);
  const states = new Emitter<ChannelState>();
  const peers = new Emitter<PeerChange>();
  const room = {
    state: 'connected' as ChannelState,
    peerCount: 1,
    onDidChangeState: states.event,
    onDidChangePeer: peers.event,
    change(state: ChannelState) {
      room.state = state;
      states.fire(state);
    },
    changePeers(count: number) {
      const isPresent = count > room.peerCount;
      room.peerCount = count;
      peers.fire({ identity: 'b', isPresent });
    },
    get listeners() {
      return states.listenerCount + peers.listenerCount;
    },
  };
  const lane = new MediaLane({ clock, room, tracks, ...options });
  const open = (sampleRateHz = 48_000): LaneUtterance =>
    lane.openUtterance({ settings, sampleRateHz, firstPcmAtMs: clock.nowMs() });
  return { clock, tracks, room, lane, open };
}

/** A frame whose samples are all `value`. */
const frame = (value: number, samples = 960): Int16Array => new Int16Array(samples).fill(value);

/** Writes frames one after the other, as the streamer does; returns what went wrong, if anything did. */
async function speak(utterance: LaneUtterance, frames: readonly Int16Array[]): Promise<{ code?: string }> {
  try {
    for (const pcm of frames) {
      await utterance.ready();
      await utterance.writePcm(pcm);
    }
    utterance.end(0);
    return {};
  } catch (error) {
    return error as { code: string };
  }
}

/** Moves time in small steps, and lets all promise callbacks run at each. */
async function advance(clock: VirtualClock, ms: number): Promise<void> {
  const endMs = clock.nowMs() + ms;
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const leftMs = endMs - clock.nowMs();
    if (leftMs <= 0) return;
    clock.advance(Math.min(10, leftMs));
  }
}

async function finish(
  clock: VirtualClock,
  utterance: LaneUtterance,
  limitMs = 60_000,
): Promise<LaneUtteranceEnd> {
  let end: LaneUtteranceEnd | undefined;
  void utterance.played.then((value) => (end = value));
  for (let ms = 0; end === undefined && ms < limitMs; ms += 10) await advance(clock, 10);
  if (end === undefined) throw new Error(`not over after ${limitMs} ms`);
  return end;
}

describe('MediaLane', () => {
  it('publishes one track, at the first utterance, with the options asked for', async () => {
    const { clock, tracks, open, lane } = setUp({ publish: { dtx: false, red: false, bitrateBps: 24_000 } });
    expect(tracks.tracks).toHaveLength(0);
    expect(lane.receiverCount).toBe(0);
    for (let at = 0; at < 3; at++) {
      const utterance = open();
      void speak(utterance, [frame(1), frame(2)]);
      expect(await finish(clock, utterance)).toMatchObject({ outcome: 'complete' });
    }
    expect(tracks.tracks).toHaveLength(1);
    expect(tracks.options).toEqual([{ dtx: false, red: false, bitrateBps: 24_000 }]);
    expect(lane.receiverCount).toBe(1);
  });

  it('paces at real time with at most one capture pending, and counts frames', async () => {
    const { clock, tracks, open } = setUp();
    const utterance = open();
    const starts: number[] = [];
    utterance.onDidStartPlayout(({ atMs }) => starts.push(atMs));
    void speak(
      utterance,
      Array.from({ length: 50 }, (_, at) => frame(at)),
    );
    await advance(clock, 500);
    expect(tracks.tracks[0]?.captured.length).toBeLessThanOrEqual(36);
    expect(utterance.bufferAheadMs).toBeGreaterThan(150);
    const { outcome, counters } = await finish(clock, utterance);
    expect(outcome).toBe('complete');
    expect(counters).toMatchObject({ framesSent: 50, framesPlayed: 50, payloadBytes: 50 * 1920 });
    expect(tracks.tracks[0]?.mostPending).toBe(1);
    expect(starts).toEqual([1000]);
    expect(counters.deliveredAtMs).toBeGreaterThanOrEqual(1990);
  });

  it('pads a 25 ms tail, and leaves nothing of it to the next utterance', async () => {
    const { clock, tracks, open } = setUp();
    const first = open();
    void speak(first, [frame(7, 1200)]);
    await finish(clock, first);
    const second = open();
    void speak(second, [frame(9, 480)]);
    await finish(clock, second);
    const samples = tracks.tracks[0]?.samples ?? [];
    expect(samples.slice(0, 1200).every((sample) => sample === 7)).toBe(true);
    expect(samples.slice(1200, 1440).every((sample) => sample === 0)).toBe(true);
    expect(samples.slice(1440).every((sample) => sample === 9)).toBe(true);
    expect(samples).toHaveLength(1920);
  });

  it('plays utterances one after the other, even with a cancelled one between', async () => {
    const { clock, tracks, open } = setUp();
    const first = open();
    void speak(
      first,
      Array.from({ length: 20 }, () => frame(1)),
    );
    await advance(clock, 300);
    const second = open();
    second.cancel();
    const third = open();
    void speak(third, [frame(3)]);
    expect(await finish(clock, first)).toMatchObject({ outcome: 'complete' });
    expect(await finish(clock, third)).toMatchObject({ outcome: 'complete' });
    expect(tracks.tracks[0]?.clears).toBe(0);
    expect(tracks.tracks[0]?.captured.map((block) => block[0])).toEqual([...Array<number>(20).fill(1), 3]);
  });

  it('falls silent at once on cancel, and says what had been played', async () => {
    const { clock, tracks, open } = setUp();
    const utterance = open();
    const writing = speak(
      utterance,
      Array.from({ length: 100 }, () => frame(1)),
    );
    await advance(clock, 400);
    utterance.cancel();
    const { outcome, counters } = await utterance.played;
    expect(outcome).toBe('cancelled');
    expect(counters).toMatchObject({ framesPlayed: 20, heardMs: 400, heardErrorMs: 50 });
    expect(counters.framesSent).toBeGreaterThan(counters.framesPlayed);
    expect(tracks.tracks[0]?.queuedMs).toBe(0);
    expect(await writing).toMatchObject({ code: 'ABORTED' });
    const captured = tracks.tracks[0]?.captured.length;
    await advance(clock, 1000);
    expect(tracks.tracks[0]?.captured.length).toBe(captured);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps the newer track when the publishing of an older one fails late', async () => {
    const { clock, tracks, lane, open } = setUp();
    const publish = tracks.publish.bind(tracks);
    let failLate: (error: Error) => void = () => undefined;
    tracks.publish = () => {
      tracks.publish = publish;
      return new Promise((_resolve, reject) => (failLate = reject));
    };
    const first = open();
    const opening = first.ready().catch((error: unknown) => error);
    await advance(clock, 10);
    first.cancel();
    expect(await opening).toMatchObject({ code: 'ABORTED' });
    const continues = { channel: 0, utteranceSequence: 7, frame: 90 };
    const second = lane.openUtterance({ settings, sampleRateHz: 48_000, firstPcmAtMs: 0, continues });
    const speaking = speak(second, [frame(2)]);
    await advance(clock, 10);
    failLate(new Error('the request has timed out'));
    await speaking;
    expect(await finish(clock, second)).toMatchObject({ outcome: 'complete' });
    const third = open();
    void speak(third, [frame(3)]);
    expect(await finish(clock, third)).toMatchObject({ outcome: 'complete' });
    expect(tracks.tracks.map(({ captured }) => captured.map((block) => block[0]))).toEqual([[2, 3]]);
    lane.dispose();
    await advance(clock, 10);
    expect(tracks.tracks.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  it('cancels before the first frame, and not any more after the end', async () => {
    const { clock, open, tracks } = setUp();
    const early = open();
    early.cancel();
    expect(await early.played).toMatchObject({ outcome: 'cancelled', counters: { framesSent: 0 } });
    await expect(early.ready()).rejects.toMatchObject({ code: 'ABORTED' });
    const late = open();
    void speak(late, [frame(1)]);
    await finish(clock, late);
    late.cancel();
    expect(await late.played).toMatchObject({ outcome: 'complete' });
    expect(tracks.tracks[0]?.clears).toBe(0);
  });

  it('fails with NO_RECEIVER when nobody subscribes in time', async () => {
    const { clock, tracks, open } = setUp({ subscriberTimeoutMs: 3000 });
    tracks.configure = (track) => {
      track.subscriber = new Promise(() => undefined);
    };
    const utterance = open();
    const writing = speak(utterance, [frame(1)]);
    await advance(clock, 2900);
    expect(tracks.tracks[0]?.captured).toEqual([]);
    await advance(clock, 200);
    expect(await writing).toMatchObject({ code: 'NO_RECEIVER' });
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('fails when the last listener leaves, and speaks again when one is back', async () => {
    const { clock, room, open, lane } = setUp();
    const utterance = open();
    const writing = speak(
      utterance,
      Array.from({ length: 100 }, () => frame(1)),
    );
    await advance(clock, 500);
    room.changePeers(0);
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'RECEIVER_LEFT' } });
    expect(await writing).toMatchObject({ code: 'RECEIVER_LEFT' });
    expect(lane.receiverCount).toBe(0);
    const next = open();
    void speak(next, [frame(2)]);
    await advance(clock, 2000);
    room.changePeers(1);
    expect(await finish(clock, next)).toMatchObject({ outcome: 'complete' });
  });

  it('tries a refused piece again, drops it if need be, and goes on with the sound', async () => {
    const { clock, tracks, lane, open } = setUp();
    tracks.configure = (track) => {
      track.beforeCapture = (index) => {
        if (index === 1 || index === 5 || index === 6)
          throw new Error('InvalidState - failed to capture frame');
      };
    };
    const utterance = open();
    void speak(
      utterance,
      Array.from({ length: 10 }, (_, at) => frame(at)),
    );
    const end = await finish(clock, utterance);
    expect(end).toMatchObject({ outcome: 'failed', error: { code: 'DELIVERY_INCOMPLETE', value: 1 } });
    expect(tracks.tracks[0]?.captured.map((block) => block[0])).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    expect(lane.counters).toMatchObject({ captureErrors: 3, droppedBlocks: 1 });
    const next = open();
    void speak(next, [frame(1)]);
    expect(await finish(clock, next)).toMatchObject({ outcome: 'complete' });
    expect(tracks.tracks).toHaveLength(1);
  });

  it('gives the next utterance a new track when one takes no more audio', async () => {
    const { clock, tracks, lane, open } = setUp({ captureTimeoutMs: 5000 });
    tracks.configure = (track) => {
      if (tracks.tracks.length === 0)
        track.beforeCapture = (index) => (index >= 3 ? new Promise(() => undefined) : undefined);
    };
    const utterance = open();
    const writing = speak(
      utterance,
      Array.from({ length: 10 }, () => frame(1)),
    );
    await advance(clock, 4900);
    await advance(clock, 200);
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'CONNECTION_LOST' } });
    expect(await writing).toMatchObject({ code: 'CONNECTION_LOST' });
    const next = open();
    void speak(next, [frame(2)]);
    expect(await finish(clock, next)).toMatchObject({ outcome: 'complete' });
    expect(tracks.tracks.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(lane.counters.replacedTracks).toBe(1);
  });

  it('holds audio back while the room reconnects, and goes on where it was', async () => {
    const { clock, tracks, room, open } = setUp();
    const utterance = open();
    void speak(
      utterance,
      Array.from({ length: 30 }, (_, at) => frame(at)),
    );
    await advance(clock, 100);
    room.change('reconnecting');
    await advance(clock, 1000);
    const held = tracks.tracks[0]?.captured.length ?? 0;
    expect(held).toBeLessThan(20);
    await advance(clock, 1000);
    expect(tracks.tracks[0]?.captured.length).toBe(held);
    room.change('connected');
    expect(await finish(clock, utterance)).toMatchObject({
      outcome: 'complete',
      counters: { framesPlayed: 30 },
    });
    expect(tracks.tracks[0]?.captured.map((block) => block[0])).toEqual(
      Array.from({ length: 30 }, (_, at) => at),
    );
  });

  it.each([
    ['when the room closes', 0],
    ['when it does not come back in time', 16_000],
  ])('fails with CONNECTION_LOST %s', async (_name, waitMs) => {
    const { clock, room, open } = setUp();
    const utterance = open();
    const writing = speak(
      utterance,
      Array.from({ length: 100 }, () => frame(1)),
    );
    await advance(clock, 100);
    room.change('reconnecting');
    await advance(clock, waitMs);
    if (waitMs === 0) room.change('closed');
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'CONNECTION_LOST' } });
    expect(await writing).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('resamples what the track cannot take, and releases the resampler', async () => {
    const { clock, tracks, open } = setUp();
    const utterance = open(22_050);
    void speak(
      utterance,
      Array.from({ length: 10 }, () => frame(4, 441)),
    );
    await advance(clock, 10);
    expect(tracks.resamplersOpen).toBe(1);
    expect(await finish(clock, utterance)).toMatchObject({
      outcome: 'complete',
      counters: { framesPlayed: 10 },
    });
    expect(tracks.tracks[0]?.sampleRateHz).toBe(48_000);
    expect(tracks.tracks[0]?.samples).toHaveLength(9600);
    expect(tracks.resamplersOpen).toBe(0);
  });

  it('says why a track could not be published, and tries again with the next utterance', async () => {
    const { clock, tracks, open } = setUp();
    tracks.failure = new Error('insufficient permissions');
    const utterance = open();
    void speak(utterance, [frame(1)]);
    expect(await finish(clock, utterance)).toMatchObject({
      outcome: 'failed',
      error: { code: 'LANE_UNAVAILABLE' },
    });
    tracks.failure = undefined;
    const next = open();
    void speak(next, [frame(1)]);
    expect(await finish(clock, next)).toMatchObject({ outcome: 'complete' });
  });

  it('refuses a second utterance while the first is written, and any after disposal', async () => {
    const { clock, room, tracks, lane, open } = setUp();
    const first = open();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'LANE_UNAVAILABLE' }));
    void speak(first, [frame(1)]);
    await advance(clock, 1);
    lane.dispose();
    lane.dispose();
    expect(await first.played).toMatchObject({ outcome: 'cancelled' });
    await advance(clock, 0);
    expect(tracks.tracks[0]?.isClosed).toBe(true);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
    expect(room.listeners).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends an utterance without audio as complete', async () => {
    const { open } = setUp();
    const utterance = open();
    utterance.end(0);
    expect(await utterance.played).toMatchObject({ outcome: 'complete', counters: { framesSent: 0 } });
  });
});
