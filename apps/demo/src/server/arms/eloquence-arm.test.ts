import { EventEmitter } from 'node:events';
import { VirtualClock } from '@eloquence/base';
import type { Room } from '@eloquence/livekit-adapter';
import { expect, it } from 'vitest';
import { ArmRoom } from './arm-room.js';
import { EloquenceArm } from './eloquence-arm.js';

it('counts as present whoever has greeted the sender: nobody else hears the beginning', () => {
  const clock = new VirtualClock();
  const remoteParticipants = new Map<string, { identity: string }>();
  const room = Object.assign(new EventEmitter(), { remoteParticipants });
  const join = (identity: string): void => {
    remoteParticipants.set(identity, { identity });
    room.emit('participantConnected', { identity });
  };
  const leave = (identity: string): void => {
    remoteParticipants.delete(identity);
    room.emit('participantDisconnected', { identity });
  };
  const greet = (identity: string): void =>
    void room.emit('dataReceived', new Uint8Array(8), remoteParticipants.get(identity));
  const arm = new EloquenceArm({
    room: new ArmRoom(room as unknown as Room, clock),
    streamer: {},
    profile: () => 'auto',
    onEvent: () => undefined,
  });
  join('page before');
  greet('page before');
  expect(arm.state).toMatchObject({ listeners: 1, present: ['page before'] });
  leave('page before');
  join('page');
  expect(arm.state).toMatchObject({ listeners: 1, present: [], isReady: false });
  greet('page');
  expect(arm.state).toMatchObject({ listeners: 1, present: ['page'] });
  join('page before');
  expect(arm.state).toMatchObject({ listeners: 2, present: ['page'], isReady: false });
});
