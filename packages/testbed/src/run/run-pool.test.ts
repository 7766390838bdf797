import { describe, expect, it } from 'vitest';
import { runPool } from './run-pool.js';

const signal = new AbortController().signal;

describe('runPool', () => {
  it('runs every task once, in order, and never more at once than it may', async () => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await runPool([0, 1, 2, 3, 4, 5, 6], {
      parallel: 3,
      signal,
      onChange: (tasks) => (most = Math.max(most, tasks.length)),
      run: async (task) => {
        begun.push(task);
        running++;
        expect(running).toBeLessThanOrEqual(3);
        await Promise.resolve();
        running--;
      },
    });
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(3);
  });

  it('aborts the others when one fails, waits for them, and tells why', async () => {
    const begun: number[] = [];
    let ended = 0;
    const running = runPool([0, 1, 2, 3], {
      parallel: 2,
      signal,
      onChange: () => undefined,
      run: async (task, poolSignal) => {
        begun.push(task);
        if (task === 1) throw new Error('one');
        await new Promise((resolve) => poolSignal.addEventListener('abort', resolve, { once: true }));
        ended++;
        throw new Error('aborted');
      },
    });
    await expect(running).rejects.toThrow('one');
    expect([begun, ended]).toEqual([[0, 1], 1]);
  });

  it('begins nothing after it was aborted', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const running = runPool([0, 1, 2], {
      parallel: 1,
      signal: controller.signal,
      onChange: () => undefined,
      run: (task) => {
        begun.push(task);
        controller.abort(new Error('enough'));
        return Promise.resolve();
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(begun).toEqual([0]);
  });
});

describe('runPool with results', () => {
  it('opens all in order, at most three at a time', async () => {
    let open = 0;
    let most = 0;
    const opened = await runPool([1, 2, 3, 4, 5, 6, 7], {
      parallel: 3,
      run: async (value) => {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
        return 10 * value;
      },
    });
    expect(opened).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(most).toBe(3);
  });

  it('lets those that were begun settle, and begins no others, when one fails', async () => {
    const settled: number[] = [];
    const opening = runPool([1, 2, 3, 4], {
      parallel: 3,
      run: async (value) => {
        if (value === 1) throw new Error('no');
        await Promise.resolve();
        settled.push(value);
        return value;
      },
    });
    await expect(opening).rejects.toThrow('no');
    expect(settled).toEqual([2, 3]);
  });
});
