import { describe, expect, it } from 'vitest';
import { ArrivalPace } from './arrival-pace.js';

/** Packets of 100 ms, one every `spacingMs`. */
function speak(pace: ArrivalPace, utteranceSequence: number, spacingMs: number, count = 20): void {
  for (let position = 0; position < count; position++)
    pace.add({
      utteranceSequence,
      position,
      audioMs: 100,
      nowMs: utteranceSequence * 10_000 + position * spacingMs,
      isRetransmission: false,
    });
}

describe('ArrivalPace', () => {
  it('knows nothing at first, and the pace of the source after an utterance', () => {
    const pace = new ArrivalPace();
    expect(pace.forecast(0, 0)).toMatchObject({ utterances: 0, spacingMs: 0, growth: 0, repairMs: 0 });
    speak(pace, 1, 25);
    expect(pace.forecast(1, 2)).toMatchObject({
      utterances: 1,
      spacingMs: 25,
      growth: 4,
      lossPercent: 1,
      pdvP95Ms: 2,
    });
    speak(pace, 2, 100);
    speak(pace, 3, 100);
    expect(pace.forecast(0, 0)).toMatchObject({ utterances: 3, spacingMs: 100, growth: 1 });
  });

  it('does not judge by an utterance that was over at once', () => {
    const pace = new ArrivalPace();
    speak(pace, 1, 25, 3);
    expect(pace.forecast(0, 0).utterances).toBe(0);
  });

  it('times repeats from the packet that showed the gap, and not copies', () => {
    const pace = new ArrivalPace();
    const add = (position: number, nowMs: number, isRetransmission = false): void =>
      pace.add({ utteranceSequence: 1, position, audioMs: 20, nowMs, isRetransmission });
    add(0, 0);
    add(3, 75);
    add(1, 100);
    expect(pace.repairMs).toBe(0);
    add(2, 215, true);
    add(2, 400, true);
    expect(pace.repairMs).toBe(140);
  });
});
