import { describe, expect, it } from 'vitest';
import { SharedRing, allocateSharedRing } from '../ring/shared-ring.js';
import { Mixer } from './mixer.js';
import type { VoiceNews } from './voice-protocol.js';

function setUp() {
  const news: VoiceNews[] = [];
  const mixer = new Mixer(48_000, (item) => news.push(item));
  let frame = 0;
  const render = (quanta: number): number[] => {
    const heard: number[] = [];
    for (let at = 0; at < quanta; at++) {
      const output = new Float32Array(128).fill(9);
      mixer.render(output, frame);
      frame += 128;
      heard.push(...output);
    }
    return heard;
  };
  return { mixer, news, render };
}

describe('the mixer', () => {
  it('mixes shared and posted voices, and says nothing while all are silent', () => {
    const { mixer, news, render } = setUp();
    render(40);
    expect(news).toEqual([]);
    const memory = allocateSharedRing(4096);
    mixer.handle({ type: 'open', voice: 1, memory });
    mixer.handle({ type: 'open', voice: 2 });
    new SharedRing(memory).write(new Float32Array(256).fill(0.5));
    mixer.handle({ type: 'block', voice: 2, samples: new Float32Array(128).fill(0.25) });
    const heard = render(4);
    expect(heard[0]).toBe(0.75);
    expect(heard[200]).toBeCloseTo(0.5, 5);
    expect(heard.at(-1)).toBe(0);
    expect(news.map(({ type }) => type).slice(0, 2)).toEqual(['started', 'started']);
    expect(news).toContainEqual({ type: 'dry', voice: 1, position: 256, frame: 42 * 128 });
  });

  it('tells positions every 16 quanta, and returns the memory of blocks', () => {
    const { mixer, news, render } = setUp();
    mixer.handle({ type: 'open', voice: 3 });
    for (let at = 0; at < 20; at++) mixer.handle({ type: 'block', voice: 3, samples: new Float32Array(960) });
    render(32);
    const told = news.filter((item) => item.type === 'status');
    expect(told.map(({ voices }) => voices[0]!.position)).toEqual([2048, 4096]);
    expect(told.map(({ spent }) => spent.length)).toEqual([2, 2]);
    expect(told.map(({ frame }) => frame)).toEqual([2048, 4096]);
  });

  it('forgets a voice that was closed once it has faded out, and ignores what comes for it', () => {
    const { mixer, render } = setUp();
    mixer.handle({ type: 'open', voice: 1 });
    mixer.handle({ type: 'block', voice: 1, samples: new Float32Array(5000).fill(0.5) });
    render(1);
    mixer.handle({ type: 'close', voice: 1 });
    const heard = render(4);
    expect(heard[0]).toBeGreaterThan(0.4);
    expect(heard.slice(256).every((sample) => sample === 0)).toBe(true);
    expect(mixer.voiceCount).toBe(0);
    mixer.handle({ type: 'block', voice: 1, samples: new Float32Array(10) });
    mixer.handle({ type: 'clear', voice: 1, until: 5 });
  });

  it('sounds a voice however many were opened and closed before, while nothing was rendered', () => {
    const { mixer, render } = setUp();
    for (let voice = 0; voice < 100; voice++) {
      mixer.handle({ type: 'open', voice });
      mixer.handle({ type: 'block', voice, samples: new Float32Array(128).fill(0.5) });
      if (voice < 99) mixer.handle({ type: 'close', voice });
    }
    expect(mixer.voiceCount).toBe(1);
    expect(new Set(render(1))).toEqual(new Set([0.5]));
  });

  it('opens no more than 64 voices', () => {
    const { mixer } = setUp();
    for (let voice = 0; voice < 100; voice++) mixer.handle({ type: 'open', voice });
    expect(mixer.voiceCount).toBe(64);
  });
});
