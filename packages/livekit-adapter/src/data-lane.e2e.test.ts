import { createSeededRandom } from '@eloquence/base';
import { createSystemClock } from '@eloquence/plugin-api';
import type { UtteranceFinishedEvent } from '@eloquence/playout';
import { SimulateScenarioKind } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import { type LaneChoice, LivekitTransport } from './livekit-transport.js';
import { noise } from './testing/heard-pieces.js';
import { pcmCodec } from './testing/pcm-codec.js';
import { speakFrames, testSettings, tone } from './testing/test-speech.js';
import { useTestServer } from './testing/use-test-server.js';

const clock = createSystemClock();
const harness = useTestServer();

async function setUp() {
  const [listener, speaker] = await harness.server.connectAll('listener', 'speaker');
  if (listener === undefined || speaker === undefined) throw new Error('two rooms expected');
  const heard: number[] = [];
  const finished: UtteranceFinishedEvent[] = [];
  const receiver = attachReceiver(listener, {
    decoders: new Map([['pcm', pcmCodec]]),
    clock,
    media: false,
    sink: { write: ({ samples }) => void heard.push(...samples) },
  });
  receiver.speech.onDidFinishUtterance((event) => finished.push(event));
  const transport = new LivekitTransport(speaker, { clock, random: createSeededRandom(1), lane: 'auto' });
  harness.open.push(receiver, transport);
  const choices: LaneChoice[] = [];
  transport.onDidChooseLane((choice) => choices.push(choice));
  const lane = await transport.openLane();
  const begin = () =>
    lane.openUtterance({ settings: testSettings, sampleRateHz: 8000, firstPcmAtMs: clock.nowMs() });
  return { listener, speaker, receiver, transport, lane, begin, heard, finished, choices };
}

describe('the data lane on a real server', () => {
  it('is found at once by participants that have not been announced to each other, and plays every sample', async () => {
    const { begin, heard, finished, choices, listener } = await setUp();
    expect(choices).toEqual([{ lane: 'data', reason: 'receiver-answered', receivers: 1 }]);
    expect(listener.remoteParticipants.has('speaker')).toBe(false);
    const pcm = tone(8000, 8000);
    const utterance = begin();
    await speakFrames(utterance, pcm);
    expect(await utterance.delivered).toMatchObject({ outcome: 'complete' });
    expect(await utterance.played).toMatchObject({ outcome: 'complete', counters: { framesPlayed: 50 } });
    expect(finished).toMatchObject([
      { outcome: 'complete', framesPlayed: 50, framesLost: 0, framesDuplicated: 0 },
    ]);
    expect(heard.slice(0, pcm.length)).toEqual([...pcm]);
  });

  it.each([
    ['resumes', SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT],
    ['connects anew', SimulateScenarioKind.SIMULATE_FULL_RECONNECT],
  ])('loses nothing when the sender %s in the middle', async (_name, scenario) => {
    const { speaker, begin, finished } = await setUp();
    const pcm = tone(8000 * 4, 8000);
    const utterance = begin();
    const writing = speakFrames(utterance, pcm);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await speaker.simulateScenario(scenario);
    await writing;
    expect(await utterance.played).toMatchObject({ outcome: 'complete', counters: { framesPlayed: 200 } });
    expect(finished.at(-1)).toMatchObject({
      outcome: 'complete',
      framesPlayed: 200,
      framesLost: 0,
      framesDuplicated: 0,
    });
  });

  it('knows after a barge-in where the listener was cut, to within a frame', async () => {
    const { begin, heard } = await setUp();
    for (const [nth, cutAfterMs] of [300, 1300, 2100].entries()) {
      heard.length = 0;
      const utterance = begin();
      // All of it is sent within moments, and the last report is an old one when it is cut.
      await speakFrames(utterance, noise(8000 * 3, nth));
      await new Promise((resolve) => setTimeout(resolve, cutAfterMs));
      utterance.cancel();
      const { outcome, counters } = await utterance.played;
      const about = `${counters.heardMs} ± ${counters.heardErrorMs} of ${heard.length / 8} ms`;
      expect(outcome).toBe('cancelled');
      // A block of 10 ms fades out.
      expect(Math.abs(counters.heardMs! - heard.length / 8), about).toBeLessThanOrEqual(20);
      expect(Math.abs(20 * counters.framesPlayed - heard.length / 8), about).toBeLessThanOrEqual(20);
      expect(counters.heardErrorMs, about).toBe(20);
    }
  });

  it('tells that the receiver left', async () => {
    const { listener, receiver, begin } = await setUp();
    const utterance = begin();
    await speakFrames(utterance, tone(8000 * 3, 8000));
    receiver.dispose();
    await listener.disconnect();
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'RECEIVER_LEFT' } });
  });
});
