import type { LiveKitServer } from '@eloquence/livekit-server';
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import { attachListener } from './attach-listener.js';
import { type TestRoom, openTestRoom, startTestServer, tone } from './testing/test-room.js';

let server: LiveKitServer;
let room: TestRoom;

beforeAll(async () => {
  server = await startTestServer();
  room = await openTestRoom(server, 'endurance');
});

afterAll(async () => {
  await room.close();
  await server.stop();
});

/** Heap in use after a full collection, MB. */
function heapMb(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

function listenersOf(emitter: unknown): number {
  if (!(emitter instanceof EventEmitter)) throw new Error('not an emitter');
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

describe('endurance on a real server', () => {
  it('speaks 200 utterances in one session with memory, timers and listeners flat', async () => {
    const listener = await attachListener(room.listener, { sink: { write: () => undefined }, media: false });
    const streamer = new AdaptiveAudioStreamer(room.speaker, { lane: 'data', preloadVoice: false });
    await streamer.initialize();
    let finished = 0;
    let lost = 0;
    listener.speech.onDidFinishUtterance((event) => {
      finished++;
      lost += event.framesLost + event.framesDuplicated;
    });
    const speak = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at++) {
        const metrics = await streamer.say(tone(100)).done;
        // A call that a busy machine interrupts may count as slow; no plugin may be given up for that.
        expect(metrics).toMatchObject({ outcome: 'complete', framesLost: 0, codec: 'opus' });
      }
    };
    await speak(40);
    const before = { heap: heapMb(), timers: timers(), room: listenersOf(room.speaker) };
    await speak(160);
    await expect.poll(() => finished).toBe(200);
    expect(lost).toBe(0);
    expect(heapMb() - before.heap).toBeLessThan(4);
    expect(listenersOf(room.speaker)).toBe(before.room);
    await expect.poll(() => timers()).toBeLessThanOrEqual(before.timers + 2);
    await streamer.dispose();
    await listener.dispose();
  }, 120_000);

  it('opens and closes 100 sessions and leaves nothing behind', async () => {
    const listener = await attachListener(room.listener, { sink: { write: () => undefined }, media: false });
    const cycle = async (isSpeaking: boolean): Promise<void> => {
      const streamer = new AdaptiveAudioStreamer(room.speaker, { lane: 'data', preloadVoice: false });
      await streamer.initialize();
      if (isSpeaking) await streamer.say(tone(40)).delivered;
      await streamer.dispose();
    };
    for (let at = 0; at < 20; at++) await cycle(at % 4 === 0);
    const before = { heap: heapMb(), timers: timers(), room: listenersOf(room.speaker) };
    for (let at = 0; at < 80; at++) await cycle(at % 4 === 0);
    expect(heapMb() - before.heap).toBeLessThan(6);
    expect(listenersOf(room.speaker)).toBe(before.room);
    await expect.poll(() => timers()).toBeLessThanOrEqual(before.timers + 2);
    await listener.dispose();
  }, 120_000);
});
