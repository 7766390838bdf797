import { VirtualClock, createSeededRandom } from '@eloquence/base';
import type { LaneKind } from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { describe, expect, it } from 'vitest';
import { SimulatedRoom } from './simulated-room.js';
import { simulatedTarget, simulatedTransportFactory } from './simulated-transport.js';
import { linkNamed } from './testing/speech-harness.js';

function setUp(link?: string): {
  clock: VirtualClock;
  room: SimulatedRoom;
  open(lane: LaneKind | 'auto', signal?: AbortSignal): ReturnType<typeof simulatedTransportFactory.create>;
} {
  const clock = new VirtualClock();
  const room = new SimulatedRoom({ clock });
  const target = simulatedTarget(room.join('voice'));
  if (link !== undefined) {
    createSpeechReceiver({
      channel: room.join('ear', linkNamed(link)),
      clock,
      decoders: new Map(),
      createSink: () => createCallbackSink(() => undefined),
    });
  }
  return {
    clock,
    room,
    open: (lane, signal) =>
      simulatedTransportFactory.create(target, {
        clock,
        random: createSeededRandom(1),
        lane,
        ...(signal ? { signal } : {}),
      }),
  };
}

describe('simulatedTransportFactory', () => {
  it('accepts what simulatedTarget made, and nothing else', () => {
    const room = new SimulatedRoom({ clock: new VirtualClock() });
    expect(simulatedTransportFactory.accepts(simulatedTarget(room.join('voice')))).toBe(true);
    for (const target of [undefined, null, 1, '', {}, { $type: 'room' }, room])
      expect(simulatedTransportFactory.accepts(target)).toBe(false);
  });

  it.each(['S', 'C', 'D'])('finds a receiver behind link %s within the time for it', async (link) => {
    const { clock, open } = setUp(link);
    const opening = open('auto').openLane();
    await clock.advanceAsync(510);
    const lane = await opening;
    expect([lane.kind, lane.receiverCount]).toEqual(['data', 1]);
    lane.dispose();
  });

  it('has no media lane', async () => {
    const { open } = setUp('S');
    await expect(open('media').openLane()).rejects.toMatchObject({ code: 'LANE_UNAVAILABLE' });
  });

  it('fails with NO_RECEIVER after half a second in an empty room, and holds nothing', async () => {
    const { clock, open } = setUp();
    const opening = open('data')
      .openLane()
      .catch((error: unknown) => error);
    await clock.advanceAsync(510);
    expect(await opening).toMatchObject({ code: 'NO_RECEIVER' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('stops looking when aborted', async () => {
    const { clock, open } = setUp();
    const controller = new AbortController();
    const transport = open('data', controller.signal);
    const opening = transport.openLane().catch((error: unknown) => error);
    await clock.advanceAsync(100);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await opening).toMatchObject({ code: 'ABORTED', cause: reason });
    transport.dispose();
    expect(clock.pendingTimers).toBe(0);
  });
});
