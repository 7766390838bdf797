import { VirtualClock } from '@eloquence/base';
import { type ReportPacket, decodePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { Packetizer } from '../utterance/packetizer.js';
import { ReceiverStream } from './receiver-stream.js';
import { productionRecovery } from './recovery-tuning.js';
import { AwakeClock } from '../receivers/awake-clock.js';
import { ReceiverPeer } from '../receivers/receiver-peer.js';
import { sampleFrames, sampleSettings, sampleTotals } from '../testing/sample-frames.js';
import { sampleHello, sampleReport } from '../testing/scripted-channel.js';

const rttMs = 40;

/** One packet every 10 ms, from 1000 ms on. */
function startStream(redundantFirstPackets = 0, redundantTail?: boolean) {
  const clock = new VirtualClock(1000);
  const peer = new ReceiverPeer('ear', 'ear', sampleHello, 1000);
  for (let count = 0; count < 40; count++) peer.rtt.add(rttMs, 0);
  const redundancy = {
    redundantFirstPackets,
    redundancyDelaysMs: [],
    ...(redundantTail === undefined ? {} : { redundantTail }),
  };
  const settings = sampleSettings({ redundancy });
  const packetizer = new Packetizer(0, 1, 1086);
  const sent: { readonly sequence: number; readonly atMs: number }[] = [];
  const stream = new ReceiverStream({
    peer,
    settings,
    clock,
    awake: new AwakeClock(clock),
    isRetransmitting: true,
    tuning: productionRecovery,
    outlet: {
      isOpen: () => true,
      send: (bytes) => {
        const packet = decodePacket(bytes);
        if (packet.type === 'audio') sent.push({ sequence: packet.sequence, atMs: clock.nowMs() });
      },
    },
  });
  const speak = (count: number): void => {
    for (let at = 0; at < count; at++) {
      stream.pump(packetizer.pack(sampleFrames(packetizer.frameCount, 1, 20), settings));
      clock.advance(10);
    }
  };
  const report = (changes: Partial<ReportPacket>): boolean =>
    stream.handleReport(sampleReport(changes), clock.nowMs());
  const timesSent = (sequence: number): number => sent.filter((one) => one.sequence === sequence).length;
  return { clock, stream, sent, speak, report, timesSent };
}

describe('ReceiverStream: what was sent before something that arrived', () => {
  it('is repeated, also where the report can only tell of a part of the gap', () => {
    const { stream, speak, report, timesSent } = startStream();
    speak(101);
    // Packets 1 to 99 got lost; of the 101st the bitmap cannot tell, but its send time is echoed.
    report({ nextSequence: 1, echo: { sendTimeMs: 2000, holdMs: 0 } });
    expect([timesSent(1), timesSent(65), timesSent(66)]).toEqual([2, 2, 1]);
    // What was repeated has arrived: the next part follows at once.
    report({ nextSequence: 66, echo: { sendTimeMs: 2010, holdMs: 0 } });
    expect([timesSent(66), timesSent(99)]).toEqual([2, 2]);
    stream.dispose();
  });

  it('is repeated again when a later packet overtook the repeat, without waiting', () => {
    const { clock, stream, speak, report, timesSent } = startStream();
    speak(3);
    report({ nextSequence: 1, bitmapLow: 0b1, echo: { sendTimeMs: 1020, holdMs: 0 } });
    expect(timesSent(1)).toBe(2);
    clock.advance(12);
    speak(1);
    const sendTimeMs = 1042;
    report({ nextSequence: 1, bitmapLow: 0b11, echo: { sendTimeMs, holdMs: 0 } });
    expect(timesSent(1)).toBe(3);
    stream.dispose();
  });

  it('is left alone while it may still be under way in another order', () => {
    const { stream, speak, report, timesSent } = startStream();
    speak(4);
    // The fourth packet has arrived, the third was sent 10 ms before: not long enough.
    report({ nextSequence: 2, echo: { sendTimeMs: 1030, holdMs: 0 } });
    expect([timesSent(2), timesSent(3)]).toEqual([1, 1]);
    stream.dispose();
  });
});

describe('ReceiverStream: reports on what arrived more than 65.5 s ago', () => {
  it('show nothing as overtaken that is just on its way', () => {
    const { clock, stream, speak, report, timesSent } = startStream();
    speak(1);
    clock.advance(30);
    report({ nextSequence: 1, echo: { sendTimeMs: 1000, holdMs: 20 } });
    clock.advance(65_460);
    speak(1);
    clock.advance(40);
    report({ nextSequence: 1, echo: { sendTimeMs: 1000, holdMs: 65_535 } });
    expect(timesSent(1)).toBe(1);
    stream.dispose();
  });

  it('do not make the delivery later', () => {
    const { clock, stream, speak, report } = startStream();
    speak(1);
    stream.end(sampleTotals);
    clock.advance(30);
    report({ nextSequence: 1, isEndKnown: true, completedAgoMs: 5 });
    expect(stream.progress.deliveredAtMs).toBe(1040 - rttMs / 2 - 5);
    clock.advance(100_000);
    report({ nextSequence: 1, isEndKnown: true, completedAgoMs: 65_535 });
    expect(stream.progress.deliveredAtMs).toBe(1040 - rttMs / 2 - 5);
    stream.dispose();
  });
});

describe('ReceiverStream: the tail', () => {
  it.each([
    [8, 6, undefined, 2],
    [8, 6, false, 1],
    [8, 0, undefined, 1],
    [8, 0, true, 2],
    [2, 6, undefined, 1],
  ])(
    'at %d %% loss, where %d packets and the tail (%s) are copied, is sent %d times',
    (lossPercent, copied, tail, times) => {
      const { clock, stream, speak, report, timesSent } = startStream(copied, tail);
      speak(9);
      report({ nextSequence: 8, lossPercent });
      stream.end(sampleTotals);
      clock.advance(25);
      expect([timesSent(7), timesSent(8)]).toEqual([1, times]);
      stream.dispose();
    },
  );
});

describe('ReceiverStream: the first question', () => {
  it('does not wait for a round trip that a queue has blown up', () => {
    const { clock, stream, sent, speak } = startStream();
    for (let count = 0; count < 40; count++) stream.peer.rtt.add(900, 0);
    speak(1);
    clock.advance(1.3 * rttMs + 200 - 20);
    expect(sent).toHaveLength(1);
    clock.advance(1000);
    expect(sent.length).toBeGreaterThan(1);
    stream.dispose();
  });

  it('waits for the round trip of the link that is there, 30 s after a hand-over from a nearer one', () => {
    const { clock, stream, sent, speak } = startStream();
    clock.advance(40_000);
    for (let atMs = 10_000; atMs <= 41_000; atMs += 1000) stream.peer.rtt.add(300, atMs);
    speak(1);
    clock.advance(310);
    expect(sent).toHaveLength(1);
    stream.dispose();
  });
});
