import { VirtualClock } from '@eloquence/base';
import { Continuations, type NamedTrack } from '@eloquence/livekit-room';
import { Emitter } from '@eloquence/plugin-api';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import type { EngineCommand, EngineNews } from '../engine/engine-protocol.js';
import { createPlayerChannel } from '../room/player-channel.js';
import type { AudioOutput } from './audio-output.js';
import { DataLaneHost } from './data-lane-host.js';

function setUp() {
  const clock = new VirtualClock();
  const room = new FakeLivekitRoom('livekit-client');
  const commands: EngineCommand['type'][] = [];
  const ended: string[] = [];
  let tell: (news: EngineNews) => void = () => undefined;
  const output = {
    latencyMs: 0,
    state: 'running',
    context: { sampleRate: 48_000 },
    worklet: { port: new MessageChannel().port1 },
    onDidChange: new Emitter<void>().event,
    dispose: () => void ended.push('output'),
  };
  const host = new DataLaneHost({
    room: createPlayerChannel(room, clock),
    continuations: new Continuations(new Emitter<NamedTrack>().event),
    output: output as unknown as AudioOutput,
    engine: {
      thread: 'main',
      workerError: undefined,
      listen: (onNews) => (tell = onNews),
      post: (command) => void commands.push(command.type),
      dispose: () => void ended.push('engine'),
    },
    clock,
    aheadMs: 1000,
    isShared: false,
    reportsFrames: false,
    onNews: () => undefined,
  });
  const sendBye = (): void => tell({ type: 'send', id: 1, packet: Uint8Array.of(7), isReliable: true });
  return { clock, room, commands, ended, host, sendBye, tell: (news: EngineNews) => tell(news) };
}

describe('the end of a player', () => {
  it('lets the engine take leave of the senders, and then lets go of the room', async () => {
    const { clock, room, commands, ended, host, sendBye, tell } = setUp();
    host.dispose();
    host.dispose();
    expect(commands).toEqual(['start', 'stop']);
    sendBye();
    await clock.advanceAsync(10);
    expect(room.published.map(({ bytes }) => bytes)).toEqual([[7]]);
    expect(ended).toEqual([]);
    tell({ type: 'stopped' });
    expect(ended).toEqual(['engine', 'output']);
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits half a second for that, and no longer', () => {
    const { clock, room, ended, host } = setUp();
    host.dispose();
    clock.advance(499);
    expect(ended).toEqual([]);
    clock.advance(1);
    expect(ended).toEqual(['engine', 'output']);
    expect(room.listenerTotal).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
