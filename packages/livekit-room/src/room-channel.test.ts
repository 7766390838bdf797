import { EventEmitter } from 'node:events';
import { VirtualClock } from '@eloquence/base';
import type { ChannelState, PeerChange } from '@eloquence/plugin-api';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { RoomChannel } from './room-channel.js';
import { portOf } from './testing/port-of.js';

function setUp(prepare?: (room: FakeLivekitRoom) => void, isReusable = false) {
  const room = new FakeLivekitRoom();
  prepare?.(room);
  const clock = new VirtualClock();
  const channel = new RoomChannel(portOf(room, isReusable), clock);
  const received: Array<{ from: string; bytes: number[] }> = [];
  const peers: PeerChange[] = [];
  const states: ChannelState[] = [];
  channel.onDidReceive(({ from, packet }) => received.push({ from, bytes: [...packet] }));
  channel.onDidChangePeer((change) => peers.push(change));
  channel.onDidChangeState((state) => states.push(state));
  return { room, clock, channel, received, peers, states };
}

describe('RoomChannel', () => {
  it('publishes under the short topic, to everybody unless receivers are named', async () => {
    const { room, clock, channel } = setUp();
    clock.advance(10_000);
    await channel.send(Uint8Array.of(1), { reliable: false });
    await channel.send(Uint8Array.of(2), { reliable: true, to: ['b'] });
    await channel.send(Uint8Array.of(3), { reliable: false, to: [] });
    expect(room.published).toEqual([
      { bytes: [1], reliable: false, topic: 'e' },
      { bytes: [2], reliable: true, topic: 'e', destinationIdentities: ['b'] },
      { bytes: [3], reliable: false, topic: 'e' },
    ]);
  });

  it('introduces itself in the topic while the server may not have announced it, and after a reconnect', async () => {
    const { room, clock, channel } = setUp();
    expect(channel.maxPacketBytes).toBe(1086 - ':me'.length);
    const topicNow = async (): Promise<string | undefined> => {
      await channel.send(Uint8Array.of(1), { reliable: false });
      return room.published.at(-1)?.topic;
    };
    expect(await topicNow()).toBe('e:me');
    clock.advance(5999);
    expect(await topicNow()).toBe('e:me');
    clock.advance(1);
    expect(await topicNow()).toBe('e');
    room.changeState('reconnecting');
    room.changeState('connected');
    expect(await topicNow()).toBe('e:me');
  });

  it('takes the identity from the topic only if the room does not know the sender', () => {
    const { room, channel, received, peers } = setUp((made) =>
      made.remoteParticipants.set('b', { identity: 'b' }),
    );
    room.receive([1], undefined, 'e:new');
    room.receive([2], 'b', 'e:somebody-else');
    expect(received).toEqual([
      { from: 'new', bytes: [1] },
      { from: 'b', bytes: [2] },
    ]);
    expect(peers).toEqual([{ identity: 'new', isPresent: true }]);
    for (const topic of ['e:b', 'e:me', 'e:', 'e']) room.receive([3], undefined, topic);
    room.receive([3], undefined, 'ex');
    expect(received).toHaveLength(2);
    expect(channel.counters).toMatchObject({ unidentified: 4, otherTopics: 1 });
  });

  it('hands on packets of its own topic only, and counts the others', () => {
    const { room, channel, received } = setUp((made) => made.remoteParticipants.set('b', { identity: 'b' }));
    room.receive([1, 2], 'b');
    room.receive([9], 'b', 'chat');
    room.receive([9], undefined);
    expect(received).toEqual([{ from: 'b', bytes: [1, 2] }]);
    expect(channel.counters).toMatchObject({
      received: 1,
      receivedBytes: 2,
      otherTopics: 1,
      unidentified: 1,
    });
  });

  it('follows the connection; closed is final', () => {
    const { room, channel, states } = setUp();
    expect(channel.state).toBe('connected');
    room.changeState('reconnecting');
    room.changeState('connected');
    room.changeState('disconnected');
    room.changeState('connected');
    expect(states).toEqual(['reconnecting', 'connected', 'closed']);
    expect(channel.state).toBe('closed');
  });

  it('tells who comes and goes, each once', () => {
    const { room, clock, channel, peers } = setUp((made) =>
      made.remoteParticipants.set('a', { identity: 'a' }),
    );
    room.join('b');
    room.receive([1], 'b');
    room.leave('a');
    room.leave('b');
    clock.advance(250);
    expect(peers).toEqual([
      { identity: 'b', isPresent: true },
      { identity: 'a', isPresent: false },
      { identity: 'b', isPresent: false },
    ]);
    expect(channel.peerCount).toBe(0);
  });

  it('keeps at most four publishes open, two of them reliable, and sends the rest in order', async () => {
    const { room, channel } = setUp((made) => {
      made.holdsPublishes = true;
    });
    const sent = [];
    for (let at = 0; at < 4; at++) sent.push(channel.send(Uint8Array.of(at), { reliable: true }));
    expect(room.published.map(({ bytes }) => bytes[0])).toEqual([0, 1]);
    for (let at = 10; at < 15; at++) sent.push(channel.send(Uint8Array.of(at), { reliable: false }));
    expect(room.published.map(({ bytes }) => bytes[0])).toEqual([0, 1, 10, 11]);
    while (room.held.length > 0) {
      room.held.shift()?.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      expect(room.held.length).toBeLessThanOrEqual(4);
    }
    await Promise.all(sent);
    const order = room.published.map(({ bytes }) => bytes[0] ?? -1);
    expect(order.filter((at) => at < 10)).toEqual([0, 1, 2, 3]);
    expect(order.filter((at) => at >= 10)).toEqual([10, 11, 12, 13, 14]);
  });

  it('refuses, and counts, what does not fit the queue', async () => {
    const { channel } = setUp((made) => {
      made.holdsPublishes = true;
    });
    const results: string[] = [];
    for (let at = 0; at < 300; at++)
      channel
        .send(Uint8Array.of(1), { reliable: false })
        .catch((error: { code: string }) => results.push(error.code));
    await Promise.resolve();
    expect(channel.counters.publish).toMatchObject({ overflowed: 40, mostWaiting: 256 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(results).toEqual(Array(40).fill('CONNECTION_LOST'));
  });

  it('rejects what waits when the room closes, and everything after', async () => {
    const { room, channel } = setUp((made) => {
      made.holdsPublishes = true;
    });
    const sent = Array.from({ length: 6 }, () => channel.send(Uint8Array.of(1), { reliable: false }));
    const settled = Promise.allSettled(sent);
    room.changeState('disconnected');
    for (const held of room.held) held.reject(new Error('aborted'));
    const codes = (await settled).map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'sent',
    );
    expect(codes).toEqual(Array(6).fill('CONNECTION_LOST'));
    await expect(channel.send(Uint8Array.of(1), { reliable: true })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
    expect(room.published).toHaveLength(4);
  });

  it('turns a refusal of the room into a typed error and goes on', async () => {
    const { room, channel } = setUp((made) => {
      made.holdsPublishes = true;
    });
    const refused = channel.send(Uint8Array.of(1), { reliable: false });
    room.held.shift()?.reject(new Error('engine: closed'));
    await expect(refused).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      cause: { message: 'engine: closed' },
    });
    room.holdsPublishes = false;
    await channel.send(Uint8Array.of(2), { reliable: false });
    expect(channel.counters.publish).toMatchObject({ failed: 1, published: 1 });
  });

  it('opens again with a room that may be connected again, and forgets what waited before', async () => {
    const { room, channel, states } = setUp((made) => {
      made.holdsPublishes = true;
    }, true);
    const sent = Array.from({ length: 6 }, () => channel.send(Uint8Array.of(1), { reliable: false }));
    const settled = Promise.allSettled(sent);
    room.changeState('disconnected');
    for (const held of room.held) held.reject(new Error('aborted'));
    expect((await settled).filter(({ status }) => status === 'rejected')).toHaveLength(6);
    room.holdsPublishes = false;
    room.changeState('connected');
    await channel.send(Uint8Array.of(2), { reliable: false });
    expect(room.published.map(({ bytes }) => bytes[0])).toEqual([1, 1, 1, 1, 2]);
    expect(states).toEqual(['closed', 'connected']);
  });

  it('is closed from the start in a room that is not connected', async () => {
    const { channel } = setUp((made) => {
      made.state = 'disconnected';
    });
    expect(channel.state).toBe('closed');
    await expect(channel.send(Uint8Array.of(1), { reliable: false })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });

  it('leaves nothing on the room, and no timer, when disposed', () => {
    const { room, clock, channel, received } = setUp();
    room.join('b');
    channel.dispose();
    channel.dispose();
    room.receive([1], 'b');
    expect(received).toEqual([]);
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('many channels over one room', () => {
  /** A room with the emitter of both SDKs. */
  class EmittingRoom extends EventEmitter {
    readonly state = 'connected';
    readonly localParticipant = { identity: 'me', publishData: () => Promise.resolve() };
    readonly remoteParticipants = new Map<string, { identity: string }>();
  }

  it('are no leak to warn of, leave the room its limit for others, and give it back', async () => {
    const room = new EmittingRoom();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const clock = new VirtualClock();
    const channels = Array.from(
      { length: 12 },
      () => new RoomChannel(portOf(room as unknown as FakeLivekitRoom, false), clock),
    );
    expect(room.listenerCount('dataReceived')).toBe(12);
    expect(room.getMaxListeners()).toBe(22);
    for (let count = 0; count < 10; count++) room.on('dataReceived', () => undefined);
    for (const channel of channels) channel.dispose();
    expect([room.listenerCount('dataReceived'), room.getMaxListeners()]).toEqual([10, 10]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('leave a room without a limit alone', () => {
    const room = new EmittingRoom();
    room.setMaxListeners(0);
    const channel = new RoomChannel(portOf(room as unknown as FakeLivekitRoom, false), new VirtualClock());
    expect(room.getMaxListeners()).toBe(0);
    channel.dispose();
    expect(room.getMaxListeners()).toBe(0);
  });
});
