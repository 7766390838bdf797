import { describe, expect, it } from 'vitest';
import { Mutex } from './mutex.js';

describe('Mutex', () => {
  it('lets one through at a time, in order, and skips those who gave up', async () => {
    const mutex = new Mutex(3);
    const order: string[] = [];
    await mutex.enter();
    const controller = new AbortController();
    const first = mutex.enter().then(() => order.push('first'));
    const second = mutex.enter(controller.signal);
    const third = mutex.enter().then(() => order.push('third'));
    await expect(mutex.enter()).rejects.toMatchObject({ code: 'TTS_FAILED', value: 3 });
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
    mutex.leave();
    await first;
    expect(order).toEqual(['first']);
    mutex.leave();
    await third;
    mutex.leave();
    await mutex.enter();
    expect(order).toEqual(['first', 'third']);
  });
});
