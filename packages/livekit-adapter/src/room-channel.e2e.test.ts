import { SimulateScenarioKind } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { connectRoom } from './connect-room.js';
import { createRoomChannel } from './livekit-room.js';
import { until } from './testing/test-server.js';
import { useTestServer } from './testing/use-test-server.js';

const harness = useTestServer();

async function openPair() {
  const [roomA, roomB] = await harness.server.connectAll('a', 'b');
  if (roomA === undefined || roomB === undefined) throw new Error('two rooms expected');
  const a = createRoomChannel(roomA);
  const b = createRoomChannel(roomB);
  const heardByA: string[] = [];
  const heardByB: string[] = [];
  a.onDidReceive(({ from, packet }) => heardByA.push(`${from}:${packet.length}:${packet[0]}`));
  b.onDidReceive(({ from, packet }) => heardByB.push(`${from}:${packet.length}:${packet[0]}`));
  return { roomA, roomB, a, b, heardByA, heardByB };
}

describe('RoomChannel on a real server', () => {
  it('carries both kinds both ways, whole, named from the first packet on', async () => {
    const { a, b, heardByA, heardByB } = await openPair();
    const large = (first: number): Uint8Array => {
      const packet = new Uint8Array(b.maxPacketBytes + 50).subarray(50);
      packet[0] = first;
      return packet;
    };
    // b has just joined: the server has not announced it to a yet. Lossy packets may get lost, above all this early.
    const bySending = async (send: () => Promise<void>, heard: () => boolean): Promise<void> => {
      for (let attempt = 0; attempt < 50 && !heard(); attempt++) {
        await send();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await b.send(large(8), { reliable: true, to: ['a'] });
    await a.send(Uint8Array.of(2), { reliable: true, to: ['b'] });
    await bySending(
      () => b.send(large(7), { reliable: false }),
      () => heardByA.includes('b:1084:7'),
    );
    await bySending(
      () => a.send(Uint8Array.of(1), { reliable: false }),
      () => heardByB.includes('a:1:1'),
    );
    await until(
      'both kinds on both sides',
      () => new Set(heardByA).size === 2 && new Set(heardByB).size === 2,
    );
    expect(new Set(heardByA)).toEqual(new Set(['b:1084:7', 'b:1084:8']));
    expect(new Set(heardByB)).toEqual(new Set(['a:1:1', 'a:1:2']));
    expect(heardByA.filter((heard) => heard === 'b:1084:8')).toHaveLength(1);
    expect(heardByB.filter((heard) => heard === 'a:1:2')).toHaveLength(1);
    expect(a.counters).toMatchObject({ received: heardByA.length, unidentified: 0 });
    expect(a.peerCount).toBe(1);
  });

  it('delivers each packet once, also after the sender has been announced', async () => {
    const { roomA, a, b, heardByA } = await openPair();
    const changes: string[] = [];
    a.onDidChangePeer(({ identity, isPresent }) => changes.push(`${identity} ${isPresent}`));
    for (let at = 0; at < 20; at++) await b.send(Uint8Array.of(at), { reliable: true });
    await until('b to be announced', () => roomA.remoteParticipants.has('b'));
    for (let at = 20; at < 40; at++) await b.send(Uint8Array.of(at), { reliable: true });
    await until('all packets', () => heardByA.length >= 40);
    expect(heardByA).toEqual(Array.from({ length: 40 }, (_, at) => `b:1:${at}`));
    expect(changes).toEqual(['b true']);
  });

  it('leaves packets of other topics alone', async () => {
    const { roomB, b, a, heardByA } = await openPair();
    await roomB.localParticipant?.publishData(Uint8Array.of(9), { reliable: true, topic: 'chat' });
    await b.send(Uint8Array.of(1), { reliable: true });
    await until('the packet', () => heardByA.length > 0);
    expect(heardByA).toEqual(['b:1:1']);
    await until('the other one to be counted', () => a.counters.otherTopics === 1);
  });

  it.each([
    ['resuming', SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT],
    ['connecting anew', SimulateScenarioKind.SIMULATE_FULL_RECONNECT],
  ])('goes on after %s', async (_name, scenario) => {
    const { roomA, a, b, heardByA, heardByB } = await openPair();
    const states: string[] = [];
    a.onDidChangeState((state) => states.push(state));
    await roomA.simulateScenario(scenario);
    await until('both states', () => states.includes('connected'));
    expect(states).toEqual(['reconnecting', 'connected']);
    await a.send(Uint8Array.of(1), { reliable: true });
    await until('a packet from a', () => heardByB.length === 1);
    await b.send(Uint8Array.of(2), { reliable: true });
    await until('a packet to a', () => heardByA.length === 1);
    expect([heardByA, heardByB]).toEqual([['b:1:2'], ['a:1:1']]);
  });

  it('is closed when the room is disconnected', async () => {
    const { roomA, a } = await openPair();
    await roomA.disconnect();
    expect(a.state).toBe('closed');
    await expect(a.send(Uint8Array.of(1), { reliable: true })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });

  it('leaves no listener behind after 50 rounds of connecting and disposing', async () => {
    const name = harness.server.newRoomName();
    const counts: number[] = [];
    for (let round = 0; round < 50; round++) {
      const token = await harness.server.token(name, `p${round}`);
      const room = await connectRoom({ url: harness.server.server.url, token });
      const before = room.eventNames().length;
      const channel = createRoomChannel(room);
      await channel.send(Uint8Array.of(1), { reliable: false });
      channel.dispose();
      expect(room.eventNames().length).toBe(before);
      await room.disconnect();
      counts.push(nativeListeners());
    }
    expect(counts.at(-1)).toBeLessThanOrEqual(counts[0] ?? 0);
  });
});

/** Listeners on rtc-node's one source of native events. */
function nativeListeners(): number {
  const client = (globalThis as { _ffiClientInstance?: { listenerCount(event: string): number } })
    ._ffiClientInstance;
  return client?.listenerCount('ffi_event') ?? 0;
}
