import { describe, expect, it } from 'vitest';
import {
  type HelloPacket,
  encodeHelloPacket,
  encodePingPacket,
  encodePongPacket,
  encodeProbePacket,
  wireVersion,
} from '@eloquence/wire';
import { createFakeCodec } from '../testing/fake-codec.js';
import { ReceiverRig } from '../testing/receiver-rig.js';
import { Speaker, testHeader } from '../testing/speaker.js';

describe('greetings', () => {
  it('greets reliably on creation and when somebody joins, lossily when probed, and says goodbye', () => {
    const rig = new ReceiverRig({
      bufferMs: 5000,
      decoders: new Map([
        ['fake', createFakeCodec()],
        ['pcm', createFakeCodec()],
      ]),
    });
    expect(rig.channel.sent[0]).toMatchObject({
      packet: {
        type: 'hello',
        minVersion: wireVersion,
        maxVersion: wireVersion,
        bufferMs: 5000,
        codecIds: ['fake', 'pcm'],
      },
      options: { reliable: true },
    });
    expect(rig.channel.sent[0]!.options.to).toBeUndefined();
    rig.channel.changePeer('s', true);
    expect(rig.channel.sent[1]).toMatchObject({
      packet: { type: 'hello' },
      options: { reliable: true, to: ['s'] },
    });
    rig.deliver(encodeProbePacket({ type: 'probe', nonce: 77, sendTimeMs: 1234 }));
    expect(rig.channel.sent[2]).toMatchObject({
      packet: { probeNonce: 77, probeSendTimeMs: 1234 },
      options: { reliable: false, to: ['s'] },
    });
    rig.receiver.dispose();
    expect(rig.channel.sent[3]).toMatchObject({ packet: { type: 'bye' }, options: { reliable: true } });
    expect(rig.channel.sent).toHaveLength(4);
    expect(rig.channel.listenerCount).toBe(0);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('greets when the connection is there, and again when it is back, with reports', () => {
    const rig = new ReceiverRig();
    rig.deliver(new Speaker().packets[0]!);
    rig.clock.advance(500);
    rig.channel.changeState('reconnecting');
    rig.deliver(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1 }));
    expect(rig.receiver.counters.sendsSuppressed).toBe(1);
    const before = rig.channel.sent.length;
    rig.channel.changeState('connected');
    expect(rig.channel.sent.slice(before).map(({ packet }) => packet.type)).toEqual(['hello', 'report']);
  });

  it('greets, answers and takes leave of those only whom it listens to', () => {
    const rig = new ReceiverRig({ from: ['s', 'absent'] });
    rig.channel.changePeer('stranger', true);
    rig.channel.deliver(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1 }), 'stranger');
    rig.channel.deliver(
      encodePingPacket({ type: 'ping', receiverId: 0, nonce: 1, sendTimeMs: 1 }),
      'stranger',
    );
    rig.channel.changePeer('s', true);
    rig.channel.changeState('connected');
    rig.receiver.dispose();
    expect(rig.channel.sent.map(({ packet, options }) => [packet.type, options.to])).toEqual([
      ['hello', ['s', 'absent']],
      ['hello', ['s']],
      ['hello', ['s', 'absent']],
      ['bye', ['s', 'absent']],
    ]);
    expect(rig.receiver.counters.notAccepted).toBe(2);

    const deaf = new ReceiverRig({ from: [] });
    deaf.receiver.dispose();
    expect(deaf.channel.sent).toEqual([]);
  });

  it('answers a ping with a pong and a report', () => {
    const rig = new ReceiverRig();
    rig.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
    expect(rig.channel.of('pong')).toMatchObject([
      { packet: { nonce: 5, sendTimeMs: 9 }, options: { to: ['s'], reliable: false } },
    ]);
    expect(rig.channel.reports).toHaveLength(0);
    rig.deliver(new Speaker().packets[0]!);
    rig.clock.advance(1000);
    const before = rig.channel.reports.length;
    rig.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 6, sendTimeMs: 9 }));
    expect(rig.channel.reports).toHaveLength(before + 1);
  });

  it('limits its answers to questions', async () => {
    const rig = new ReceiverRig();
    for (let count = 0; count < 2000; count++) {
      rig.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(rig.channel.of('pong')).toHaveLength(500);
    expect(rig.receiver.counters.sendsSuppressed).toBe(1500);
    rig.clock.advance(1000);
    rig.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
    expect(rig.channel.of('pong')).toHaveLength(501);
  });

  it('refuses options out of range', () => {
    expect(() => new ReceiverRig({ bufferMs: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(() => new ReceiverRig({ blockMs: 0 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', value: 0 }),
    );
  });
});

describe('counting', () => {
  it('counts packets by type, and what is wrong with them', () => {
    const rig = new ReceiverRig({ from: ['s'] });
    const speaker = new Speaker();
    rig.deliver(
      speaker.packets[0]!,
      speaker.packets[0]!,
      Uint8Array.of(),
      Uint8Array.of(0x80),
      Uint8Array.of(0x40),
    );
    rig.deliver(encodeHelloPacket({ ...(rig.channel.sent[0]!.packet as HelloPacket) }));
    rig.deliver(encodePongPacket({ type: 'pong', receiverId: 1, nonce: 1, sendTimeMs: 1 }));
    rig.channel.deliver(speaker.packets[0]!, 'stranger');
    expect(rig.receiver.counters).toMatchObject({
      packets: { audio: 3, hello: 1, pong: 1 },
      malformed: 2,
      unknown: 1,
      duplicatePackets: 1,
      notAccepted: 1,
      streamsOpened: 1,
    });
  });

  it('survives throwing listeners and a channel that fails', async () => {
    const rig = new ReceiverRig();
    rig.channel.failsToSend = true;
    rig.receiver.onDidPlayFrame(() => {
      throw new Error('listener');
    });
    const speaker = new Speaker();
    rig.deliver(...speaker.packets, speaker.end);
    await rig.clock.advanceAsync(2000);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete' });
    expect(rig.receiver.counters.listenerErrors).toBe(10);
    expect(rig.receiver.counters.sendFailures).toBeGreaterThan(3);
  });
});

describe('faults', () => {
  function corrupt(speaker: Speaker, frames: readonly number[]): Speaker {
    for (const frame of frames) {
      // Payloads of the test speaker have two bytes behind one length byte: write into the packet's end.
      const packet = speaker.packets[Math.floor(frame / 2)]!;
      packet[packet.length - (frame % 2 === 0 ? 5 : 2)] = 255;
    }
    return speaker;
  }

  it('plays silence for frames that cannot be decoded, and reports the third in a row', () => {
    const rig = new ReceiverRig();
    const speaker = corrupt(new Speaker({ frames: 20 }), [3, 7, 8, 9, 10, 11]);
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(2000);
    expect(rig.log.filter((line) => line.startsWith('fault'))).toEqual(['fault CODEC_FAILED']);
    expect(rig.receiver.counters.decodeFaults).toBe(6);
    expect(rig.finished[0]).toMatchObject({
      outcome: 'complete',
      framesPlayed: 14,
      framesConcealed: 6,
      framesLost: 0,
      concealedMs: 120,
      sampleCount: 20 * 160,
    });
    expect(rig.blocks.filter(({ kind }) => kind === 'silence')).toHaveLength(12);
  });

  it('plays silence for a codec that it does not have', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 6, header: { ...testHeader, codecId: 'alien' } });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(2000);
    expect(rig.log).toContain('fault CODEC_UNKNOWN');
    expect(rig.finished[0]).toMatchObject({ framesPlayed: 0, framesConcealed: 6, concealedMs: 120 });
  });

  it('plays on when a sink throws', () => {
    let calls = 0;
    const rig = new ReceiverRig({
      createSink: () => ({
        write: () => {
          calls++;
          throw new Error('no device');
        },
      }),
    });
    const speaker = new Speaker();
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(2000);
    expect(calls).toBe(20);
    expect(rig.receiver.counters.sinkFaults).toBe(20);
    expect(rig.log.filter((line) => line.startsWith('fault'))).toEqual(['fault IO_FAILED']);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete' });
  });

  it('asks for the sink again when it could not be made', () => {
    let attempts = 0;
    const rig = new ReceiverRig({
      createSink: () => {
        if (++attempts === 1) throw new Error('busy');
        return { write: () => undefined };
      },
    });
    const speaker = new Speaker();
    rig.deliver(speaker.packets[0]!, ...speaker.packets, speaker.end);
    rig.clock.advance(2000);
    expect(rig.receiver.counters).toMatchObject({ streamsRefused: 1, streamsOpened: 1 });
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 10 });
  });
});

describe('streams', () => {
  it('plays several senders and channels side by side', () => {
    const rig = new ReceiverRig();
    const [zero, one] = [0, 1].map((channel) => new Speaker({ channel }));
    for (const sender of ['a', 'b']) {
      for (const speaker of [zero!, one!]) {
        for (const packet of [...speaker.packets, speaker.end]) rig.channel.deliver(packet, sender);
      }
    }
    expect(rig.receiver.streams).toHaveLength(4);
    rig.clock.advance(2000);
    expect(rig.finished.map(({ sender, channel }) => `${sender}${channel}`).sort()).toEqual([
      'a0',
      'a1',
      'b0',
      'b1',
    ]);
  });

  it('ends the sink of an idle stream when its sender leaves, and of a playing one after it played', () => {
    const ended: string[] = [];
    const rig = new ReceiverRig({
      createSink: ({ sender }) => ({ write: () => undefined, end: () => ended.push(sender) }),
    });
    const speaker = new Speaker();
    for (const packet of [...speaker.packets, speaker.end]) rig.channel.deliver(packet, 'idle');
    rig.clock.advance(1000);
    for (const packet of [...speaker.packets, speaker.end]) rig.channel.deliver(packet, 'busy');
    rig.clock.advance(20);
    rig.channel.changePeer('idle', false);
    rig.channel.changePeer('busy', false);
    expect(ended).toEqual(['idle']);
    rig.clock.advance(1000);
    expect(ended).toEqual(['idle', 'busy']);
    expect(rig.finished.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    expect(rig.receiver.streams).toHaveLength(0);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('gives up an utterance whose sender left in the middle', () => {
    const rig = new ReceiverRig();
    rig.deliver(...new Speaker().packets.slice(0, 3));
    rig.clock.advance(1000);
    rig.channel.changePeer('s', false);
    rig.clock.advance(6000);
    expect(rig.finished[0]).toMatchObject({
      outcome: 'incomplete',
      framesPlayed: 6,
      framesLost: 0,
      stalls: 1,
    });
    expect(rig.receiver.streams).toHaveLength(0);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('plays a sender that left, came back and counts anew', () => {
    const rig = new ReceiverRig();
    const late = new Speaker({ generation: 40 });
    const early = new Speaker({ generation: 1 });
    rig.deliver(...late.packets, late.end);
    rig.clock.advance(1000);
    rig.deliver(...early.packets, early.end);
    rig.clock.advance(1000);
    expect(rig.finished).toHaveLength(1);
    rig.channel.changePeer('s', true);
    rig.deliver(...early.packets, early.end);
    rig.clock.advance(1000);
    expect(rig.finished.map(({ generation }) => generation)).toEqual([40, 1]);
  });

  it('plays a second session of a sender at once, wherever it begins to count', () => {
    for (const generation of [50_000, 20_000, 4999 - 65, 5100]) {
      const rig = new ReceiverRig();
      for (const speaker of [new Speaker({ generation: 5000 }), new Speaker({ generation })]) {
        rig.deliver(...speaker.packets, speaker.end);
        expect(rig.log.at(-1)).toBe(`playout ${speaker.generation}`);
        rig.clock.advance(1000);
      }
      expect(rig.finished.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    }
  });

  it('leaves nothing behind: 200 utterances, then 100 receivers', () => {
    const rig = new ReceiverRig();
    for (let generation = 1; generation <= 200; generation++) {
      const speaker = new Speaker({ generation });
      rig.deliver(...speaker.packets, speaker.end);
      rig.clock.advance(400);
    }
    expect(rig.finished.filter(({ outcome }) => outcome === 'complete')).toHaveLength(200);
    expect(rig.receiver.streams).toMatchObject([{ heldBytes: 0 }]);
    expect(rig.codec.openDecoders).toBe(0);
    expect(rig.clock.pendingTimers).toBe(0);
    for (let count = 0; count < 100; count++) {
      const other = new ReceiverRig();
      other.deliver(...new Speaker().packets);
      other.clock.advance(15);
      other.receiver.dispose();
      other.receiver.dispose();
      expect(other.clock.pendingTimers).toBe(0);
      expect(other.channel.listenerCount).toBe(0);
      expect(other.codec.openDecoders).toBe(0);
      expect(other.finished).toMatchObject([{ outcome: 'incomplete' }]);
    }
  });
});

describe('callbacks that act', () => {
  it('may flush or dispose from any event', () => {
    const names = [
      'onDidStartUtterance',
      'onDidReceiveFrames',
      'onDidStartPlayout',
      'onDidPlayFrame',
      'onDidStall',
      'onDidResume',
      'onDidFinishUtterance',
    ] as const;
    for (const name of names) {
      for (const action of ['dispose', 'flush'] as const) {
        const rig = new ReceiverRig();
        const speaker = new Speaker({ frames: 12, framesPerPacket: 1 });
        let acted = 0;
        (rig.receiver[name] as (listener: () => void) => void)(() => {
          if (acted++ > 0) return;
          if (action === 'dispose') rig.receiver.dispose();
          else rig.deliver(speaker.flush);
        });
        rig.deliver(...speaker.packets.slice(0, 4));
        rig.clock.advance(200);
        rig.deliver(...speaker.packets.slice(4), speaker.end);
        rig.clock.advance(1000);
        expect(acted, `${name} ${action}`).toBeGreaterThan(0);
        expect(rig.finished.length, `${name} ${action}`).toBeLessThanOrEqual(1);
        expect(rig.clock.pendingTimers, `${name} ${action}`).toBe(0);
        expect(rig.codec.openDecoders, `${name} ${action}`).toBe(0);
      }
    }
  });
});
