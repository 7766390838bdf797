import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VirtualClock } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import { beforeEach, describe, expect, it } from 'vitest';
import { Guard, type GuardOptions } from './guard.js';
import { PluginHealth } from './plugin-quarantine.js';
import type { PluginQuarantine } from './plugin-state.js';
import { rejectionOf } from './testing/rejection.js';

let clock: VirtualClock;
let health: PluginHealth;
let quarantines: PluginQuarantine[];

beforeEach(() => {
  clock = new VirtualClock();
  health = new PluginHealth('acme');
  quarantines = [];
  health.onDidTrip((quarantine) => quarantines.push(quarantine));
});

const guardOf = (options?: GuardOptions): Guard => new Guard(health, clock, 'encode', options);
const boom = (): never => {
  throw new TypeError('boom');
};

describe('a guarded call', () => {
  it('gives the result, or the fallback when it throws', () => {
    const guard = guardOf();
    expect(guard.run(() => 1, 2)).toBe(1);
    expect(guard.run(boom, 2)).toBe(2);
    expect(
      guard.call(
        (n: number) => n + 1,
        1,
        (n) => -n,
      ),
    ).toBe(2);
    expect(guard.call(boom, 1, (n) => -n)).toBe(-1);
    expect(health.faults).toBe(2);
    expect(guard.isTripped).toBe(false);
  });

  it('trips at the third fault, over all guards of the plugin, and tells once', () => {
    const [encode, decide] = [guardOf(), new Guard(health, clock, 'decide')];
    let calls = 0;
    const failing = (): never => {
      calls++;
      throw new TypeError('boom');
    };
    for (let frame = 0; frame < 100; frame++) (frame % 2 === 0 ? encode : decide).run(failing, undefined);
    expect(calls).toBe(3);
    expect([encode.isTripped, decide.isTripped]).toEqual([true, true]);
    expect(quarantines).toHaveLength(1);
    expect(quarantines[0]).toMatchObject({ pluginId: 'acme', operation: 'encode', faults: 3 });
    expect(quarantines[0]?.cause.message).toBe("'encode' of plugin 'acme' failed: boom");
    expect(quarantines[0]?.cause.cause).toBeInstanceOf(TypeError);
  });

  it('counts results that are not valid', () => {
    const guard = guardOf({ isValid: (result) => result instanceof Uint8Array && result.length > 0 });
    const fallback = new Uint8Array(1);
    expect(guard.run<unknown>(() => 'text', fallback)).toBe(fallback);
    expect(guard.run<unknown>(() => undefined, fallback)).toBe(fallback);
    expect(guard.run(() => new Uint8Array(5), fallback)).toHaveLength(5);
    expect(health.faults).toBe(2);
  });

  it('counts calls over the budget, and uses their results', () => {
    const guard = guardOf({ budgetMs: 10 });
    const take = (ms: number): string => guard.run(() => (clock.advance(ms), 'made'), 'fallback');
    expect(take(10)).toBe('made');
    expect(health.faults).toBe(0);
    expect([take(11), take(30), take(20), take(1)]).toEqual(['made', 'made', 'made', 'fallback']);
    expect([health.faults, health.slowCalls]).toEqual([3, 3]);
    expect(quarantines[0]?.cause.code).toBe('PLUGIN_TIMEOUT');
  });

  it('forgives slowness that the next calls make up for, but no errors', () => {
    const guard = guardOf({ budgetMs: 10 });
    const take = (ms: number): void => guard.run(() => clock.advance(ms), undefined);
    const inTime = (count: number): void => {
      for (let call = 0; call < count; call++) take(1);
    };
    for (let round = 0; round < 20; round++) {
      take(20);
      take(20);
      inTime(3);
    }
    expect(guard.isTripped).toBe(false);
    expect(health.faults).toBe(40);
    // 20 ms late, of which two calls make up 18.
    take(20);
    take(20);
    inTime(2);
    expect(guard.isTripped).toBe(false);
    take(11);
    expect(guard.isTripped).toBe(true);
    health = new PluginHealth('acme');
    const other = guardOf({ budgetMs: 10 });
    for (let round = 0; round < 3; round++) {
      other.run(boom, undefined);
      for (let call = 0; call < 1000; call++) other.run(() => clock.advance(1), undefined);
    }
    expect(other.isTripped).toBe(true);
  });

  it('gives up a plugin that is too slow on average, however seldom it is slow', () => {
    const guard = guardOf({ budgetMs: 10 });
    let calls = 0;
    while (!guard.isTripped && calls < 100)
      guard.run(() => clock.advance(calls++ % 10 === 0 ? 500 : 1), undefined);
    expect(calls).toBe(21);
  });

  it('leaves no strike behind when a stream ends after an interruption', () => {
    for (let stream = 0; stream < 10; stream++) {
      const guard = guardOf({ budgetMs: 10 });
      for (const ms of [1, 1, 1, 1, 20]) guard.run(() => clock.advance(ms), undefined);
    }
    expect(health.slowCalls).toBe(10);
    expect(health.isTripped).toBe(false);
  });

  it('bears a machine that stood still for a minute', () => {
    const guard = guardOf({ budgetMs: 10 });
    const take = (ms: number): void => guard.run(() => clock.advance(ms), undefined);
    take(60_000);
    for (let call = 0; call < 110; call++) take(1);
    take(20);
    take(20);
    expect(guard.isTripped).toBe(false);
  });

  it('lets a quarantined plugin clean up', () => {
    const guard = guardOf();
    for (let fault = 0; fault < 3; fault++) guard.run(boom, undefined);
    let isReleased = false;
    guard.release(() => (isReleased = true));
    expect(isReleased).toBe(true);
    guard.release(boom);
    expect(health.faults).toBe(4);
  });

  it('does not allocate', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const guard = guardOf();
    const frame = new Int16Array(480);
    const encode = (pcm: Int16Array): number => pcm.length;
    const calls = (count: number): void => {
      for (let call = 0; call < count; call++) guard.call(encode, frame, encode);
    };
    calls(50_000);
    collect();
    const beforeBytes = process.memoryUsage().heapUsed;
    calls(100_000);
    const perCallBytes = (process.memoryUsage().heapUsed - beforeBytes) / 100_000;
    // The smallest object takes 12 bytes or more.
    expect(perCallBytes).toBeLessThan(4);
  });
});

describe('a guarded promise', () => {
  it('gives the result, and passes on errors that are not faults', async () => {
    const guard = guardOf();
    await expect(guard.promise(() => Promise.resolve(1))).resolves.toBe(1);
    const unknown = new EloquenceError('VOICE_UNKNOWN', 'no such voice');
    expect(await rejectionOf(guard.promise(() => Promise.reject(unknown)))).toBe(unknown);
    expect(health.faults).toBe(0);
    const failed = new EloquenceError('TTS_FAILED', 'engine stopped');
    expect(await rejectionOf(guard.promise(() => Promise.reject(failed)))).toBe(failed);
    expect((await rejectionOf(guard.promise(boom))).code).toBe('PLUGIN_FAILED');
    expect(health.faults).toBe(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends at the limit, and counts what comes later without counting it as a fault', async () => {
    const guard = guardOf({ limitMs: 100 });
    let reject: ((error: Error) => void) | undefined;
    const failure = rejectionOf(guard.promise(() => new Promise((_, fail) => (reject = fail))));
    await clock.advanceAsync(100);
    expect((await failure).code).toBe('PLUGIN_TIMEOUT');
    reject?.(new Error('late'));
    await clock.advanceAsync(0);
    expect([health.faults, health.lateRejections]).toEqual([1, 1]);
  });

  it('ends with the signal, without a fault', async () => {
    const guard = guardOf();
    const controller = new AbortController();
    const failure = rejectionOf(
      guard.promise(() => new Promise(() => undefined), { signal: controller.signal }),
    );
    controller.abort();
    expect((await failure).code).toBe('ABORTED');
    expect(health.faults).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not call a quarantined plugin', async () => {
    const guard = guardOf();
    for (let fault = 0; fault < 3; fault++) await rejectionOf(guard.promise(boom));
    let isCalled = false;
    const error = await rejectionOf(guard.promise(() => (isCalled = true)));
    expect(error.message).toContain('not used any more');
    expect(isCalled).toBe(false);
  });
});

describe('a guarded iteration', () => {
  async function* numbers(count: number, log: string[], failAt = Infinity): AsyncGenerator<number> {
    try {
      for (let n = 0; n < count; n++) {
        if (n === failAt) throw new TypeError('boom');
        yield n;
      }
    } finally {
      log.push('ended');
    }
  }
  const collect = async (source: AsyncIterable<number>, into: number[], limit = Infinity): Promise<void> => {
    for await (const n of source) if (into.push(n) >= limit) break;
  };

  it('passes the items on, and ends the source in any case', async () => {
    const guard = guardOf();
    const log: string[] = [];
    const items: number[] = [];
    await collect(
      guard.iterate(() => numbers(3, log)),
      items,
    );
    await collect(
      guard.iterate(() => numbers(3, log)),
      items,
      4,
    );
    expect(items).toEqual([0, 1, 2, 0]);
    expect(log).toEqual(['ended', 'ended']);
    const error = await rejectionOf(
      collect(
        guard.iterate(() => numbers(3, log, 1)),
        items,
      ),
    );
    expect(error.code).toBe('PLUGIN_FAILED');
    expect(items).toEqual([0, 1, 2, 0, 0]);
    expect(health.faults).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when the source cannot be opened, or hangs', async () => {
    const guard = guardOf({ limitMs: 100 });
    expect((await rejectionOf(collect(guard.iterate(boom), []))).code).toBe('PLUGIN_FAILED');
    async function* hanging(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const items: number[] = [];
    const failure = rejectionOf(collect(guard.iterate(hanging), items));
    await clock.advanceAsync(1000);
    expect((await failure).code).toBe('PLUGIN_TIMEOUT');
    expect(items).toEqual([1]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends at once with the signal even if the source does not listen', async () => {
    const guard = guardOf();
    const controller = new AbortController();
    async function* deaf(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const failure = rejectionOf(collect(guard.iterate(deaf, controller.signal), []));
    await clock.advanceAsync(5);
    controller.abort();
    expect((await failure).code).toBe('ABORTED');
    expect(health.faults).toBe(0);
    expect(clock.nowMs()).toBe(5);
  });

  it('counts a clean-up that throws or hangs, and goes on', async () => {
    const guard = guardOf({ limitMs: 50 });
    const source = (end: () => Promise<never>): AsyncIterable<number> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: 1 }), return: end }),
    });
    await collect(
      guard.iterate(() => source(boom)),
      [],
      1,
    );
    const hung = collect(
      guard.iterate(() => source(() => new Promise(() => undefined))),
      [],
      1,
    );
    await clock.advanceAsync(50);
    await hung;
    expect(health.faults).toBe(2);
  });
});
