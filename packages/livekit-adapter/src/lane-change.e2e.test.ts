import { createSeededRandom } from '@eloquence/base';
import { type EncodedFrame, type LaneUtterance, createSystemClock } from '@eloquence/plugin-api';
import type { Room } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import { LivekitTransport } from './livekit-transport.js';
import { findPieces, noise, toEightKilohertz } from './testing/heard-pieces.js';
import { pcmCodec } from './testing/pcm-codec.js';
import { until } from './testing/test-server.js';
import { testSettings } from './testing/test-speech.js';
import { useTestServer } from './testing/use-test-server.js';

const clock = createSystemClock();
const pieceSamples = 800;
/** A busy machine lets the jitter buffer of an audio track stretch or fill in a few pieces, which then look like none. */
const fewPieces = 4;
const harness = useTestServer();

/** Lets everything that is sent on the data channels vanish, as a stuck association does. */
function killDataChannel(room: Room): { revive(): void } {
  const local = room.localParticipant;
  if (local === undefined) throw new Error('not connected');
  const publish = local.publishData.bind(local);
  local.publishData = () => Promise.resolve();
  return {
    revive: () => {
      local.publishData = publish;
    },
  };
}

async function setUp() {
  const [listener, speaker] = await harness.server.connectAll('listener', 'speaker');
  if (listener === undefined || speaker === undefined) throw new Error('two rooms expected');
  // Apart, since on a busy machine the end of one may be heard while the other begins.
  const heard: Record<'data' | 'media', number[]> = { data: [], media: [] };
  const receiver = attachReceiver(listener, {
    decoders: new Map([['pcm', pcmCodec]]),
    clock,
    loudness: { quietMs: 400 },
    createSink: ({ lane }) => ({
      write: ({ samples }) => {
        heard[lane].push(...(lane === 'data' ? samples : toEightKilohertz(samples)));
      },
    }),
  });
  const transport = new LivekitTransport(
    speaker,
    { clock, random: createSeededRandom(1), lane: 'auto' },
    { publish: { dtx: false } },
  );
  harness.open.push(receiver, transport);
  const lane = await transport.openLane();
  return { listener, speaker, lane, heard };
}

/** Writes at twice the pace of playout, or a frame every `stepMs`; a phrase ends every second. */
async function speak(utterance: LaneUtterance, pcm: Int16Array, stepMs = 10): Promise<void> {
  const format = { codecId: 'pcm', sampleRateHz: 8000, frameMs: 20 };
  const startMs = clock.nowMs();
  for (let index = 0; index * 160 < pcm.length; index++) {
    const samples = pcm.slice(index * 160, (index + 1) * 160);
    const frame: EncodedFrame = { index, payload: new Uint8Array(samples.buffer), format, pcm: samples };
    const waitMs = startMs + index * stepMs - clock.nowMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await utterance.ready();
    utterance.writeFrames({ frames: [frame], ...(index % 50 === 49 ? { endsPhrase: true } : {}) });
  }
  utterance.end(pcm.length);
}

function begin(lane: Awaited<ReturnType<typeof setUp>>['lane']): LaneUtterance {
  return lane.openUtterance({ settings: testSettings, sampleRateHz: 8000, firstPcmAtMs: clock.nowMs() });
}

/** Waits for the last sound, and counts the pieces of 100 ms that were heard on neither lane, and on both. */
async function countPieces(
  pcm: Int16Array,
  heard: Awaited<ReturnType<typeof setUp>>['heard'],
): Promise<{ lost: number; twice: number }> {
  await until(
    'the last piece to be heard',
    () => heard.data.length + heard.media.length >= pcm.length - pieceSamples,
  );
  await new Promise((resolve) => setTimeout(resolve, 800));
  const onData = findPieces(pcm, heard.data, pieceSamples);
  const onMedia = findPieces(pcm, heard.media, pieceSamples);
  let lost = 0;
  let twice = 0;
  for (const [index, { likeness }] of onData.entries()) {
    const lanes = [likeness, onMedia[index]?.likeness ?? 0].filter((found) => found >= 0.5).length;
    if (lanes === 0) lost++;
    else if (lanes === 2) twice++;
  }
  return { lost, twice };
}

describe('changing lanes on a real server', () => {
  it('says the whole sentence though the data channel dies in the middle of it', async () => {
    const { speaker, lane, heard } = await setUp();
    expect(lane.kind).toBe('data');
    const pcm = noise(8000 * 8);
    const utterance = begin(lane);
    const writing = speak(utterance, pcm);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    killDataChannel(speaker);
    await writing;
    const end = await utterance.played;
    expect(end).toMatchObject({
      outcome: 'complete',
      counters: { framesSent: 400, framesPlayed: 400 },
      laneChanges: [{ from: 'data', to: 'media', cause: 'data-silent' }],
    });
    expect((await countPieces(pcm, heard)).lost).toBeLessThanOrEqual(fewPieces);
    expect(heard.data.length).toBeGreaterThan(8000);
    expect(heard.media.length).toBeGreaterThan(8000);
  });

  it('comes back to the data lane at the end of a phrase, when the channel lives again', async () => {
    const { speaker, lane, heard } = await setUp();
    const pcm = noise(8000 * 10, 2);
    const utterance = begin(lane);
    const writing = speak(utterance, pcm);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const channel = killDataChannel(speaker);
    await until('the change to media', () => lane.kind === 'media');
    channel.revive();
    await writing;
    const end = await utterance.played;
    expect(end.laneChanges?.map(({ to }) => to)).toEqual(['media', 'data']);
    expect(end).toMatchObject({ outcome: 'complete', counters: { framesPlayed: 500 } });
    expect((await countPieces(pcm, heard)).lost).toBeLessThanOrEqual(fewPieces);
  });

  it('says nothing twice though only the way back has died, and the listener has heard on', async () => {
    const { listener, lane, heard } = await setUp();
    const pcm = noise(8000 * 6, 3);
    const utterance = begin(lane);
    const writing = speak(utterance, pcm, 20);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    killDataChannel(listener);
    await writing;
    const end = await utterance.played;
    expect(end.laneChanges).toMatchObject([{ from: 'data', to: 'media', cause: 'data-silent' }]);
    const { lost, twice } = await countPieces(pcm, heard);
    expect(lost).toBeLessThanOrEqual(fewPieces);
    expect(twice).toBeLessThanOrEqual(2);
  });
});
