import { encodeProbePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker } from '../testing/speaker.js';

function probe(epoch: number, channel = 0): Uint8Array {
  return encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1, origin: { channel, epoch } });
}

/** A sender whose long utterance is here, of which a second has been heard. */
function setUp(formerSpeech?: 'drop' | 'finish') {
  const harness = new ReceiverHarness({ formerSpeech });
  const former = new Speaker({ utteranceSequence: 7, frames: 200 });
  harness.deliver(probe(100), ...former.packets, former.end);
  harness.clock.advance(1000);
  const now = new Speaker({ utteranceSequence: 8, frames: 10 });
  const say = (): void => harness.deliver(...now.packets, now.end);
  return { harness, say };
}

describe('a sender that was started again under its name', () => {
  it('is heard at once: what it said in its former life falls silent', () => {
    const { harness, say } = setUp();
    harness.channel.changePeer('s', false);
    harness.channel.changePeer('s', true);
    const before = harness.playedFrames.length;
    harness.deliver(probe(200));
    say();
    harness.clock.advance(500);
    expect(
      harness.finished.map(({ utteranceSequence, outcome }) => `${utteranceSequence} ${outcome}`),
    ).toEqual(['7 incomplete', '8 complete']);
    expect(
      harness.playedFrames.slice(before).filter(({ utteranceSequence }) => utteranceSequence === 7).length,
    ).toBeLessThan(2);
    expect(harness.finished[1]!.startedAtMs! - 2000).toBeLessThan(50);
  });

  it('is recognised also when the room tells of it after its first packet', () => {
    const { harness, say } = setUp();
    harness.deliver(probe(200));
    harness.clock.advance(100);
    expect(harness.finished).toEqual([]);
    harness.channel.changePeer('s', true);
    say();
    harness.clock.advance(500);
    expect(harness.finished.map(({ utteranceSequence }) => utteranceSequence)).toEqual([7, 8]);
  });

  it('may finish what it said before, if that is wanted', () => {
    const { harness, say } = setUp('finish');
    harness.channel.changePeer('s', true);
    harness.deliver(probe(200));
    say();
    harness.clock.advance(5000);
    expect(
      harness.finished.map(({ utteranceSequence, outcome }) => `${utteranceSequence} ${outcome}`),
    ).toEqual(['7 complete', '8 complete']);
  });

  it('is not taken for that when its connection was restored, or another of its streams asks', () => {
    const { harness } = setUp();
    harness.channel.changePeer('s', false);
    harness.clock.advance(500);
    harness.channel.changePeer('s', true);
    harness.deliver(probe(100), probe(200, 3));
    harness.clock.advance(5000);
    expect(harness.finished).toMatchObject([
      { utteranceSequence: 7, outcome: 'complete', framesPlayed: 200 },
    ]);
  });

  it('is not taken for that when it was away, and a second sender of its participant asks later', () => {
    const { harness } = setUp();
    harness.channel.changePeer('s', false);
    harness.channel.changePeer('s', true);
    harness.deliver(probe(100));
    harness.clock.advance(1000);
    harness.deliver(probe(200));
    harness.clock.advance(5000);
    expect(harness.finished).toMatchObject([{ outcome: 'complete', framesPlayed: 200 }]);
  });

  it('is not taken for that when a second sender of its participant asks', () => {
    const { harness } = setUp();
    harness.deliver(probe(200), probe(100), probe(200));
    harness.clock.advance(5000);
    expect(harness.finished).toMatchObject([{ outcome: 'complete', framesPlayed: 200 }]);
  });
});
