import { VirtualClock } from '@eloquence/base';
import type { ChannelState, PeerChange } from '@eloquence/plugin-api';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { createPlayerChannel, toRoomDataCounters } from './player-channel.js';

function setUp(prepare: (room: FakeLivekitRoom) => void = () => undefined) {
  const room = new FakeLivekitRoom('livekit-client');
  prepare(room);
  const clock = new VirtualClock(1000);
  const data = createPlayerChannel(room, clock);
  const counters = () => toRoomDataCounters(data.counters);
  const received: string[] = [];
  const peers: PeerChange[] = [];
  const states: ChannelState[] = [];
  data.onDidReceive(({ packet, from }) => received.push(`${from}:${packet.join()}`));
  data.onDidChangePeer((change) => peers.push(change));
  data.onDidChangeState((state) => states.push(state));
  return { room, clock, data, counters, received, peers, states };
}

describe('the data of a room', () => {
  it('is told with its sender; other topics are only counted', () => {
    const { room, counters, received } = setUp((empty) => empty.join('a'));
    room.receive([1, 2], 'a');
    room.receive([3], 'a', 'chat');
    room.receive([4], 'a', 'extra');
    expect(received).toEqual(['a:1,2']);
    expect(counters()).toMatchObject({ received: 1, receivedBytes: 2, otherTopics: 2 });
  });

  it('is taken from senders who have not been announced, unless they claim to be somebody else', () => {
    const { room, counters, received, peers } = setUp((empty) => empty.join('a'));
    room.receive([1], undefined, 'e:new');
    room.receive([2], undefined, 'e:a');
    room.receive([3], undefined, 'e:me');
    room.receive([4], undefined, 'e:');
    room.receive([5], undefined);
    room.receive([6], 'a', 'e:somebody');
    expect(received).toEqual(['new:1', 'a:6']);
    expect(counters().unidentified).toBe(4);
    expect(peers).toEqual([{ identity: 'new', isPresent: true }]);
  });

  it('introduces this participant for six seconds after each connection', async () => {
    const { room, clock, data } = setUp();
    await data.send(Uint8Array.from([1]), { reliable: true });
    clock.advance(6001);
    await data.send(Uint8Array.from([2]), { reliable: false, to: ['a'] });
    room.changeState('reconnecting');
    room.changeState('connected');
    await data.send(Uint8Array.from([3]), { reliable: false });
    expect(room.published).toEqual([
      { bytes: [1], reliable: true, topic: 'e:me' },
      { bytes: [2], reliable: false, topic: 'e', destinationIdentities: ['a'] },
      { bytes: [3], reliable: false, topic: 'e:me' },
    ]);
  });

  it('counts what the room does not take', async () => {
    const { room, data, counters } = setUp();
    room.failsToPublish = true;
    await expect(data.send(Uint8Array.from([1]), { reliable: true })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
    expect(counters()).toMatchObject({ sent: 0, sendFailures: 1 });
  });

  it('follows a room that is connected later, lost, and connected again', () => {
    const { room, data, states } = setUp((empty) => {
      empty.state = 'disconnected';
    });
    expect(data.state).toBe('closed');
    for (const state of [
      'connecting',
      'connected',
      'signalReconnecting',
      'connected',
      'disconnected',
      'connected',
    ] as const)
      room.changeState(state);
    expect(states).toEqual(['connected', 'reconnecting', 'connected', 'closed', 'connected']);
  });

  it('does not believe that everybody left, as livekit-client says when it reconnects', () => {
    const { room, clock, peers } = setUp((empty) => {
      empty.join('a');
      empty.join('b');
    });
    room.leave('a');
    room.leave('b');
    room.changeState('reconnecting');
    clock.advance(1000);
    expect(peers).toEqual([]);
    room.remoteParticipants.set('a', { identity: 'a' });
    room.changeState('connected');
    clock.advance(1000);
    expect(peers).toEqual([{ identity: 'b', isPresent: false }]);
  });

  it('tells who left, and greets anew who came back at once', () => {
    const { room, clock, peers } = setUp((empty) => empty.join('a'));
    room.leave('a');
    clock.advance(300);
    expect(peers).toEqual([{ identity: 'a', isPresent: false }]);
    room.join('a');
    room.leave('a');
    room.join('a');
    clock.advance(1000);
    expect(peers.slice(1)).toEqual([
      { identity: 'a', isPresent: true },
      { identity: 'a', isPresent: true },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('forgets unannounced senders that fall silent, and keeps no more than 64', () => {
    const { room, clock, peers, counters } = setUp();
    for (let at = 0; at < 100; at++) room.receive([1], undefined, `e:s${at}`);
    expect(peers).toHaveLength(64);
    expect(counters().received).toBe(100);
    clock.advance(21_000);
    expect(peers.filter(({ isPresent }) => !isPresent)).toHaveLength(64);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets go of the room', () => {
    const { room, data, clock } = setUp((empty) => empty.join('a'));
    room.leave('a');
    data.dispose();
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
