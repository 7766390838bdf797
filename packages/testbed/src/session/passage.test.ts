import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { guardWork } from './passage.js';

const never = new Promise<never>(() => undefined);

describe('guardWork', () => {
  it('settles as the work does, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const options = { clock, limitMs: 1000, signal, failures: [never] };
    expect(await guardWork(Promise.resolve(7), options)).toBe(7);
    await expect(guardWork(Promise.reject(new Error('no')), options)).rejects.toThrow('no');
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends with the first failure, the signal or the time', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const options = { clock, limitMs: 1000, signal: controller.signal, failures: [never] };
    const left = Promise.reject(new Error('the listener left'));
    await expect(guardWork(never, { ...options, failures: [never, left] })).rejects.toThrow('left');

    const late = guardWork(never, options);
    late.catch(() => undefined);
    await clock.advanceAsync(1000);
    await expect(late).rejects.toMatchObject({ code: 'DELIVERY_INCOMPLETE' });

    const aborted = guardWork(never, options);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(guardWork(never, options)).rejects.toThrow('enough');
    expect(clock.pendingTimers).toBe(0);
  });
});
