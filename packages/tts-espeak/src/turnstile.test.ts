import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('lets one through at a time, in order, and skips those who gave up', async () => {
    const turnstile = new Turnstile(3);
    const order: string[] = [];
    await turnstile.enter();
    const controller = new AbortController();
    const first = turnstile.enter().then(() => order.push('first'));
    const second = turnstile.enter(controller.signal);
    const third = turnstile.enter().then(() => order.push('third'));
    await expect(turnstile.enter()).rejects.toMatchObject({ code: 'TTS_FAILED', value: 3 });
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
    turnstile.leave();
    await first;
    expect(order).toEqual(['first']);
    turnstile.leave();
    await third;
    turnstile.leave();
    await turnstile.enter();
    expect(order).toEqual(['first', 'third']);
  });
});
