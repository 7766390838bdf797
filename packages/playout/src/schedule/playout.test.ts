import { describe, expect, it } from 'vitest';
import { ReceiverHarness, digestOf } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';

describe('playout', () => {
  it('hands the first block over at once when the start level is reached, then one every 10 ms', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 6, framesPerPacket: 1 });
    harness.deliver(speaker.packets[0]!);
    harness.clock.advance(35);
    expect(harness.blocks).toHaveLength(0);
    harness.deliver(speaker.packets[1]!);
    expect(harness.blocks.map((block) => block.atMs)).toEqual([1035]);
    harness.deliver(...speaker.packets.slice(2), speaker.end);
    harness.clock.advance(1000);
    expect(harness.blocks.map((block) => block.atMs)).toEqual(
      Array.from({ length: 12 }, (_, at) => 1035 + at * 10),
    );
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      startedAtMs: 1035,
      atMs: 1155,
      stalls: 0,
      framesLost: 0,
    });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('starts below the start level when the utterance is shorter', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 1, header: { ...testHeader, initialBufferMs: 500 } });
    harness.deliver(speaker.packets[0]!);
    harness.clock.advance(300);
    expect(harness.blocks).toHaveLength(0);
    harness.deliver(speaker.end);
    harness.clock.advance(100);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 1, sampleCount: 160 });
  });

  it('plays every sample of every frame in order, without the padding of the last frame', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 5, sampleCount: 4 * 160 + 33 });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(1000);
    const expected = new Int16Array(4 * 160 + 80);
    for (let frame = 0; frame < 4; frame++) expected.fill(frame * 100, frame * 160, frame * 160 + 160);
    expected.fill(400, 640, 673);
    expect(harness.heard).toEqual(expected);
    expect(harness.finished[0]!.sampleCount).toBe(673);
    expect(harness.digest.digest('hex')).toBe(digestOf(speaker.payloads));
  });

  it('plays the whole last frame when the sample count does not end in it', () => {
    for (const sampleCount of [0, 3, 10 * 160 * 7]) {
      const harness = new ReceiverHarness();
      const speaker = new Speaker({ frames: 10, sampleCount });
      harness.deliver(...speaker.packets, speaker.end);
      harness.clock.advance(1000);
      expect(harness.finished[0]).toMatchObject({ outcome: 'complete', sampleCount: 1600 });
    }
  });

  it('stalls when a frame is missing, and goes on at the resume level', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 12, framesPerPacket: 1 });
    harness.deliver(speaker.packets[0]!, speaker.packets[1]!);
    harness.clock.advance(100);
    expect(harness.log).toEqual(['start 1', 'playout 1', 'stall 1']);
    harness.deliver(speaker.packets[2]!, speaker.packets[3]!);
    harness.clock.advance(20);
    expect(harness.log).toHaveLength(3);
    harness.deliver(...speaker.packets.slice(4), speaker.end);
    expect(harness.log.at(-1)).toBe('resume 1');
    harness.clock.advance(1000);
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      stalls: 1,
      stalledMs: 80,
      framesPlayed: 12,
      lateFrames: 3,
    });
    expect(harness.heard.length).toBe(12 * 160);
  });

  it('resumes below the resume level when everything up to the end is there', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 3, framesPerPacket: 1 });
    harness.deliver(speaker.packets[0]!, speaker.packets[1]!, speaker.end);
    harness.clock.advance(100);
    harness.deliver(speaker.packets[2]!);
    harness.clock.advance(100);
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      stalls: 1,
      stalledMs: 60,
      framesLost: 0,
    });
  });

  it('does not count it as a stall when only the end was late', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 4 });
    harness.deliver(...speaker.packets);
    harness.clock.advance(300);
    expect(harness.log.at(-1)).toBe('stall 1');
    harness.deliver(speaker.end);
    // The speech was stretched before the stall: the rest of it fills up a last block.
    harness.clock.advance(10);
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      stalls: 0,
      stalledMs: 0,
      framesPlayed: 4,
    });
  });

  it('catches up after a late timer, and skips on the schedule after a long freeze', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 200, framesPerPacket: 40 });
    let frozen = false;
    harness.receiver.onDidPlayFrame(({ index }) => {
      // The process stands still inside a listener: nested time, as a blocked event loop would have it.
      if ((index === 10 || index === 100) && !frozen) {
        frozen = true;
        const freezeMs = index === 10 ? 50 : 1000;
        const nowMs = harness.clock.nowMs.bind(harness.clock);
        const target = nowMs() + freezeMs;
        Object.defineProperty(harness.clock, 'nowMs', {
          value: () => Math.max(nowMs(), target),
          configurable: true,
        });
      } else {
        frozen = index === 10 || index === 100;
      }
    });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(10_000);
    const perMoment = new Map<number, number>();
    for (const block of harness.blocks) perMoment.set(block.atMs, (perMoment.get(block.atMs) ?? 0) + 1);
    const bursts = [...perMoment.values()].filter((count) => count > 1);
    expect(Math.max(...bursts)).toBeLessThanOrEqual(21);
    expect(bursts.some((count) => count >= 20)).toBe(true);
    expect(harness.blocks).toHaveLength(400);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', stalls: 0 });
  });

  it('plays one utterance after the other without a pause, in the order of their sequences', () => {
    const harness = new ReceiverHarness();
    const first = new Speaker({ utteranceSequence: 65535, frames: 4 });
    const second = new Speaker({ utteranceSequence: 0, frames: 4 });
    harness.deliver(...second.packets, ...first.packets, first.end, second.end);
    harness.clock.advance(2000);
    expect(harness.log.filter((line) => line.startsWith('finish'))).toEqual(['finish 0 complete']);
    // The second was ready first, and nothing was known of the first: on first contact nobody waits.
    const later = new ReceiverHarness();
    later.deliver(first.packets[0]!, ...second.packets, second.end, ...first.packets.slice(1), first.end);
    later.clock.advance(2000);
    expect(later.playedFrames.map(({ utteranceSequence }) => utteranceSequence)).toEqual([
      ...Array<number>(4).fill(65535),
      ...Array<number>(4).fill(0),
    ]);
    const times = later.blocks.map((block) => block.atMs);
    expect(times.every((atMs, at) => at === 0 || atMs === times[at - 1]! + 10)).toBe(true);
  });

  it('gives an utterance of which nothing has arrived yet 250 ms before the one after it starts', () => {
    const harness = new ReceiverHarness();
    const [one, two, three] = [1, 2, 3].map(
      (utteranceSequence) => new Speaker({ utteranceSequence, frames: 4 }),
    );
    harness.deliver(...one!.packets, one!.end);
    harness.clock.advance(500);
    harness.deliver(...three!.packets, three!.end);
    harness.clock.advance(100);
    expect(harness.log.at(-1)).toBe('start 3');
    harness.deliver(...two!.packets, two!.end);
    harness.clock.advance(1000);
    expect(harness.log.filter((line) => line.startsWith('finish'))).toEqual(
      [1, 2, 3].map((utteranceSequence) => `finish ${utteranceSequence} complete`),
    );
    const impatient = new ReceiverHarness();
    impatient.deliver(...one!.packets, one!.end);
    impatient.clock.advance(500);
    impatient.deliver(...three!.packets, three!.end);
    impatient.clock.advance(260);
    expect(impatient.log.at(-1)).toBe('playout 3');
  });

  it('gives up an utterance that never gets its frames once a later one is ready, and reports the loss', () => {
    const harness = new ReceiverHarness();
    const broken = new Speaker({ utteranceSequence: 7, frames: 10, framesPerPacket: 1 });
    const next = new Speaker({ utteranceSequence: 8, frames: 4 });
    harness.deliver(...broken.packets.filter((_, at) => at !== 5), broken.end);
    harness.clock.advance(60_000);
    expect(harness.finished).toHaveLength(0);
    expect(harness.clock.pendingTimers).toBe(0);
    harness.deliver(...next.packets, next.end);
    harness.clock.advance(1000);
    expect(harness.finished[0]).toMatchObject({
      utteranceSequence: 7,
      outcome: 'incomplete',
      framesPlayed: 5,
      framesLost: 5,
    });
    expect(harness.finished[1]).toMatchObject({ utteranceSequence: 8, outcome: 'complete', framesLost: 0 });
  });

  it('waits 5 s before it gives up', () => {
    const harness = new ReceiverHarness();
    const broken = new Speaker({ utteranceSequence: 7, frames: 10, framesPerPacket: 1 });
    const next = new Speaker({ utteranceSequence: 8, frames: 4 });
    harness.deliver(broken.packets[0]!, broken.packets[1]!);
    harness.deliver(...next.packets, next.end);
    harness.clock.advance(40 + 4990);
    expect(harness.finished).toHaveLength(0);
    harness.clock.advance(20);
    expect(harness.finished[0]).toMatchObject({ utteranceSequence: 7, outcome: 'incomplete' });
    expect(harness.log.at(-1)).toBe('playout 8');
  });

  it('finishes an empty utterance without playing', () => {
    const harness = new ReceiverHarness();
    harness.deliver(new Speaker({ frames: 0 }).end);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', frameCount: 0, framesPlayed: 0 });
    expect(harness.blocks).toHaveLength(0);
  });

  it('holds frames back until their format is known', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 8, headers: 1 });
    harness.deliver(...speaker.packets.slice(1), speaker.end);
    harness.clock.advance(100);
    expect(harness.blocks).toHaveLength(0);
    harness.deliver(speaker.packets[0]!);
    harness.clock.advance(1000);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 8 });
  });
});

describe('flush', () => {
  it('falls silent within one block, without a click, and drops what arrives of the old utterance', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ utteranceSequence: 3, frames: 100, framesPerPacket: 10 });
    harness.deliver(...speaker.packets.slice(0, 5));
    harness.clock.advance(205);
    const before = harness.blocks.length;
    harness.deliver(speaker.flush);
    const after = harness.blocks.slice(before);
    expect(after).toHaveLength(1);
    const fading = after[0]!.samples;
    expect(fading.slice(40)).toEqual(new Int16Array(40));
    expect(Math.abs(fading[0]!)).toBeGreaterThan(0);
    for (let at = 1; at < 40; at++)
      expect(Math.abs(fading[at]!)).toBeLessThanOrEqual(Math.abs(fading[at - 1]!));
    expect(harness.finished[0]).toMatchObject({ utteranceSequence: 3, outcome: 'flushed', framesLost: 0 });
    harness.deliver(...speaker.packets.slice(5), speaker.end);
    harness.clock.advance(5000);
    expect(harness.blocks.length).toBe(before + 1);
    expect(harness.receiver.counters.oldUtteranceSequence).toBe(6);
    expect(harness.receiver.streams[0]).toMatchObject({ heldBytes: 0, bufferAheadMs: 0 });
    expect(harness.clock.pendingTimers).toBe(0);
    expect(harness.codec.openDecoders).toBe(0);
  });

  it('starts the next utterance only after the block that fades out', () => {
    const harness = new ReceiverHarness();
    const old = new Speaker({ utteranceSequence: 65535, frames: 100, framesPerPacket: 10 });
    const next = new Speaker({ utteranceSequence: 0, frames: 4 });
    harness.deliver(...old.packets);
    harness.clock.advance(203);
    harness.deliver(old.flush, ...next.packets, next.end);
    harness.clock.advance(1000);
    const firstOfNext = harness.blocks.find((block) => block.utteranceSequence === 0)!;
    expect(firstOfNext.atMs).toBe(1220);
    expect(harness.finished.map(({ outcome }) => outcome)).toEqual(['flushed', 'complete']);
  });

  it('drops every queued utterance up to the one that is named, and no later one', () => {
    const harness = new ReceiverHarness();
    const speakers = [65534, 65535, 0, 1].map(
      (utteranceSequence) => new Speaker({ utteranceSequence, frames: 20 }),
    );
    for (const speaker of speakers) harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(50);
    harness.deliver(speakers[2]!.flush);
    harness.clock.advance(5000);
    expect(
      harness.finished.map(({ utteranceSequence, outcome }) => `${utteranceSequence} ${outcome}`),
    ).toEqual(['65534 flushed', '65535 flushed', '0 flushed', '1 complete']);
  });

  it('ignores a flush of what is over already', () => {
    const harness = new ReceiverHarness();
    const [one, two] = [1, 2].map((utteranceSequence) => new Speaker({ utteranceSequence, frames: 10 }));
    harness.deliver(...one!.packets, one!.end);
    harness.clock.advance(1000);
    harness.deliver(...two!.packets, two!.end, one!.flush);
    harness.clock.advance(1000);
    expect(harness.finished.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
  });

  it('keeps an utterance from starting whose flush arrived first', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ utteranceSequence: 9 });
    harness.deliver(speaker.flush, ...speaker.packets, speaker.end);
    harness.clock.advance(1000);
    expect(harness.blocks).toHaveLength(0);
    expect(harness.channel.reports[0]!.packet).toMatchObject({ utteranceSequence: 9, playout: 'finished' });
  });
});
