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
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';

describe('greetings', () => {
  it('greets reliably on creation and when somebody joins, lossily when probed, and says goodbye', () => {
    const harness = new ReceiverHarness({
      bufferMs: 5000,
      decoders: new Map([
        ['fake', createFakeCodec()],
        ['pcm', createFakeCodec()],
      ]),
    });
    expect(harness.channel.sent[0]).toMatchObject({
      packet: {
        type: 'hello',
        minVersion: wireVersion,
        maxVersion: wireVersion,
        bufferMs: 5000,
        codecIds: ['fake', 'pcm'],
      },
      options: { reliable: true },
    });
    expect(harness.channel.sent[0]!.options.to).toBeUndefined();
    harness.channel.changePeer('s', true);
    expect(harness.channel.sent[1]).toMatchObject({
      packet: { type: 'hello' },
      options: { reliable: true, to: ['s'] },
    });
    harness.deliver(encodeProbePacket({ type: 'probe', nonce: 77, sendTimeMs: 1234 }));
    expect(harness.channel.sent[2]).toMatchObject({
      packet: { probeNonce: 77, probeSendTimeMs: 1234 },
      options: { reliable: false, to: ['s'] },
    });
    harness.receiver.dispose();
    expect(harness.channel.sent[3]).toMatchObject({ packet: { type: 'bye' }, options: { reliable: true } });
    expect(harness.channel.sent).toHaveLength(4);
    expect(harness.channel.listenerCount).toBe(0);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('tells in every greeting what it says of itself, and refuses what cannot be told', () => {
    const attributes = { network: 'metered', page: '/lesson 1' };
    const harness = new ReceiverHarness({ attributes });
    attributes.network = 'changed';
    harness.channel.changePeer('s', true);
    harness.deliver(encodeProbePacket({ type: 'probe', nonce: 77, sendTimeMs: 1234 }));
    const greetings = harness.channel.sent.map(({ packet }) => packet);
    expect(greetings).toHaveLength(3);
    for (const packet of greetings)
      expect(packet).toMatchObject({
        type: 'hello',
        attributes: { network: 'metered', page: '/lesson 1' },
      });
    harness.receiver.dispose();
    for (const refused of [{ network: 'x'.repeat(65) }, { '': 'x' }, { größe: 'x' }])
      expect(() => new ReceiverHarness({ attributes: refused })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', value: refused }),
      );
  });

  it('greets when the connection is there, and again when it is back, with reports', () => {
    const harness = new ReceiverHarness();
    harness.deliver(new Speaker().packets[0]!);
    harness.clock.advance(500);
    harness.channel.changeState('reconnecting');
    harness.deliver(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1 }));
    expect(harness.receiver.counters.sendsSuppressed).toBe(1);
    const before = harness.channel.sent.length;
    harness.channel.changeState('connected');
    expect(harness.channel.sent.slice(before).map(({ packet }) => packet.type)).toEqual(['hello', 'report']);
  });

  it('greets, answers and takes leave of those only whom it listens to', () => {
    const harness = new ReceiverHarness({ from: ['s', 'absent'] });
    harness.channel.changePeer('stranger', true);
    harness.channel.deliver(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1 }), 'stranger');
    harness.channel.deliver(
      encodePingPacket({ type: 'ping', receiverId: 0, nonce: 1, sendTimeMs: 1 }),
      'stranger',
    );
    harness.channel.changePeer('s', true);
    harness.channel.changeState('connected');
    harness.receiver.dispose();
    expect(harness.channel.sent.map(({ packet, options }) => [packet.type, options.to])).toEqual([
      ['hello', ['s', 'absent']],
      ['hello', ['s']],
      ['hello', ['s', 'absent']],
      ['bye', ['s', 'absent']],
    ]);
    expect(harness.receiver.counters.notAccepted).toBe(2);

    const deaf = new ReceiverHarness({ from: [] });
    deaf.receiver.dispose();
    expect(deaf.channel.sent).toEqual([]);
  });

  it('answers a ping with a pong and a report', () => {
    const harness = new ReceiverHarness();
    harness.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
    expect(harness.channel.of('pong')).toMatchObject([
      { packet: { nonce: 5, sendTimeMs: 9 }, options: { to: ['s'], reliable: false } },
    ]);
    expect(harness.channel.reports).toHaveLength(0);
    harness.deliver(new Speaker().packets[0]!);
    harness.clock.advance(1000);
    const before = harness.channel.reports.length;
    harness.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 6, sendTimeMs: 9 }));
    expect(harness.channel.reports).toHaveLength(before + 1);
  });

  it('limits its answers to questions', async () => {
    const harness = new ReceiverHarness();
    for (let count = 0; count < 2000; count++) {
      harness.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(harness.channel.of('pong')).toHaveLength(500);
    expect(harness.receiver.counters.sendsSuppressed).toBe(1500);
    harness.clock.advance(1000);
    harness.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
    expect(harness.channel.of('pong')).toHaveLength(501);
  });

  it('refuses options out of range', () => {
    expect(() => new ReceiverHarness({ bufferMs: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(() => new ReceiverHarness({ blockMs: 0 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', value: 0 }),
    );
  });
});

describe('counting', () => {
  it('counts packets by type, and what is wrong with them', () => {
    const harness = new ReceiverHarness({ from: ['s'] });
    const speaker = new Speaker();
    harness.deliver(
      speaker.packets[0]!,
      speaker.packets[0]!,
      Uint8Array.of(),
      Uint8Array.of(0x80),
      Uint8Array.of(0x40),
    );
    harness.deliver(encodeHelloPacket({ ...(harness.channel.sent[0]!.packet as HelloPacket) }));
    harness.deliver(encodePongPacket({ type: 'pong', receiverId: 1, nonce: 1, sendTimeMs: 1 }));
    harness.channel.deliver(speaker.packets[0]!, 'stranger');
    expect(harness.receiver.counters).toMatchObject({
      packets: { audio: 3, hello: 1, pong: 1 },
      malformed: 2,
      unknown: 1,
      duplicatePackets: 1,
      notAccepted: 1,
      streamsOpened: 1,
    });
  });

  it('survives throwing listeners and a channel that fails', async () => {
    const harness = new ReceiverHarness();
    harness.channel.failsToSend = true;
    harness.receiver.onDidPlayFrame(() => {
      throw new Error('listener');
    });
    const speaker = new Speaker();
    harness.deliver(...speaker.packets, speaker.end);
    await harness.clock.advanceAsync(2000);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete' });
    expect(harness.receiver.counters.listenerErrors).toBe(10);
    expect(harness.receiver.counters.sendFailures).toBeGreaterThan(3);
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
    const harness = new ReceiverHarness();
    const speaker = corrupt(new Speaker({ frames: 20 }), [3, 7, 8, 9, 10, 11]);
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    expect(harness.log.filter((line) => line.startsWith('fault'))).toEqual(['fault CODEC_FAILED']);
    expect(harness.receiver.counters.decodeFaults).toBe(6);
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      framesPlayed: 14,
      framesConcealed: 6,
      framesLost: 0,
      concealedMs: 120,
      sampleCount: 20 * 160,
    });
    expect(harness.blocks.filter(({ kind }) => kind === 'silence')).toHaveLength(12);
  });

  it('plays silence for a codec that it does not have', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 6, header: { ...testHeader, codecId: 'alien' } });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    expect(harness.log).toContain('fault CODEC_UNKNOWN');
    expect(harness.finished[0]).toMatchObject({ framesPlayed: 0, framesConcealed: 6, concealedMs: 120 });
  });

  it('plays on when a sink throws', () => {
    let calls = 0;
    const harness = new ReceiverHarness({
      createSink: () => ({
        write: () => {
          calls++;
          throw new Error('no device');
        },
      }),
    });
    const speaker = new Speaker();
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    expect(calls).toBe(20);
    expect(harness.receiver.counters.sinkFaults).toBe(20);
    expect(harness.log.filter((line) => line.startsWith('fault'))).toEqual(['fault IO_FAILED']);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete' });
  });

  it('asks for the sink again when it could not be made', () => {
    let attempts = 0;
    const harness = new ReceiverHarness({
      createSink: () => {
        if (++attempts === 1) throw new Error('busy');
        return { write: () => undefined };
      },
    });
    const speaker = new Speaker();
    harness.deliver(speaker.packets[0]!, ...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    expect(harness.receiver.counters).toMatchObject({ streamsRefused: 1, streamsOpened: 1 });
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 10 });
  });
});

describe('streams', () => {
  it('plays several senders and channels side by side', () => {
    const harness = new ReceiverHarness();
    const [zero, one] = [0, 1].map((channel) => new Speaker({ channel }));
    for (const sender of ['a', 'b']) {
      for (const speaker of [zero!, one!]) {
        for (const packet of [...speaker.packets, speaker.end]) harness.channel.deliver(packet, sender);
      }
    }
    expect(harness.receiver.streams).toHaveLength(4);
    harness.clock.advance(2000);
    expect(harness.finished.map(({ sender, channel }) => `${sender}${channel}`).sort()).toEqual([
      'a0',
      'a1',
      'b0',
      'b1',
    ]);
  });

  it('ends the sink of an idle stream when its sender leaves, and of a playing one after it played', () => {
    const ended: string[] = [];
    const harness = new ReceiverHarness({
      createSink: ({ sender }) => ({ write: () => undefined, end: () => ended.push(sender) }),
    });
    const speaker = new Speaker();
    for (const packet of [...speaker.packets, speaker.end]) harness.channel.deliver(packet, 'idle');
    harness.clock.advance(1000);
    for (const packet of [...speaker.packets, speaker.end]) harness.channel.deliver(packet, 'busy');
    harness.clock.advance(20);
    harness.channel.changePeer('idle', false);
    harness.channel.changePeer('busy', false);
    expect(ended).toEqual(['idle']);
    harness.clock.advance(1000);
    expect(ended).toEqual(['idle', 'busy']);
    expect(harness.finished.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    expect(harness.receiver.streams).toHaveLength(0);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('gives up an utterance whose sender left in the middle', () => {
    const harness = new ReceiverHarness();
    harness.deliver(...new Speaker().packets.slice(0, 3));
    harness.clock.advance(1000);
    harness.channel.changePeer('s', false);
    harness.clock.advance(6000);
    expect(harness.finished[0]).toMatchObject({
      outcome: 'incomplete',
      framesPlayed: 6,
      framesLost: 0,
      stalls: 1,
    });
    expect(harness.receiver.streams).toHaveLength(0);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('plays a sender that left, came back and counts anew', () => {
    const harness = new ReceiverHarness();
    const late = new Speaker({ utteranceSequence: 40 });
    const early = new Speaker({ utteranceSequence: 1 });
    harness.deliver(...late.packets, late.end);
    harness.clock.advance(1000);
    harness.deliver(...early.packets, early.end);
    harness.clock.advance(1000);
    expect(harness.finished).toHaveLength(1);
    harness.channel.changePeer('s', true);
    harness.deliver(...early.packets, early.end);
    harness.clock.advance(1000);
    expect(harness.finished.map(({ utteranceSequence }) => utteranceSequence)).toEqual([40, 1]);
  });

  it('plays a second session of a sender at once, wherever it begins to count', () => {
    for (const utteranceSequence of [50_000, 20_000, 4999 - 65, 5100]) {
      const harness = new ReceiverHarness();
      for (const speaker of [new Speaker({ utteranceSequence: 5000 }), new Speaker({ utteranceSequence })]) {
        harness.deliver(...speaker.packets, speaker.end);
        expect(harness.log.at(-1)).toBe(`playout ${speaker.utteranceSequence}`);
        harness.clock.advance(1000);
      }
      expect(harness.finished.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    }
  });

  it('leaves nothing behind: 200 utterances, then 100 receivers', () => {
    const harness = new ReceiverHarness();
    for (let utteranceSequence = 1; utteranceSequence <= 200; utteranceSequence++) {
      const speaker = new Speaker({ utteranceSequence });
      harness.deliver(...speaker.packets, speaker.end);
      harness.clock.advance(400);
    }
    expect(harness.finished.filter(({ outcome }) => outcome === 'complete')).toHaveLength(200);
    expect(harness.receiver.streams).toMatchObject([{ heldBytes: 0 }]);
    expect(harness.codec.openDecoders).toBe(0);
    expect(harness.clock.pendingTimers).toBe(0);
    for (let count = 0; count < 100; count++) {
      const other = new ReceiverHarness();
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
        const harness = new ReceiverHarness();
        const speaker = new Speaker({ frames: 12, framesPerPacket: 1 });
        let acted = 0;
        (harness.receiver[name] as (listener: () => void) => void)(() => {
          if (acted++ > 0) return;
          if (action === 'dispose') harness.receiver.dispose();
          else harness.deliver(speaker.flush);
        });
        harness.deliver(...speaker.packets.slice(0, 4));
        harness.clock.advance(200);
        harness.deliver(...speaker.packets.slice(4), speaker.end);
        harness.clock.advance(1000);
        expect(acted, `${name} ${action}`).toBeGreaterThan(0);
        expect(harness.finished.length, `${name} ${action}`).toBeLessThanOrEqual(1);
        expect(harness.clock.pendingTimers, `${name} ${action}`).toBe(0);
        expect(harness.codec.openDecoders, `${name} ${action}`).toBe(0);
      }
    }
  });
});
