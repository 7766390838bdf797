import { describe, expect, it } from 'vitest';
import { BlockQueue } from '../ring/block-queue.js';
import { Voice, type VoiceTurn } from './voice.js';

const rateHz = 48_000;

function setUp() {
  const queue = new BlockQueue();
  const voice = new Voice(queue, rateHz);
  const turns: VoiceTurn[] = [];
  const render = (quanta = 1): Float32Array => {
    const heard = new Float32Array(128 * quanta);
    for (let at = 0; at < quanta; at++) turns.push(voice.mixInto(heard.subarray(at * 128, at * 128 + 128)));
    return heard;
  };
  return { queue, voice, turns, render };
}

const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => (at + 1) / 10_000);

describe('a voice', () => {
  it('sounds every sample unchanged, and tells its beginning and its end', () => {
    const { queue, turns, render, voice } = setUp();
    expect([...render()]).toEqual(new Array(128).fill(0));
    queue.push(ramp(300));
    const heard = render(3);
    expect([...heard.subarray(0, 300)]).toEqual([...ramp(300)]);
    expect(turns).toEqual(['silent', 'started', 'sounding', 'dry']);
    render();
    expect(turns.at(-1)).toBe('silent');
    expect(voice.isIdle).toBe(true);
  });

  it('adds to what others sound', () => {
    const { queue, voice } = setUp();
    queue.push(new Float32Array(128).fill(0.25));
    const output = new Float32Array(128).fill(0.5);
    voice.mixInto(output);
    expect(new Set(output)).toEqual(new Set([0.75]));
  });

  it('falls to zero without a step when speech breaks off', () => {
    const { queue, render } = setUp();
    queue.push(new Float32Array(256).fill(0.8));
    const heard = render(5);
    let largestStep = 0;
    for (let at = 1; at < heard.length; at++)
      largestStep = Math.max(largestStep, Math.abs(heard[at]! - heard[at - 1]!));
    expect(largestStep).toBeLessThan(0.05);
    expect(heard.at(-1)).toBe(0);
  });

  it('ends at a cut, and goes on with what was written after it', () => {
    const { queue, voice, render, turns } = setUp();
    queue.push(new Float32Array(1000).fill(0.5));
    render(2);
    voice.cut(600, 1000);
    queue.push(new Float32Array(500).fill(0.25));
    const heard = render(8);
    // Two quanta were heard before; the step to silence falls within 72 samples.
    expect([...heard.subarray(0, 600 - 256)]).toEqual(new Array(600 - 256).fill(0.5));
    expect(voice.source.position).toBe(1500);
    expect(heard.filter((sample) => sample === 0.25).length).toBeGreaterThan(500 - 128);
    expect(turns).toContain('dry');
  });

  it('falls silent at once at a cut that lies behind', () => {
    const { queue, voice, render } = setUp();
    queue.push(new Float32Array(1000).fill(0.5));
    render(2);
    voice.cut(100, 1000);
    const heard = render(4);
    expect(heard.subarray(240).every((sample) => sample === 0)).toBe(true);
    expect(voice.isIdle).toBe(true);
  });

  it('fades out within 5 ms when it is cleared, and sounds what comes after at once', () => {
    const { queue, voice, render, turns } = setUp();
    queue.push(new Float32Array(10_000).fill(0.5));
    render(2);
    voice.clear(10_000);
    expect(queue.available).toBe(0);
    queue.push(new Float32Array(128).fill(0.25));
    const heard = render(4);
    expect(turns[2]).toBe('started');
    expect(heard[0]).toBeCloseTo(0.75, 2);
    expect(heard[200]).toBeLessThan(0.26);
    expect([...heard.subarray(240, 256)].every((sample) => sample < 0.26)).toBe(true);
    expect([...heard.subarray(400)].every((sample) => sample === 0)).toBe(true);
  });

  it('does not drop what was written after the clear', () => {
    const { queue, voice, render } = setUp();
    queue.push(new Float32Array(1000).fill(0.5));
    render(1);
    queue.push(new Float32Array(100).fill(0.25));
    voice.clear(1000);
    expect(queue.available).toBe(100);
    expect(queue.position).toBe(1000);
  });

  it('tells a new start when it is cleared at the very moment it ran out', () => {
    const { queue, voice, render, turns } = setUp();
    queue.push(new Float32Array(128));
    render();
    voice.clear(128);
    queue.push(new Float32Array(128));
    render();
    expect(turns).toEqual(['started', 'started']);
    expect(voice.startPosition).toBe(128);
  });

  it.each([2 ** 31, 2 ** 32])('cuts and clears where the count of samples wraps, at %i', (wrap) => {
    const { queue, voice, render, turns } = setUp();
    const long = new Float32Array(2 ** 24);
    for (let position = 0; position < wrap; position += long.length) {
      queue.push(long);
      queue.skip(position === 0 ? long.length - 256 : long.length);
    }
    const at = (offset: number): number => (wrap - 256 + offset) >>> 0;
    expect(voice.source.position).toBe(at(0));
    queue.skip(256);
    queue.push(new Float32Array(1000).fill(0.5));
    render();
    expect(voice.startPosition).toBe(at(256));
    voice.cut(at(256 + 300), at(256 + 1000));
    queue.push(new Float32Array(400).fill(0.25));
    const heard = render(6);
    expect([...heard.subarray(0, 172)]).toEqual(new Array(172).fill(0.5));
    expect(heard.filter((sample) => sample === 0.25).length).toBeGreaterThan(400 - 256);
    expect(voice.source.position).toBe(at(256 + 1400));
    queue.push(new Float32Array(1000).fill(0.5));
    render();
    voice.clear(at(256 + 2400));
    expect([queue.available, voice.source.position]).toEqual([0, at(256 + 2400)]);
    expect(turns.at(-1)).toBe('started');
  });
});
