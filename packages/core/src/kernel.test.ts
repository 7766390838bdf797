import { VirtualClock } from '@eloquence/base';
import { Clock, RandomSource, SentenceSegmenter, createToken, provide } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kernelTokens } from './kernel-tokens.js';
import type { KernelOptions } from './composition-root.js';
import { type Kernel, createKernel } from './kernel.js';
import { SessionHarness } from './session/testing/session-harness.js';
import { notingVoice, wholeTextSegmenter } from './session/testing/speech-parts.js';

let kernel: Kernel | undefined;
afterEach(() => kernel?.dispose());

function open(options: Partial<KernelOptions> = {}): Kernel {
  kernel = createKernel({ descriptors: [], clock: new VirtualClock(), seed: 1, ...options });
  return kernel;
}

const settings = {
  target: undefined,
  lane: 'auto',
  profile: 'TEST',
  ttsEngine: 'none',
  sampleRateHz: 24_000,
  preloadVoice: false,
  maxQueuedUtterances: 8,
  yieldTurn: () => Promise.resolve(),
} as const;

describe('createKernel', () => {
  it('makes a session within a millisecond', () => {
    const { createSession } = open();
    for (let round = 0; round < 50; round++) createSession(settings).dispose();
    const takes: number[] = [];
    for (let round = 0; round < 101; round++) {
      const startMs = performance.now();
      const session = createSession(settings);
      takes.push(performance.now() - startMs);
      session.dispose();
    }
    // The median: a machine that is busy may stand still within any one of them.
    expect(takes.sort((a, b) => a - b)[50]).toBeLessThan(1);
    expect(kernel?.sessionCount).toBe(0);
  });

  it('lets the application replace a service of the process, and of the sessions', () => {
    const random: RandomSource = { next: () => 0.25 };
    const made: string[] = [];
    const { resolve, createSession } = open({
      services: [
        provide(RandomSource, { create: () => random }),
        provide(kernelTokens.sessionBus, {
          deps: { clock: Clock, id: kernelTokens.sessionId },
          create: ({ clock, id }) => {
            made.push(`bus ${id} at ${clock.nowMs()}`);
            return { onDidPublish: () => ({ dispose: () => undefined }), publish: () => undefined } as never;
          },
        }),
      ],
    });
    expect(resolve(RandomSource)).toBe(random);
    createSession(settings).dispose();
    createSession(settings).dispose();
    expect(made).toEqual(['bus 1 at 0', 'bus 2 at 0']);
  });

  it('makes services of the application, with tokens of its own, and disposes them with their scope', async () => {
    const dispose = vi.fn();
    const Lexicon = createToken<{ dispose(): void }>('acme.lexicon', 'root');
    const { resolve } = open({ services: [provide(Lexicon, { create: () => ({ dispose }) })] });
    expect(resolve(Lexicon).dispose).toBe(dispose);
    await kernel?.dispose();
    expect(dispose).toHaveBeenCalledTimes(1);
  });

  it('refuses services that do not fit together, at the start and with the path', () => {
    const needs = (id: string, needed: typeof kernelTokens.voice): (() => Kernel) => {
      const token = createToken<unknown>(id, 'root');
      return () => open({ services: [provide(token, { deps: { needed }, create: () => 1 })] });
    };
    expect(needs('acme.captive', kernelTokens.voice)).toThrow(
      /'acme.captive' needs 'core.voice'.*one session/,
    );
    const segmenter = provide(SentenceSegmenter, {
      deps: { voice: kernelTokens.voice },
      create: () => wholeTextSegmenter(''),
    });
    expect(() => open({ services: [segmenter] })).toThrow('core.voice → core.sentenceSegmenter → core.voice');
  });

  it('speaks with the segmenter of the application', async () => {
    const spoken: string[] = [];
    const harness = await new SessionHarness({
      voice: notingVoice(spoken),
      services: [provide(SentenceSegmenter, { create: () => wholeTextSegmenter('!') })],
    }).open();
    await harness.settle(harness.session.say('One. Two.').done);
    expect(spoken).toEqual(['One. Two.!']);
    await harness.dispose();
  });
});
