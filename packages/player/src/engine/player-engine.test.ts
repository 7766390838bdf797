import { VirtualClock } from '@eloquence/base';
import {
  audioFlag,
  decodePacket,
  encodeAudioPacket,
  encodeEndPacket,
  encodeFlushPacket,
  encodeProbePacket,
  encodeWordsPackets,
} from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { createPcmDecoderCodec } from '../codec/pcm-decoder-codec.js';
import { SoundCard } from '../testing/sound-card.js';
import type { EngineNews, EngineSettings } from './engine-protocol.js';
import { PlayerEngine } from './player-engine.js';

const rateHz = 24_000;
const frameSamples = rateHz / 50;

/** One sample a frame apart from the next, so that what was heard shows where it came from. */
function pcmFrames(count: number): Int16Array[] {
  return Array.from({ length: count }, (_, frame) =>
    Int16Array.from({ length: frameSamples }, (_, at) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 440 * (frame * frameSamples + at)) / rateHz)),
    ),
  );
}

function packetsOf(frames: readonly Int16Array[], utteranceSequence = 1): Uint8Array[] {
  const packets = frames.map((frame, index) =>
    encodeAudioPacket({
      type: 'audio',
      flags: index === 0 ? audioFlag.start : 0,
      channel: 0,
      formatIndex: 0,
      utteranceSequence,
      sequence: index,
      firstFrame: index,
      sendTimeMs: index,
      streamHeader: {
        codecId: 'pcm',
        sampleRateHz: rateHz,
        frameMs: 20,
        initialBufferMs: 40,
        rebufferMs: 60,
        reportIntervalMs: 100,
      },
      payloads: [new Uint8Array(frame.buffer)],
    }),
  );
  const end = encodeEndPacket({
    type: 'end',
    channel: 0,
    utteranceSequence,
    packetCount: packets.length,
    frameCount: frames.length,
    sampleCount: frames.length * frameSamples,
    sendTimeMs: packets.length,
  });
  return [...packets, end];
}

function setUp(change: Partial<EngineSettings> = {}) {
  const clock = new VirtualClock(5000);
  const news: EngineNews[] = [];
  const settings: EngineSettings = {
    sampleRateHz: 48_000,
    aheadMs: 1500,
    isShared: true,
    reportsFrames: true,
    isConnected: true,
    maxPacketBytes: 1086,
    latencyMs: 0,
    isRunning: true,
    timeOriginMs: 0,
    ...change,
  };
  const card: SoundCard = new SoundCard(clock, settings.sampleRateHz, (item) => engine.handleVoice(item));
  const engine: PlayerEngine = new PlayerEngine({
    settings,
    decoders: new Map([['pcm', createPcmDecoderCodec()]]),
    clock,
    post: (item) => {
      news.push(item);
      if (item.type === 'send')
        clock.setTimer(() => engine.handle({ type: 'sent', id: item.id, isSent: true }), 0);
    },
    postVoice: (command) => card.handle(command),
  });
  const deliver = (packets: readonly Uint8Array[], from = 'agent'): void => {
    for (const packet of packets) engine.handle({ type: 'packet', packet, from });
  };
  const of = <T extends EngineNews['type']>(type: T): Extract<EngineNews, { type: T }>[] =>
    news.filter((item): item is Extract<EngineNews, { type: T }> => item.type === type);
  /** What was heard, at the stream's rate, without the silence around it. */
  const speech = (): number[] => {
    const step = settings.sampleRateHz / rateHz;
    const first = card.heard.findIndex((sample) => Math.abs(sample) > 0.001);
    const last = card.heard.findLastIndex((sample) => Math.abs(sample) > 0.001);
    return card.heard.slice(first - 1, last + 1).filter((_, at) => at % step === 0);
  };
  return { clock, engine, card, of, deliver, speech };
}

describe.each([
  ['shared memory', true],
  ['posted blocks', false],
])("the player's engine over %s", (_name, isShared) => {
  it('sounds every sample, tells every frame, and reports what is heard', () => {
    const { clock, of, deliver, speech } = setUp({ isShared });
    const frames = pcmFrames(150);
    deliver(packetsOf(frames));
    clock.advance(4000);
    expect(of('finishUtterance')).toMatchObject([
      { event: { outcome: 'complete', framesPlayed: 150, framesLost: 0, stalls: 0 } },
    ]);
    expect(of('playFrame').map(({ event }) => event.index)).toEqual(frames.map((_, index) => index));
    const heard = speech();
    // Behind the last sample, 1.5 ms fall to silence.
    expect(heard.length).toBeGreaterThan(150 * frameSamples - 4);
    expect(heard.length).toBeLessThan(150 * frameSamples + 40);
    const source = frames.flatMap((frame) => [...frame]);
    for (let at = 100; at < source.length - 100; at++)
      expect(Math.abs(heard[at]! - source[at]! / 32_768)).toBeLessThan(0.002);
    const [started] = of('startPlayout');
    expect(started!.event.atMs - 5000).toBeLessThanOrEqual(14);
    expect(of('stats').at(-1)!.stats.droppedSamples).toBe(0);
  });

  it('sounds an utterance to the frame from which its sender goes on elsewhere, and the next one after it', () => {
    const { clock, engine, of, deliver, speech } = setUp({ isShared });
    const frames = pcmFrames(100);
    deliver(packetsOf(frames).slice(0, -1));
    clock.advance(700);
    const continuation = { channel: 0, utteranceSequence: 1, frame: 60 };
    engine.handle({ type: 'continuation', sender: 'agent', trackId: 'TR_1', continuation });
    clock.advance(2000);
    expect(of('finishUtterance')).toMatchObject([{ event: { outcome: 'complete', stalls: 0 } }]);
    const heard = speech();
    // The position may be some milliseconds old when blocks are posted; the cut itself is exact.
    expect(Math.abs(heard.length - 60 * frameSamples)).toBeLessThan(60);
    const source = frames.flatMap((frame) => [...frame]);
    for (let at = 100; at < 60 * frameSamples - 100; at++)
      expect(Math.abs(heard[at]! - source[at]! / 32_768)).toBeLessThan(0.002);
    deliver(packetsOf(frames.slice(0, 20), 2));
    clock.advance(2000);
    expect(of('finishUtterance')).toHaveLength(2);
    expect(of('stats').at(-1)!.stats.droppedSamples).toBe(0);
  });

  it('keeps sounding on timers of one second', () => {
    const { clock, of, deliver } = setUp({ isShared });
    const setTimer = clock.setTimer.bind(clock);
    // The card's own pace is that of the device; only longer timers are those of a throttled page.
    Object.defineProperty(clock, 'setTimer', {
      value: (callback: () => void, delayMs: number) =>
        setTimer(callback, delayMs <= 10 ? delayMs : Math.ceil(delayMs / 1000) * 1000),
    });
    deliver(packetsOf(pcmFrames(400)));
    clock.advance(12_000);
    expect(of('finishUtterance')).toMatchObject([{ event: { outcome: 'complete', stalls: 0 } }]);
    expect(of('sounding').map(({ event }) => event.isSounding)).toEqual([true, false]);
  });

  it('falls silent at once on barge-in, and plays what comes next', () => {
    const { clock, of, deliver, card } = setUp({ isShared });
    deliver(packetsOf(pcmFrames(200)));
    clock.advance(500);
    deliver([encodeFlushPacket({ type: 'flush', channel: 0, utteranceSequence: 1 })]);
    const at = card.heard.length;
    clock.advance(300);
    const after = card.heard.slice(at);
    expect(after.findLastIndex((sample) => sample !== 0) / 48).toBeLessThan(25);
    deliver(packetsOf(pcmFrames(10), 2));
    clock.advance(1000);
    expect(of('finishUtterance').map(({ event }) => event.outcome)).toEqual(['flushed', 'complete']);
    expect(of('startPlayout').map(({ event }) => event.utteranceSequence)).toEqual([1, 2]);
    const report = of('send')
      .map(({ packet }) => decodePacket(packet))
      .find((packet) => packet.type === 'report' && packet.playout === 'finished')!;
    expect(report).toMatchObject({ utteranceSequence: 1 });
    // Half a second was heard, though far more had been handed over.
    expect(Math.abs((report as { playheadFrame: number }).playheadFrame - 25)).toBeLessThan(4);
  });

  it('stalls when speech is late, and says where it sounds', () => {
    const { clock, of, deliver } = setUp({ isShared });
    const packets = packetsOf(pcmFrames(20));
    deliver(packets.slice(0, 5));
    clock.advance(300);
    expect(of('stall')).toHaveLength(1);
    deliver(packets.slice(5));
    clock.advance(1000);
    expect(of('finishUtterance')).toMatchObject([{ event: { outcome: 'complete', stalls: 1 } }]);
    const sounding = of('sounding').map(({ event }) => [event.isSounding, Math.round(event.positionMs)]);
    expect(sounding).toEqual([
      [true, 0],
      [false, expect.closeTo(100, -1)],
      [true, expect.closeTo(100, -1)],
      [false, 400],
    ]);
  });

  it('says where each utterance sounds, also when one follows the other without a gap', () => {
    const { clock, of, deliver } = setUp({ isShared });
    const lengths = [4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26];
    for (const [at, length] of lengths.entries()) deliver(packetsOf(pcmFrames(length), at + 1));
    clock.advance(6000);
    const sounding = of('sounding').map(
      ({ event }) => `${event.utteranceSequence} ${event.isSounding} ${Math.round(event.positionMs / 10)}`,
    );
    expect(sounding).toEqual(
      lengths.flatMap((length, at) => [`${at + 1} true 0`, `${at + 1} false ${length * 2}`]),
    );
  });

  it('says where it sounds in what was spoken, also after sound that was made longer', () => {
    const { clock, of, deliver } = setUp({ isShared });
    const packets = packetsOf(pcmFrames(60));
    const missing = [6, 12, 18, 24, 30];
    deliver(packets.filter((_, at) => !missing.includes(at)).reverse());
    for (const at of missing) {
      clock.advance(at === 6 ? 105 : 125);
      deliver([packets[at]!]);
    }
    clock.advance(3000);
    const [finished] = of('finishUtterance');
    expect(finished!.event).toMatchObject({ outcome: 'complete', stalls: 0 });
    expect(finished!.event.stretchedMs).toBeGreaterThan(30);
    const [first, ...again] = of('sounding').map(({ event }) => event);
    const last = again.findLast(({ isSounding }) => isSounding)!;
    // What was spoken is heard later by as much as was added. The card sounds in bursts of 10 ms.
    const putOffMs = last.atMs - first!.atMs - (last.positionMs - first!.positionMs);
    expect(Math.abs(putOffMs - finished!.event.stretchedMs!)).toBeLessThan(14);
  });

  it('waits for the output, and goes on after the output slept', () => {
    const { clock, engine, of, deliver, card } = setUp({ isShared, isRunning: false });
    card.suspend();
    deliver(packetsOf(pcmFrames(100)));
    clock.advance(3000);
    expect(of('startPlayout')).toEqual([]);
    card.resume();
    engine.handle({ type: 'output', isRunning: true, latencyMs: 20 });
    clock.advance(500);
    card.suspend();
    clock.advance(60_000);
    card.resume();
    clock.advance(3000);
    expect(of('finishUtterance')).toMatchObject([{ event: { outcome: 'complete', stalls: 0 } }]);
  });
});

describe("the player's engine", () => {
  it('answers probes, and takes leave', () => {
    const { engine, of, deliver } = setUp();
    deliver([encodeProbePacket({ type: 'probe', nonce: 7, sendTimeMs: 1 })]);
    engine.dispose();
    const sent = of('send').map(({ packet }) => decodePacket(packet));
    expect(sent.map(({ type }) => type)).toEqual(['hello', 'hello', 'bye']);
    expect(sent[1]).toMatchObject({ probeNonce: 7, codecIds: ['pcm'] });
  });

  it('tells senders what the page says of itself', () => {
    const attributes = { network: 'metered' };
    const { engine, of } = setUp({ attributes });
    engine.dispose();
    expect(decodePacket(of('send')[0]!.packet)).toMatchObject({ type: 'hello', attributes });
  });

  it('passes on words, and greets those only whom it listens to', () => {
    const { engine, of, deliver } = setUp({ from: ['a'] });
    const words = [{ text: 'hello', startMs: 0, endMs: 300 }];
    deliver(encodeWordsPackets({ channel: 0, utteranceSequence: 3 }, 0, words, 1086), 'a');
    deliver(encodeWordsPackets({ channel: 0, utteranceSequence: 3 }, 0, words, 1086), 'stranger');
    engine.handle({ type: 'peer', identity: 'stranger', isPresent: true });
    expect(of('receiveWords')).toMatchObject([
      { event: { sender: 'a', utteranceSequence: 3, firstWord: 0, words } },
    ]);
    expect(of('send').map(({ to }) => to)).toEqual([['a']]);
  });

  it('leaves no timer behind, and tells nothing more, when all is said', () => {
    const { clock, of, deliver } = setUp();
    deliver(packetsOf(pcmFrames(20)));
    clock.advance(5000);
    const told = of('stats').length;
    clock.advance(60_000);
    expect(of('stats')).toHaveLength(told);
    // The card's own.
    expect(clock.pendingTimers).toBe(1);
  });

  it('holds memory for the streams that are open only', () => {
    const { clock, engine, of, deliver } = setUp({ isShared: false });
    for (let sender = 0; sender < 100; sender++) {
      deliver(packetsOf(pcmFrames(5)), `s${sender}`);
      clock.advance(300);
      engine.handle({ type: 'peer', identity: `s${sender}`, isPresent: false });
    }
    clock.advance(5000);
    expect(of('finishUtterance')).toHaveLength(100);
    const [last] = of('stats').slice(-1);
    expect(last!.stats.streams.length).toBeLessThanOrEqual(1);
    expect(last!.stats.counters.streamsRefused).toBe(0);
  });
});
