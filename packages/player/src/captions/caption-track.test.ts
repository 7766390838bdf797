import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { CaptionTrack, type WordHeardEvent } from './caption-track.js';

const source = { sender: 'a', channel: 0, utteranceSequence: 7 };
const words = [0, 300, 700].map((startMs, at) => ({ text: `w${at}`, startMs, endMs: startMs + 200 }));

function setUp() {
  const clock = new VirtualClock(1000);
  const track = new CaptionTrack(clock);
  const heard: [string, number][] = [];
  const events: WordHeardEvent[] = [];
  track.onDidHearWord((event) => {
    heard.push([event.word.text, clock.nowMs()]);
    events.push(event);
  });
  const sounding = (isSounding: boolean, positionMs: number, atMs = clock.nowMs()): void =>
    track.noteSounding({ ...source, isSounding, positionMs, atMs });
  return { clock, track, heard, events, sounding };
}

describe('captions', () => {
  it('tell each word when it is heard, output latency included', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words);
    clock.advance(500);
    expect(heard).toEqual([]);
    sounding(true, 0, 1530);
    clock.advance(2000);
    expect(heard).toEqual([
      ['w0', 1530],
      ['w1', 1830],
      ['w2', 2230],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('wait while the speech stalls, and go on where it goes on', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words);
    sounding(true, 0);
    clock.advance(400);
    sounding(false, 400);
    clock.advance(1000);
    expect(heard.map(([text]) => text)).toEqual(['w0', 'w1']);
    sounding(true, 400);
    clock.advance(299);
    expect(heard).toHaveLength(2);
    clock.advance(1);
    expect(heard.at(-1)).toEqual(['w2', 2700]);
  });

  it('catch up with words that come late, and take those that come bit by bit', () => {
    const { clock, track, events, sounding } = setUp();
    sounding(true, 0);
    clock.advance(350);
    track.addWords(source, words.slice(0, 2));
    expect(events.map(({ word, atMs }) => [word.text, atMs])).toEqual([
      ['w0', 1000],
      ['w1', 1300],
    ]);
    track.addWords(source, words.slice(2));
    clock.advance(350);
    expect(events).toHaveLength(3);
  });

  it('tell words in order when their packets overtook each other', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words.slice(1, 2));
    track.addWords(source, words.slice(0, 1));
    sounding(true, 0);
    clock.advance(400);
    track.addWords(source, words.slice(2));
    track.addWords(source, [{ text: 'late', startMs: 100, endMs: 200 }]);
    clock.advance(1000);
    expect(heard.map(([text]) => text)).toEqual(['w0', 'w1', 'late', 'w2']);
  });

  it('do not tell words of an utterance that was cut off', () => {
    const { clock, track, events, sounding } = setUp();
    track.addWords(source, words);
    sounding(true, 0);
    clock.advance(100);
    track.finish(source, false);
    clock.advance(2000);
    expect(events).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('tell the last words although the utterance ended before they came out of the loudspeaker', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words);
    sounding(true, 0, 1200);
    clock.advance(720);
    // 900 ms are spoken, the last 200 ms of them not heard yet.
    sounding(false, 900, clock.nowMs() + 200);
    track.finish(source, true);
    expect(heard.map(([text]) => text)).toEqual(['w0', 'w1']);
    clock.advance(1000);
    expect(heard.at(-1)).toEqual(['w2', 1900]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('begin where the sound begins for a listener that came in mid-utterance', () => {
    const { clock, track, heard, sounding } = setUp();
    sounding(true, 600);
    track.addWords(source, words);
    clock.advance(1000);
    expect(heard).toEqual([['w2', 1100]]);
  });

  it('do not tell words with which the sender goes on elsewhere', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words);
    sounding(true, 0);
    clock.advance(500);
    track.finish(source, true);
    sounding(false, 500);
    clock.advance(2000);
    expect(heard.map(([text]) => text)).toEqual(['w0', 'w1']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('tell the words that had left for the loudspeaker when the utterance was cut off, and none behind', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words);
    sounding(true, 0, 1200);
    clock.advance(400);
    sounding(false, 400, clock.nowMs() + 200);
    track.finish(source, false);
    clock.advance(2000);
    expect(heard).toEqual([
      ['w0', 1200],
      ['w1', 1500],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('follow sound that was put off while it sounded', () => {
    const { clock, track, heard, sounding } = setUp();
    track.addWords(source, words);
    sounding(true, 0);
    clock.advance(300);
    // 150 ms of sound that nobody spoke.
    sounding(true, 250, 1400);
    clock.advance(1000);
    expect(heard).toEqual([
      ['w0', 1000],
      ['w1', 1300],
      ['w2', 1850],
    ]);
  });

  it('keep no more than a bounded number of words', () => {
    const { track } = setUp();
    const many = Array.from({ length: 15_000 }, (_, at) => ({ text: 'x', startMs: at, endMs: at + 1 }));
    track.addWords(source, many);
    track.addWords(source, many);
    expect(track.droppedWords).toBe(10_000);
    track.dispose();
  });
});
