import type { CodecFactory } from '@eloquence/plugin-api';
import { audioFlag, decodePacket, encodeAudioPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness, digestOf } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';
import { voiceSignal } from '../testing/voice-signal.js';

/** Decodes to a voice, frame after frame, and conceals with a tone. */
function createVoiceCodec(): CodecFactory {
  const voice = voiceSignal(8000, 4000, 120, false);
  return {
    frameDurationsMs: [20],
    sampleRatesHz: [8000],
    createEncoder: () => {
      throw new Error('not needed');
    },
    createDecoder: () => {
      let at = 0;
      return {
        decode: () => voice.slice(at, (at += 160)),
        conceal: (count) => new Int16Array(count).fill(7),
        dispose: () => undefined,
      };
    },
  };
}

/**
 * Speaks 40 frames in packets of two, one packet every 20 ms, of which packet 4 is lost and repeated.
 *
 * @param repeatAfterMs from the packet that shows the gap
 */
function speakWithGap(
  smoothing: boolean,
  repeatAfterMs: number,
): { harness: ReceiverHarness; speaker: Speaker } {
  const harness = new ReceiverHarness({ smoothing, decoders: new Map([['fake', createVoiceCodec()]]) });
  const speaker = new Speaker({ frames: 40, header: testHeader });
  for (const [index, packet] of speaker.packets.entries()) {
    if (index === 4) {
      const decoded = decodePacket(packet);
      if (decoded.type !== 'audio') throw new Error('not audio');
      const repeat = encodeAudioPacket({ ...decoded, flags: decoded.flags | audioFlag.repeat });
      harness.clock.setTimer(() => harness.deliver(repeat), 20 + repeatAfterMs);
    } else harness.deliver(packet);
    harness.clock.advance(20);
  }
  harness.deliver(speaker.end);
  harness.clock.advance(3000);
  return { harness, speaker };
}

describe('smoothing', () => {
  it('bridges a gap by longer speech and concealment, and still plays every frame once as it was sent', () => {
    const { harness, speaker } = speakWithGap(true, 120);
    const plain = speakWithGap(false, 120).harness;
    expect(plain.finished[0]).toMatchObject({ stalls: 1, concealedMs: 0, stretchedMs: 0 });
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      framesPlayed: 40,
      framesConcealed: 0,
      framesLost: 0,
      framesDuplicated: 0,
      stalls: 0,
      sampleCount: 6400,
    });
    const { stretchedMs = 0, concealedMs = 0 } = harness.finished[0]!;
    expect(stretchedMs).toBeGreaterThan(0);
    expect(concealedMs).toBeGreaterThan(0);
    expect(concealedMs).toBeLessThanOrEqual(60);
    expect(harness.playedFrames.map((frame) => frame.index)).toEqual([...speaker.payloads.keys()]);
    expect(harness.digest.digest('hex')).toBe(digestOf(speaker.payloads));
    // What was added is all that is heard beyond what was sent.
    expect(harness.heard.length / 8).toBeCloseTo(800 + stretchedMs + concealedMs, -1);
    expect(harness.blocks.filter((block) => block.kind === 'concealed').length).toBeGreaterThan(0);
  });

  it('stalls when the repeat comes too late even so, and counts that as a stall', () => {
    const { harness, speaker } = speakWithGap(true, 400);
    const plain = speakWithGap(false, 400).harness;
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', framesPlayed: 40, stalls: 1 });
    expect(harness.finished[0]!.concealedMs).toBeLessThanOrEqual(60);
    expect(harness.finished[0]!.stalledMs).toBeLessThan(plain.finished[0]!.stalledMs);
    expect(harness.digest.digest('hex')).toBe(digestOf(speaker.payloads));
  });

  it('changes nothing while all comes in time', () => {
    const harness = new ReceiverHarness({ decoders: new Map([['fake', createVoiceCodec()]]) });
    const speaker = new Speaker({ frames: 40 });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    expect(harness.finished[0]).toMatchObject({ stalls: 0, concealedMs: 0, stretchedMs: 0 });
    expect(harness.heard).toEqual(voiceSignal(8000, 4000, 120, false).subarray(0, 6400));
  });
});
