import { VirtualClock } from '@eloquence/base';
import type { PeerChange } from '@eloquence/plugin-api';
import type { AccessLink } from '@eloquence/netlab';
import { describe, expect, it } from 'vitest';
import { SimulatedRoom } from './simulated-room.js';
import { linkNamed } from './testing/speech-harness.js';

function roomOf(seed = 1): { clock: VirtualClock; room: SimulatedRoom } {
  const clock = new VirtualClock();
  return { clock, room: new SimulatedRoom({ clock, seed }) };
}

const lossy: AccessLink = { ...linkNamed('S'), lossPercent: 30 };

describe('SimulatedRoom', () => {
  it('carries packets to everybody else, or to those named, after the time of the link', () => {
    const { clock, room } = roomOf();
    const voice = room.join('voice');
    const heard: string[] = [];
    for (const name of ['near', 'far']) {
      const channel = room.join(name, name === 'far' ? linkNamed('S') : undefined);
      channel.onDidReceive(({ packet, from }) =>
        heard.push(`${from}>${name}:${packet[0]}@${Math.floor(clock.nowMs())}`),
      );
    }
    void voice.send(Uint8Array.of(1), { reliable: false });
    void voice.send(Uint8Array.of(2), { reliable: false, to: ['far', 'voice', 'nobody'] });
    clock.advance(100);
    expect(heard).toEqual(['voice>near:1@0', 'voice>far:1@20', 'voice>far:2@20']);
  });

  it('keeps a copy: the sender may reuse its buffer', () => {
    const { clock, room } = roomOf();
    const voice = room.join('voice');
    const heard: number[] = [];
    room.join('ear', linkNamed('S')).onDidReceive(({ packet }) => heard.push(packet[0]!));
    const buffer = Uint8Array.of(1);
    void voice.send(buffer, { reliable: false });
    buffer[0] = 9;
    clock.advance(100);
    expect(heard).toEqual([1]);
  });

  it('loses unreliable packets as the link says, and repeats reliable ones until they arrive', () => {
    const { clock, room } = roomOf();
    const voice = room.join('voice');
    const counts = [0, 0];
    room.join('ear', lossy).onDidReceive(({ packet }) => counts[packet[0]!]!++);
    for (let count = 0; count < 1000; count++) {
      void voice.send(Uint8Array.of(0), { reliable: false });
      void voice.send(Uint8Array.of(1), { reliable: true });
      clock.advance(10);
    }
    clock.advance(20_000);
    expect(counts[0]).toBeGreaterThan(640);
    expect(counts[0]).toBeLessThan(760);
    expect(counts[1]).toBe(1000);
    expect(room.lostMessages).toBeGreaterThan(500);
    expect(clock.pendingTimers).toBe(0);
  });

  it('runs the same way with the same seed, and differently with another', () => {
    const run = (seed: number): string => {
      const { clock, room } = roomOf(seed);
      const voice = room.join('voice');
      const times: number[] = [];
      room.join('ear', linkNamed('F')).onDidReceive(() => times.push(clock.nowMs()));
      for (let count = 0; count < 50; count++) {
        void voice.send(new Uint8Array(100), { reliable: false });
        clock.advance(15);
      }
      clock.advance(1000);
      return times.join();
    };
    expect(run(4)).toBe(run(4));
    expect(run(4)).not.toBe(run(5));
  });

  it('gives every link losses of its own, also after somebody left', () => {
    const { clock, room } = roomOf();
    const voice = room.join('voice');
    room.join('first', lossy);
    const second = room.join('second', lossy);
    const leaving = room.join('leaving');
    leaving.dispose();
    const third = room.join('third', lossy);
    const patterns = ['', ''];
    let arrived = [false, false];
    for (const [at, channel] of [second, third].entries()) channel.onDidReceive(() => (arrived[at] = true));
    for (let count = 0; count < 200; count++) {
      arrived = [false, false];
      void voice.send(Uint8Array.of(0), { reliable: false });
      clock.advance(100);
      for (const at of [0, 1]) patterns[at] += arrived[at] ? '.' : 'x';
    }
    expect(patterns[0]).not.toBe(patterns[1]);
    expect(patterns.join('')).toContain('x');
  });

  it('tells who comes and goes, and lets them greet a newcomer at once', () => {
    const { clock, room } = roomOf();
    const changes: PeerChange[] = [];
    const ear = room.join('ear');
    const greeted: number[] = [];
    ear.onDidChangePeer((change) => {
      changes.push(change);
      if (change.isPresent) void ear.send(Uint8Array.of(7), { reliable: true, to: [change.identity] });
    });
    const voice = room.join('voice');
    voice.onDidReceive(({ packet }) => greeted.push(packet[0]!));
    clock.advance(1);
    voice.dispose();
    expect(changes).toEqual([
      { identity: 'voice', isPresent: true },
      { identity: 'voice', isPresent: false },
    ]);
    expect(greeted).toEqual([7]);
    expect(room.linksOf('voice')).toBeUndefined();
    expect(() => room.join('ear')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(room.join('voice').state).toBe('connected');
  });

  it('refuses to send after leaving, and leaves nothing behind when disposed', async () => {
    const { clock, room } = roomOf();
    const voice = room.join('voice');
    const states: string[] = [];
    voice.onDidChangeState((state) => states.push(state));
    room.join('ear', lossy);
    for (let count = 0; count < 50; count++) void voice.send(Uint8Array.of(0), { reliable: true });
    expect(clock.pendingTimers).toBeGreaterThan(0);
    room.dispose();
    room.dispose();
    expect(clock.pendingTimers).toBe(0);
    expect([voice.state, ...states]).toEqual(['closed', 'closed']);
    await expect(voice.send(Uint8Array.of(0), { reliable: true })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });

  it('carries no more messages than it can hold', () => {
    const { clock, room } = roomOf();
    const voice = room.join('voice');
    let heard = 0;
    room.join('ear', linkNamed('S')).onDidReceive(() => heard++);
    for (let count = 0; count < 21_000; count++) void voice.send(Uint8Array.of(0), { reliable: false });
    expect(clock.pendingTimers).toBe(20_000);
    expect(room.lostMessages).toBe(1000);
    clock.advance(1000);
    expect(heard).toBeGreaterThan(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
