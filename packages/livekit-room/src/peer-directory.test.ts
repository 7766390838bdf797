import { VirtualClock } from '@eloquence/base';
import type { PeerChange } from '@eloquence/plugin-api';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { PeerDirectory } from './peer-directory.js';
import { RoomConnection } from './room-connection.js';
import { portOf } from './testing/port-of.js';

function setUp(isReusable = false, prepare?: (room: FakeLivekitRoom) => void) {
  const room = new FakeLivekitRoom();
  prepare?.(room);
  const clock = new VirtualClock();
  const directory = new PeerDirectory(room, clock, new RoomConnection(portOf(room, isReusable)));
  const changes: PeerChange[] = [];
  directory.onDidChangePeer((change) => changes.push(change));
  return { room, clock, directory, changes };
}

describe('PeerDirectory', () => {
  it('counts who sends before being announced as present, and does not announce twice', () => {
    const { room, clock, directory, changes } = setUp();
    directory.noteSender('b');
    directory.noteSender('b');
    room.join('b');
    expect(changes).toEqual([{ identity: 'b', isPresent: true }]);
    expect(directory.count).toBe(1);
    room.leave('b');
    clock.advance(250);
    expect(changes.at(-1)).toEqual({ identity: 'b', isPresent: false });
    expect(directory.count).toBe(0);
  });

  it('drops one that was never announced after 10 s of silence, and needs no timer then', () => {
    const { clock, directory, changes } = setUp();
    directory.noteSender('ghost');
    clock.advance(9000);
    directory.noteSender('ghost');
    clock.advance(9000);
    expect(directory.count).toBe(1);
    clock.advance(2000);
    expect(changes.at(-1)).toEqual({ identity: 'ghost', isPresent: false });
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not believe that everybody left while the room reconnects', () => {
    const { room, clock, directory, changes } = setUp();
    room.join('a');
    room.join('b');
    room.leave('a');
    clock.advance(1);
    room.changeState('reconnecting');
    room.leave('b');
    clock.advance(1000);
    expect(directory.count).toBe(2);
    room.join('b');
    room.changeState('connected');
    expect(changes.slice(2)).toEqual([{ identity: 'a', isPresent: false }]);
    expect(directory.count).toBe(1);
  });

  it('does not believe that one left who comes back at once, and tells that it is there anew', () => {
    const { room, clock, changes } = setUp();
    room.join('a');
    room.leave('a');
    clock.advance(200);
    room.join('a');
    clock.advance(1000);
    expect(changes).toEqual([
      { identity: 'a', isPresent: true },
      { identity: 'a', isPresent: true },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not take an arrival for news because somebody else left or the connection came back', () => {
    const { room, clock, directory, changes } = setUp();
    directory.noteSender('late');
    room.join('a');
    room.leave('a');
    room.join('late');
    expect(changes).toEqual([
      { identity: 'late', isPresent: true },
      { identity: 'a', isPresent: true },
    ]);
    clock.advance(1000);
    room.changeState('reconnecting');
    room.changeState('connected');
    room.join('late');
    clock.advance(1000);
    expect(changes.slice(2)).toEqual([{ identity: 'a', isPresent: false }]);
  });

  it('tells a participant anew that comes with another session, however long the connection was away', () => {
    const { room, clock, changes } = setUp();
    room.join('same', 'PA_1');
    room.join('other', 'PA_2');
    room.join('seen', 'PA_3');
    room.changeState('reconnecting');
    for (const identity of ['same', 'other', 'seen']) room.leave(identity);
    clock.advance(5000);
    room.join('same', 'PA_1');
    room.join('other', 'PA_4');
    room.remoteParticipants.set('seen', { identity: 'seen', sid: 'PA_5' });
    room.changeState('connected');
    room.join('seen', 'PA_5');
    clock.advance(1000);
    expect(changes.slice(3)).toEqual([
      { identity: 'other', isPresent: true },
      { identity: 'seen', isPresent: true },
    ]);
  });

  it('meets who is there already when a room is connected that was not', () => {
    const { room, clock, changes } = setUp(true, (empty) => {
      empty.state = 'disconnected';
    });
    room.changeState('connecting');
    room.remoteParticipants.set('a', { identity: 'a' });
    room.changeState('connected');
    room.changeState('disconnected');
    room.remoteParticipants.delete('a');
    room.remoteParticipants.set('b', { identity: 'b' });
    room.changeState('connected');
    expect(changes).toEqual([
      { identity: 'a', isPresent: true },
      { identity: 'a', isPresent: false },
      { identity: 'b', isPresent: true },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says nothing of departures when the room closes', () => {
    const { room, clock, changes } = setUp();
    room.join('a');
    room.changeState('reconnecting');
    room.leave('a');
    room.changeState('disconnected');
    clock.advance(1000);
    expect(changes).toEqual([{ identity: 'a', isPresent: true }]);
  });

  it('remembers a bounded number of unannounced senders', () => {
    const { directory, changes } = setUp();
    for (let at = 0; at < 1000; at++) directory.noteSender(`p${at}`);
    expect(directory.count).toBe(64);
    expect(changes).toHaveLength(64);
  });
});
