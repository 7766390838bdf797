import { describe, expect, it } from 'vitest';
import { turn } from './testing/session-harness.js';
import { untilAborted } from './until-aborted.js';

describe('untilAborted', () => {
  it('is the promise while nothing aborts', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(3), signal)).toBe(3);
    const error = new Error('own');
    await expect(untilAborted(Promise.reject(error), signal)).rejects.toBe(error);
  });

  it('rejects with the reason as soon as the signal aborts, and at once if it has', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(new Promise(() => undefined), controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(untilAborted(Promise.resolve(3), controller.signal)).rejects.toBe(reason);
  });

  it('leaves no rejection unhandled, whenever it comes', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    try {
      const aborted = AbortSignal.abort(new Error('before'));
      await untilAborted(Promise.reject(new Error('already')), aborted).catch(() => undefined);
      const controller = new AbortController();
      let reject: (error: Error) => void = () => undefined;
      const late = untilAborted(new Promise((_resolve, onReject) => (reject = onReject)), controller.signal);
      controller.abort(new Error('now'));
      await late.catch(() => undefined);
      reject(new Error('late'));
      await turn();
      await turn();
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(rejections).toEqual([]);
  });
});
