import { VirtualClock } from '@eloquence/base';
import { Emitter } from '@eloquence/plugin-api';
import { decodePacket } from '@eloquence/wire';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import type { SubscribedTrack } from './media-receiver.js';
import { pcmCodec } from './testing/pcm-codec.js';

const decoders = new Map([['pcm', pcmCodec]]);
const sink = { write() {} };

function setUp() {
  const room = new FakeLivekitRoom();
  const clock = new VirtualClock();
  const subscribed = new Emitter<SubscribedTrack>();
  const unsubscribed = new Emitter<string>();
  const tracks = {
    tracks: [],
    onDidSubscribe: subscribed.event,
    onDidUnsubscribe: unsubscribed.event,
    dispose() {},
  };
  const listeners = (): number => subscribed.listenerCount + unsubscribed.listenerCount;
  return { room, clock, tracks, listeners };
}

describe('attachReceiver', () => {
  it('introduces itself, listens on both lanes, and leaves nothing behind', async () => {
    const { room, clock, tracks, listeners } = setUp();
    const receiver = attachReceiver(room, { decoders, sink, clock, tracks });
    expect(listeners()).toBe(3);
    await clock.advanceAsync(10);
    receiver.dispose();
    await clock.advanceAsync(100);
    const types = room.published.map(({ bytes }) => decodePacket(Uint8Array.from(bytes)).type);
    expect(types).toContain('hello');
    expect(types).toContain('bye');
    expect(listeners()).toBe(0);
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves audio tracks alone when told to', () => {
    const { room, clock, tracks, listeners } = setUp();
    const receiver = attachReceiver(room, { decoders, sink, clock, tracks, media: false });
    expect(receiver.media).toBeUndefined();
    expect(listeners()).toBe(0);
    receiver.dispose();
  });

  it('refuses to start without a sink or with senseless options, and leaves nothing then either', () => {
    const { room, clock, tracks } = setUp();
    expect(() => attachReceiver(room, { decoders, clock, tracks })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(() => attachReceiver(room, { decoders, sink, clock, tracks, blockMs: 5000 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(room.listenerTotal).toBe(0);
  });
});
