import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onAbort } from './on-abort.js';

describe('onAbort', () => {
  it('calls everybody who waits, in their order and once, over one listener of the signal', () => {
    const controller = new AbortController();
    const heard: number[] = [];
    const waits = Array.from({ length: 40 }, (_, at) => onAbort(controller.signal, () => heard.push(at)));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    waits[3]!.dispose();
    waits[3]!.dispose();
    controller.abort();
    controller.abort();
    expect(heard).toEqual([0, 1, 2, ...Array.from({ length: 36 }, (_, at) => at + 4)]);
  });

  it('leaves no listener behind, also where one throws or disposes of others', () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const waits = ['a', 'b', 'c'].map((name) =>
      onAbort(controller.signal, () => {
        heard.push(name);
        for (const wait of waits) wait.dispose();
        throw new Error('not my problem');
      }),
    );
    controller.abort();
    expect(heard).toEqual(['a', 'b', 'c']);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    onAbort(controller.signal, () => heard.push('late')).dispose();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(heard).toHaveLength(3);
  });
});
