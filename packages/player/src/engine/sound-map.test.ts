import { describe, expect, it } from 'vitest';
import { SoundMap } from './sound-map.js';

const rateHz = 1000;

/** Positions count milliseconds. */
function setUp() {
  const told: string[] = [];
  const map = new SoundMap(rateHz, ({ utteranceSequence, isSounding, positionMs, atMs }) => {
    told.push(
      `${utteranceSequence} ${isSounding ? 'sounds' : 'ends'} ${Math.round(positionMs)} at ${Math.round(atMs)}`,
    );
  });
  return { map, told, take: () => told.splice(0) };
}

describe('the map of what sounds where', () => {
  it('tells an utterance that follows another without a gap', () => {
    const { map, take } = setUp();
    map.noteBlock(0, 1, 0);
    map.noteBlock(20, 1, 20);
    map.moveTo(1, 100);
    map.noteBlock(40, 2, 0);
    map.moveTo(43, 143);
    map.fallSilent(60, 160);
    expect(take()).toEqual(['1 sounds 0 at 99', '1 ends 40 at 140', '2 sounds 0 at 140', '2 ends 20 at 160']);
  });

  it('tells the first utterance alone where it fell silent before the next one began', () => {
    const { map, take } = setUp();
    map.noteBlock(0, 1, 0);
    map.moveTo(1, 100);
    // The next one is written before the news arrives that there was nothing more to sound.
    map.noteBlock(20, 2, 0);
    map.fallSilent(20, 120);
    map.moveTo(21, 200);
    expect(take()).toEqual(['1 sounds 0 at 99', '1 ends 20 at 120', '2 sounds 0 at 199']);
  });

  it('tells again where made-up sound has put off what follows, and nothing for a little of it', () => {
    const { map, take } = setUp();
    map.noteBlock(0, 1, 0);
    map.noteBlock(20, 1, 18);
    map.noteBlock(40, 1, 30);
    map.moveTo(1, 100);
    map.moveTo(30, 129);
    map.moveTo(50, 150);
    map.fallSilent(60, 160);
    expect(take()).toEqual(['1 sounds 0 at 99', '1 sounds 30 at 140', '1 ends 50 at 160']);
  });

  it('goes on after silence from where it was', () => {
    const { map, take } = setUp();
    map.noteBlock(0, 1, 0);
    map.moveTo(1, 100);
    map.fallSilent(20, 119);
    map.noteBlock(20, 1, 20);
    map.moveTo(21, 400);
    expect(take()).toEqual(['1 sounds 0 at 99', '1 ends 20 at 119', '1 sounds 20 at 399']);
  });

  it('tells where an utterance was cut off, and what was cleared', () => {
    const { map, take } = setUp();
    map.noteBlock(0, 1, 0);
    map.moveTo(1, 100);
    for (let at = 20; at < 100; at += 20) map.noteBlock(at, 1, at);
    map.noteCut(50, 100);
    map.fallSilent(100, 150);
    map.noteBlock(100, 2, 0);
    map.moveTo(110, 300);
    map.noteBlock(120, 2, 50);
    map.clear(115, 305);
    map.noteBlock(140, 3, 0);
    map.moveTo(141, 400);
    expect(take()).toEqual([
      '1 sounds 0 at 99',
      '1 ends 50 at 150',
      '2 sounds 0 at 290',
      '2 ends 15 at 305',
      '3 sounds 0 at 399',
    ]);
  });

  it('goes on beyond 2³¹ and 2³² samples', () => {
    const { map, take } = setUp();
    map.noteBlock(0, 1, 0);
    const step = 2 ** 20;
    for (let position = step; position <= 2 ** 32 + step; position += step) {
      map.moveTo(position >>> 0, position);
      map.noteBlock(position >>> 0, 1, position);
    }
    map.noteBlock(step + 10, 2, 0);
    map.moveTo(step + 11, 2 ** 32 + step + 11);
    expect(take()).toEqual([
      '1 sounds 0 at 0',
      `1 ends ${2 ** 32 + step + 10} at ${2 ** 32 + step + 10}`,
      `2 sounds 0 at ${2 ** 32 + step + 10}`,
    ]);
  });
});
