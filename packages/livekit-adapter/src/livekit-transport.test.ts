import { VirtualClock, createSeededRandom } from '@eloquence/base';
import type { TransportOptions } from '@eloquence/plugin-api';
import { decodePacket, encodeHelloPacket, wireVersion } from '@eloquence/wire';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { type LaneChoice, LivekitTransport, createLivekitTransportFactory } from './livekit-transport.js';
import { FakeTrackSource } from './testing/fake-media-track.js';

function setUp(lane: TransportOptions['lane'], options: Partial<TransportOptions> = {}) {
  const room = new FakeLivekitRoom();
  room.join('b');
  const clock = new VirtualClock();
  const transport = new LivekitTransport(
    room,
    { clock, random: createSeededRandom(1), lane, ...options },
    { tracks: new FakeTrackSource(clock) },
  );
  const choices: LaneChoice[] = [];
  transport.onDidChooseLane((choice) => choices.push(choice));
  return { room, clock, transport, choices };
}

/** The answer to a question asked at this time. */
function hello(probeSendTimeMs = 0): number[] {
  return [
    ...encodeHelloPacket({
      type: 'hello',
      receiverId: 1,
      nonce: 1,
      minVersion: wireVersion,
      maxVersion: wireVersion,
      bufferMs: 60_000,
      codecIds: ['opus'],
      probeNonce: 1,
      probeSendTimeMs,
    }),
  ];
}

describe('LivekitTransport', () => {
  it.each([
    ['auto', 'receiver-answered'],
    ['data', 'requested'],
  ] as const)('opens the data lane for %s when a receiver answers', async (lane, reason) => {
    const { room, clock, transport, choices } = setUp(lane);
    const opening = transport.openLane();
    await clock.advanceAsync(30);
    room.receive(hello(), 'b');
    await clock.advanceAsync(0);
    expect((await opening).kind).toBe('data');
    expect(choices).toEqual([{ lane: 'data', reason, receivers: 1 }]);
    expect(clock.nowMs()).toBe(30);
  });

  it('falls back to the media lane when nobody answers, and says why', async () => {
    const { room, clock, transport, choices } = setUp('auto');
    const opening = transport.openLane();
    await clock.advanceAsync(600);
    expect((await opening).kind).toBe('media');
    expect(choices).toEqual([{ lane: 'media', reason: 'no-receiver-answered', receivers: 0 }]);
    const probes = room.published.filter(
      ({ bytes }) => decodePacket(Uint8Array.from(bytes)).type === 'probe',
    );
    expect(probes.length).toBeGreaterThan(3);
  });

  it('waits for the data lane while somebody is in the room whose data channels may still be opening', async () => {
    const { room, clock, transport, choices } = setUp('data');
    const opening = transport.openLane();
    await clock.advanceAsync(7000);
    room.receive(hello(), 'b');
    await clock.advanceAsync(0);
    expect((await opening).kind).toBe('data');
    expect(choices).toEqual([{ lane: 'data', reason: 'requested', receivers: 1 }]);
    transport.dispose();
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['anybody else is in the room', ['b'], 10_000],
    ['nobody is', [], 3000],
  ] as const)('waits so long, and no longer, when %s', async (_, present, limitMs) => {
    const { room, clock, transport } = setUp('data');
    if (present.length === 0) room.leave('b');
    await clock.advanceAsync(500);
    let error: unknown;
    transport.openLane().catch((thrown: unknown) => (error = thrown));
    await clock.advanceAsync(limitMs - 100);
    expect(error).toBeUndefined();
    await clock.advanceAsync(200);
    expect(error).toMatchObject({ code: 'NO_RECEIVER' });
  });

  it('refuses the data lane when nobody answers', async () => {
    const { room, clock, transport } = setUp('data');
    const opening = transport.openLane().catch((error: unknown) => error);
    await clock.advanceAsync(10_100);
    expect(await opening).toMatchObject({ code: 'NO_RECEIVER', hint: expect.stringContaining('media') });
    transport.dispose();
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('opens the media lane at once when asked to', async () => {
    const { room, transport, choices } = setUp('media');
    expect((await transport.openLane()).kind).toBe('media');
    expect(choices).toEqual([{ lane: 'media', reason: 'requested', receivers: 0 }]);
    expect(room.published).toEqual([]);
  });

  it('says that the connection is lost, before or during discovery', async () => {
    const { room, clock, transport } = setUp('data');
    const opening = transport.openLane().catch((error: unknown) => error);
    await clock.advanceAsync(100);
    room.changeState('disconnected');
    await clock.advanceAsync(3100);
    expect(await opening).toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(transport.openLane()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('stops discovery on abort', async () => {
    const abort = new AbortController();
    const { clock, transport } = setUp('auto', { signal: abort.signal });
    const opening = transport.openLane().catch((error: unknown) => error);
    await clock.advanceAsync(100);
    abort.abort();
    await clock.advanceAsync(0);
    expect(await opening).toMatchObject({ code: 'ABORTED' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('releases lanes, listeners and timers when disposed', async () => {
    const { room, clock, transport } = setUp('auto');
    const opening = transport.openLane();
    room.receive(hello(), 'b');
    await clock.advanceAsync(0);
    await opening;
    transport.dispose();
    await clock.advanceAsync(200);
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    await expect(transport.openLane()).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

describe('createLivekitTransportFactory', () => {
  it('accepts rooms by their shape, and nothing else', () => {
    const factory = createLivekitTransportFactory();
    expect(factory.accepts(new FakeLivekitRoom())).toBe(true);
    for (const other of [undefined, null, 1, 'room', {}, { on() {}, off() {} }, new Map()])
      expect(factory.accepts(other)).toBe(false);
    const options = { clock: new VirtualClock(), random: createSeededRandom(1), lane: 'auto' } as const;
    expect(() => factory.create({}, options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
