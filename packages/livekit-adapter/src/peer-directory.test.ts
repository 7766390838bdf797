import { type PeerChange, VirtualClock } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { PeerDirectory } from './peer-directory.js';
import { RoomConnection } from './room-connection.js';
import { FakeRoom } from './testing/fake-room.js';

function setUp() {
  const room = new FakeRoom();
  const clock = new VirtualClock();
  const directory = new PeerDirectory(room, clock, new RoomConnection(room));
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
    room.changeState(2);
    room.leave('b');
    clock.advance(1000);
    expect(directory.count).toBe(2);
    room.join('b');
    room.changeState(1);
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

  it('says nothing of departures when the room closes', () => {
    const { room, clock, changes } = setUp();
    room.join('a');
    room.changeState(2);
    room.leave('a');
    room.changeState(0);
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
