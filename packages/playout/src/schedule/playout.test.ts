import { describe, expect, it } from 'vitest';
import { ReceiverRig, digestOf } from '../testing/receiver-rig.js';
import { Speaker, testHeader } from '../testing/speaker.js';

describe('playout', () => {
  it('hands the first block over at once when the start level is reached, then one every 10 ms', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 6, framesPerPacket: 1 });
    rig.deliver(speaker.packets[0]!);
    rig.clock.advance(35);
    expect(rig.blocks).toHaveLength(0);
    rig.deliver(speaker.packets[1]!);
    expect(rig.blocks.map((block) => block.atMs)).toEqual([1035]);
    rig.deliver(...speaker.packets.slice(2), speaker.end);
    rig.clock.advance(1000);
    expect(rig.blocks.map((block) => block.atMs)).toEqual(
      Array.from({ length: 12 }, (_, at) => 1035 + at * 10),
    );
    expect(rig.finished[0]).toMatchObject({
      outcome: 'complete',
      startedAtMs: 1035,
      atMs: 1155,
      stalls: 0,
      framesLost: 0,
    });
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('starts below the start level when the utterance is shorter', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 1, header: { ...testHeader, startMs: 500 } });
    rig.deliver(speaker.packets[0]!);
    rig.clock.advance(300);
    expect(rig.blocks).toHaveLength(0);
    rig.deliver(speaker.end);
    rig.clock.advance(100);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 1, sampleCount: 160 });
  });

  it('plays every sample of every frame in order, without the padding of the last frame', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 5, sampleCount: 4 * 160 + 33 });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(1000);
    const expected = new Int16Array(4 * 160 + 80);
    for (let frame = 0; frame < 4; frame++) expected.fill(frame * 100, frame * 160, frame * 160 + 160);
    expected.fill(400, 640, 673);
    expect(rig.heard).toEqual(expected);
    expect(rig.finished[0]!.sampleCount).toBe(673);
    expect(rig.digest.digest('hex')).toBe(digestOf(speaker.payloads));
  });

  it('plays the whole last frame when the sample count does not end in it', () => {
    for (const sampleCount of [0, 3, 10 * 160 * 7]) {
      const rig = new ReceiverRig();
      const speaker = new Speaker({ frames: 10, sampleCount });
      rig.deliver(...speaker.packets, speaker.end);
      rig.clock.advance(1000);
      expect(rig.finished[0]).toMatchObject({ outcome: 'complete', sampleCount: 1600 });
    }
  });

  it('stalls when a frame is missing, and goes on at the resume level', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 12, framesPerPacket: 1 });
    rig.deliver(speaker.packets[0]!, speaker.packets[1]!);
    rig.clock.advance(100);
    expect(rig.log).toEqual(['start 1', 'playout 1', 'stall 1']);
    rig.deliver(speaker.packets[2]!, speaker.packets[3]!);
    rig.clock.advance(20);
    expect(rig.log).toHaveLength(3);
    rig.deliver(...speaker.packets.slice(4), speaker.end);
    expect(rig.log.at(-1)).toBe('resume 1');
    rig.clock.advance(1000);
    expect(rig.finished[0]).toMatchObject({
      outcome: 'complete',
      stalls: 1,
      stalledMs: 80,
      framesPlayed: 12,
      lateFrames: 3,
    });
    expect(rig.heard.length).toBe(12 * 160);
  });

  it('resumes below the resume level when everything up to the end is there', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 3, framesPerPacket: 1 });
    rig.deliver(speaker.packets[0]!, speaker.packets[1]!, speaker.end);
    rig.clock.advance(100);
    rig.deliver(speaker.packets[2]!);
    rig.clock.advance(100);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', stalls: 1, stalledMs: 60, framesLost: 0 });
  });

  it('does not count it as a stall when only the end was late', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 4 });
    rig.deliver(...speaker.packets);
    rig.clock.advance(300);
    expect(rig.log.at(-1)).toBe('stall 1');
    rig.deliver(speaker.end);
    // The speech was stretched before the stall: the rest of it fills up a last block.
    rig.clock.advance(10);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', stalls: 0, stalledMs: 0, framesPlayed: 4 });
  });

  it('catches up after a late timer, and skips on the schedule after a long freeze', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 200, framesPerPacket: 40 });
    let frozen = false;
    rig.receiver.onDidPlayFrame(({ index }) => {
      // The process stands still inside a listener: nested time, as a blocked event loop would have it.
      if ((index === 10 || index === 100) && !frozen) {
        frozen = true;
        const freezeMs = index === 10 ? 50 : 1000;
        const nowMs = rig.clock.nowMs.bind(rig.clock);
        const target = nowMs() + freezeMs;
        Object.defineProperty(rig.clock, 'nowMs', {
          value: () => Math.max(nowMs(), target),
          configurable: true,
        });
      } else {
        frozen = index === 10 || index === 100;
      }
    });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(10_000);
    const perMoment = new Map<number, number>();
    for (const block of rig.blocks) perMoment.set(block.atMs, (perMoment.get(block.atMs) ?? 0) + 1);
    const bursts = [...perMoment.values()].filter((count) => count > 1);
    expect(Math.max(...bursts)).toBeLessThanOrEqual(21);
    expect(bursts.some((count) => count >= 20)).toBe(true);
    expect(rig.blocks).toHaveLength(400);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', stalls: 0 });
  });

  it('plays one utterance after the other without a pause, in the order of their generations', () => {
    const rig = new ReceiverRig();
    const first = new Speaker({ generation: 65535, frames: 4 });
    const second = new Speaker({ generation: 0, frames: 4 });
    rig.deliver(...second.packets, ...first.packets, first.end, second.end);
    rig.clock.advance(2000);
    expect(rig.log.filter((line) => line.startsWith('finish'))).toEqual(['finish 0 complete']);
    // The second was ready first, and nothing was known of the first: on first contact nobody waits.
    const later = new ReceiverRig();
    later.deliver(first.packets[0]!, ...second.packets, second.end, ...first.packets.slice(1), first.end);
    later.clock.advance(2000);
    expect(later.playedFrames.map(({ generation }) => generation)).toEqual([
      ...Array<number>(4).fill(65535),
      ...Array<number>(4).fill(0),
    ]);
    const times = later.blocks.map((block) => block.atMs);
    expect(times.every((atMs, at) => at === 0 || atMs === times[at - 1]! + 10)).toBe(true);
  });

  it('gives an utterance of which nothing has arrived yet 250 ms before the one after it starts', () => {
    const rig = new ReceiverRig();
    const [one, two, three] = [1, 2, 3].map((generation) => new Speaker({ generation, frames: 4 }));
    rig.deliver(...one!.packets, one!.end);
    rig.clock.advance(500);
    rig.deliver(...three!.packets, three!.end);
    rig.clock.advance(100);
    expect(rig.log.at(-1)).toBe('start 3');
    rig.deliver(...two!.packets, two!.end);
    rig.clock.advance(1000);
    expect(rig.log.filter((line) => line.startsWith('finish'))).toEqual(
      [1, 2, 3].map((generation) => `finish ${generation} complete`),
    );
    const impatient = new ReceiverRig();
    impatient.deliver(...one!.packets, one!.end);
    impatient.clock.advance(500);
    impatient.deliver(...three!.packets, three!.end);
    impatient.clock.advance(260);
    expect(impatient.log.at(-1)).toBe('playout 3');
  });

  it('gives up an utterance that never gets its frames once a later one is ready, and reports the loss', () => {
    const rig = new ReceiverRig();
    const broken = new Speaker({ generation: 7, frames: 10, framesPerPacket: 1 });
    const next = new Speaker({ generation: 8, frames: 4 });
    rig.deliver(...broken.packets.filter((_, at) => at !== 5), broken.end);
    rig.clock.advance(60_000);
    expect(rig.finished).toHaveLength(0);
    expect(rig.clock.pendingTimers).toBe(0);
    rig.deliver(...next.packets, next.end);
    rig.clock.advance(1000);
    expect(rig.finished[0]).toMatchObject({
      generation: 7,
      outcome: 'incomplete',
      framesPlayed: 5,
      framesLost: 5,
    });
    expect(rig.finished[1]).toMatchObject({ generation: 8, outcome: 'complete', framesLost: 0 });
  });

  it('waits 5 s before it gives up', () => {
    const rig = new ReceiverRig();
    const broken = new Speaker({ generation: 7, frames: 10, framesPerPacket: 1 });
    const next = new Speaker({ generation: 8, frames: 4 });
    rig.deliver(broken.packets[0]!, broken.packets[1]!);
    rig.deliver(...next.packets, next.end);
    rig.clock.advance(40 + 4990);
    expect(rig.finished).toHaveLength(0);
    rig.clock.advance(20);
    expect(rig.finished[0]).toMatchObject({ generation: 7, outcome: 'incomplete' });
    expect(rig.log.at(-1)).toBe('playout 8');
  });

  it('finishes an empty utterance without playing', () => {
    const rig = new ReceiverRig();
    rig.deliver(new Speaker({ frames: 0 }).end);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', frameCount: 0, framesPlayed: 0 });
    expect(rig.blocks).toHaveLength(0);
  });

  it('holds frames back until their format is known', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 8, headers: 1 });
    rig.deliver(...speaker.packets.slice(1), speaker.end);
    rig.clock.advance(100);
    expect(rig.blocks).toHaveLength(0);
    rig.deliver(speaker.packets[0]!);
    rig.clock.advance(1000);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 8 });
  });
});

describe('flush', () => {
  it('falls silent within one block, without a click, and drops what arrives of the old utterance', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ generation: 3, frames: 100, framesPerPacket: 10 });
    rig.deliver(...speaker.packets.slice(0, 5));
    rig.clock.advance(205);
    const before = rig.blocks.length;
    rig.deliver(speaker.flush);
    const after = rig.blocks.slice(before);
    expect(after).toHaveLength(1);
    const fading = after[0]!.samples;
    expect(fading.slice(40)).toEqual(new Int16Array(40));
    expect(Math.abs(fading[0]!)).toBeGreaterThan(0);
    for (let at = 1; at < 40; at++)
      expect(Math.abs(fading[at]!)).toBeLessThanOrEqual(Math.abs(fading[at - 1]!));
    expect(rig.finished[0]).toMatchObject({ generation: 3, outcome: 'flushed', framesLost: 0 });
    rig.deliver(...speaker.packets.slice(5), speaker.end);
    rig.clock.advance(5000);
    expect(rig.blocks.length).toBe(before + 1);
    expect(rig.receiver.counters.oldGeneration).toBe(6);
    expect(rig.receiver.streams[0]).toMatchObject({ heldBytes: 0, leadMs: 0 });
    expect(rig.clock.pendingTimers).toBe(0);
    expect(rig.codec.openDecoders).toBe(0);
  });

  it('starts the next utterance only after the block that fades out', () => {
    const rig = new ReceiverRig();
    const old = new Speaker({ generation: 65535, frames: 100, framesPerPacket: 10 });
    const next = new Speaker({ generation: 0, frames: 4 });
    rig.deliver(...old.packets);
    rig.clock.advance(203);
    rig.deliver(old.flush, ...next.packets, next.end);
    rig.clock.advance(1000);
    const firstOfNext = rig.blocks.find((block) => block.generation === 0)!;
    expect(firstOfNext.atMs).toBe(1220);
    expect(rig.finished.map(({ outcome }) => outcome)).toEqual(['flushed', 'complete']);
  });

  it('drops every queued utterance up to the generation, and no later one', () => {
    const rig = new ReceiverRig();
    const speakers = [65534, 65535, 0, 1].map((generation) => new Speaker({ generation, frames: 20 }));
    for (const speaker of speakers) rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(50);
    rig.deliver(speakers[2]!.flush);
    rig.clock.advance(5000);
    expect(rig.finished.map(({ generation, outcome }) => `${generation} ${outcome}`)).toEqual([
      '65534 flushed',
      '65535 flushed',
      '0 flushed',
      '1 complete',
    ]);
  });

  it('ignores a flush of what is over already', () => {
    const rig = new ReceiverRig();
    const [one, two] = [1, 2].map((generation) => new Speaker({ generation, frames: 10 }));
    rig.deliver(...one!.packets, one!.end);
    rig.clock.advance(1000);
    rig.deliver(...two!.packets, two!.end, one!.flush);
    rig.clock.advance(1000);
    expect(rig.finished.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
  });

  it('keeps an utterance from starting whose flush arrived first', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ generation: 9 });
    rig.deliver(speaker.flush, ...speaker.packets, speaker.end);
    rig.clock.advance(1000);
    expect(rig.blocks).toHaveLength(0);
    expect(rig.channel.reports[0]!.packet).toMatchObject({ generation: 9, playout: 'finished' });
  });
});
