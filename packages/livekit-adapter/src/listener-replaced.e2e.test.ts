import { createSeededRandom } from '@eloquence/base';
import { createSystemClock } from '@eloquence/plugin-api';
import type { Room } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import { LivekitTransport } from './livekit-transport.js';
import { noise } from './testing/heard-pieces.js';
import { pcmCodec } from './testing/pcm-codec.js';
import { speakFrames, testSettings } from './testing/test-speech.js';
import { useTestServer } from './testing/use-test-server.js';

const clock = createSystemClock();
const harness = useTestServer();
const frameSamples = 160;
const speech = noise(8000 * 5, 3);

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** One life of a listener: which frames it played, and the samples of them. */
function listenIn(room: Room) {
  const frames: number[] = [];
  const heard: number[] = [];
  const receiver = attachReceiver(room, {
    decoders: new Map([['pcm', pcmCodec]]),
    clock,
    media: false,
    sink: { write: ({ samples }) => void heard.push(...samples) },
  });
  receiver.speech.onDidPlayFrame(({ index }) => frames.push(index));
  harness.open.push(receiver);
  return { frames, heard };
}

/** Speaks to a listener, whose place is taken by another of its name while it listens. */
async function speakAcross(
  replace: (former: Room, connect: () => Promise<Room>, noteLeaving: () => void) => Promise<Room>,
) {
  const name = harness.server.newRoomName();
  const connect = (): Promise<Room> => harness.server.connect(name, 'listener');
  const listener = await connect();
  const speaker = await harness.server.connect(name, 'speaker');
  const former = listenIn(listener);
  const transport = new LivekitTransport(speaker, { clock, random: createSeededRandom(1), lane: 'auto' });
  harness.open.push(transport);
  const lane = await transport.openLane();
  const startMs = clock.nowMs();
  const utterance = lane.openUtterance({
    settings: { ...testSettings, maxBufferAheadMs: 10_000 },
    sampleRateHz: 8000,
    firstPcmAtMs: startMs,
  });
  await speakFrames(utterance, speech);
  await wait(Math.max(0, startMs + 1500 - clock.nowMs()));
  const leftAt: number[] = [];
  const room = await replace(listener, connect, () => void leftAt.push(former.frames.length));
  // A page that is gone plays nothing more; this receiver would play what it holds.
  const heardBefore = leftAt[0] ?? former.frames.length;
  const latter = listenIn(room);
  const end = await utterance.played;
  return { heardBefore, latter, end, settledAfterMs: clock.nowMs() - startMs };
}

describe('a listener that is replaced in mid-sentence by one of the same name', () => {
  it.each([
    ['a page that is loaded anew, back after 0.3 s', 300],
    ['a page that is loaded anew, back after 1 s', 1000],
    ['a second tab that takes the name over', undefined],
  ])('%s, hears the rest, and the utterance ends', async (_name, awayMs) => {
    const { heardBefore, latter, end, settledAfterMs } = await speakAcross(
      async (listener, connect, noteLeaving) => {
        if (awayMs === undefined) return connect();
        noteLeaving();
        await listener.disconnect();
        await wait(awayMs);
        return connect();
      },
    );
    expect(settledAfterMs).toBeLessThan(5000 + 13_000);
    expect(end).toMatchObject({ outcome: 'complete', counters: { framesSent: 250 } });
    const [first] = latter.frames;
    const rest = Array.from({ length: 250 - first! }, (_, at) => first! + at);
    expect(latter.frames).toEqual(rest);
    expect(latter.heard.slice(0, rest.length * frameSamples)).toEqual([
      ...speech.slice(first! * frameSamples),
    ]);
    // Nothing is left out, and nothing is heard twice but what was played since the last sign of life: it is asked for
    // one after a second of silence, at the next check.
    expect(first).toBeLessThanOrEqual(heardBefore);
    expect(heardBefore - first!).toBeLessThan(80);
  });

  it('does not keep the next utterance waiting for the one that was killed', async () => {
    const name = harness.server.newRoomName();
    const listener = await harness.server.connect(name, 'listener');
    const speaker = await harness.server.connect(name, 'speaker');
    listenIn(listener);
    const transport = new LivekitTransport(speaker, { clock, random: createSeededRandom(1), lane: 'data' });
    harness.open.push(transport);
    const lane = await transport.openLane();
    const begin = () =>
      lane.openUtterance({ settings: testSettings, sampleRateHz: 8000, firstPcmAtMs: clock.nowMs() });
    const killed = begin();
    await speakFrames(killed, noise(8000 * 2, 4));
    await wait(700);
    // It neither answers nor hears from now on, as after kill -9: the server keeps its place for a while.
    const local = listener.localParticipant!;
    local.publishData = () => Promise.resolve();
    const startMs = clock.nowMs();
    expect(await killed.played).toMatchObject({ outcome: 'presumed', counters: { presumedReceivers: 1 } });
    expect(clock.nowMs() - startMs).toBeLessThan(5500);
    await wait(Math.max(0, startMs + 12_500 - clock.nowMs()));
    const next = begin();
    expect(await next.played).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
  });
});
