import { VirtualClock } from '@eloquence/base';
import type { PcmChunk } from '@eloquence/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleSpeech, type SpokenSegment, TYPING_CHARS_PER_SECOND } from './schedule-speech.js';
import { SpeechRun } from './speech-run.js';

const sampleRateHz = 1000;

function segment(textEnd: number, durationMs: number, words: PcmChunk['words'] = []): SpokenSegment {
  return { textEnd, chunks: [{ samples: new Int16Array(durationMs).fill(7), sampleRateHz, words }] };
}

describe('scheduleSpeech', () => {
  it('reveals a whole text at the speed of the voice', () => {
    const schedule = scheduleSpeech([segment(10, 250), segment(20, 100)], {
      textLength: 20,
      mode: 'whole',
      speed: 4,
    });
    expect(schedule).toMatchObject({ audioMs: 350, textReadyMs: 0, firstPcmMs: 0 });
    expect(schedule.pieces.map(({ dueMs }) => dueMs)).toEqual([0, 25, 50, 62.5]);
    expect(schedule.pieces.map(({ audioStartMs }) => audioStartMs)).toEqual([0, 100, 200, 250]);
    expect(schedule.pieces.map(({ endsPhrase }) => endsPhrase)).toEqual([false, false, true, true]);
  });

  it('begins a typed sentence when it has been typed, and the one before was spoken', () => {
    const typedMs = (chars: number): number => (1000 * chars) / TYPING_CHARS_PER_SECOND;
    const schedule = scheduleSpeech([segment(30, 4000), segment(33, 100), segment(300, 100)], {
      textLength: 300,
      mode: 'streamed',
      speed: 4,
    });
    const starts = [0, 4000, 4100].map(
      (audioMs) => schedule.pieces.find(({ audioStartMs }) => audioStartMs === audioMs)!.dueMs,
    );
    expect(starts).toEqual([typedMs(30), typedMs(30) + 1000, typedMs(300)]);
    expect(schedule).toMatchObject({ firstPcmMs: typedMs(30), textReadyMs: typedMs(300) });
  });

  it('gives each word once, with the piece in which it begins', () => {
    const word = (text: string, startMs: number) => ({ text, startMs, endMs: startMs + 50 });
    const schedule = scheduleSpeech(
      [segment(10, 300, [word('a', 0), word('b', 150), word('c', 210)]), segment(20, 100, [word('d', 20)])],
      { textLength: 20, mode: 'whole', speed: 1 },
    );
    expect(schedule.pieces.map(({ words }) => words.map(({ text, startMs }) => [text, startMs]))).toEqual([
      [['a', 0]],
      [['b', 150]],
      [['c', 210]],
      [['d', 320]],
    ]);
  });

  it('keeps every sample, in order, and never goes back in time', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ length: fc.integer({ min: 1, max: 700 }), chars: fc.integer({ min: 1, max: 80 }) }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        fc.constantFrom('whole' as const, 'streamed' as const),
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        (sentences, mode, speed) => {
          let textEnd = 0;
          const segments = sentences.map(({ length, chars }) => segment((textEnd += chars), length));
          const { pieces, audioMs } = scheduleSpeech(segments, { textLength: textEnd, mode, speed });
          expect(pieces.reduce((sum, { samples }) => sum + samples.length, 0)).toBe(audioMs);
          for (const [index, piece] of pieces.entries())
            expect(piece.dueMs).toBeGreaterThanOrEqual(pieces[index - 1]?.dueMs ?? 0);
        },
      ),
    );
  });
});

describe('SpeechRun', () => {
  const schedule = scheduleSpeech([segment(10, 500)], { textLength: 10, mode: 'whole', speed: 1 });

  it('gives every arm the same pieces at the same times, as copies of its own', async () => {
    const clock = new VirtualClock();
    const run = new SpeechRun(schedule, clock);
    const seen: [string, number][] = [];
    const { signal } = new AbortController();
    const pull = async (name: string): Promise<void> => {
      for await (const { samples } of run.chunks(signal, () => undefined)) {
        expect(samples[0]).toBe(7);
        samples.fill(0);
        seen.push([name, clock.nowMs() - run.startedAtMs]);
      }
    };
    const pulling = [pull('a'), pull('b')];
    await clock.advanceAsync(600);
    await Promise.all(pulling);
    for (const name of ['a', 'b'])
      expect(seen.filter(([by]) => by === name).map(([, atMs]) => atMs)).toEqual([0, 100, 200, 300, 400]);
  });

  it('ends quietly when it is stopped', async () => {
    const clock = new VirtualClock();
    const run = new SpeechRun(schedule, clock);
    const controller = new AbortController();
    let count = 0;
    const pulling = (async () => {
      for await (const { samples } of run.chunks(controller.signal, () => undefined)) count += samples.length;
    })();
    await clock.advanceAsync(150);
    controller.abort();
    await clock.advanceAsync(500);
    await pulling;
    expect(count).toBe(200);
  });
});
