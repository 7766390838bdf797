import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { describeFaults } from '../plugin-fault.js';
import { createPluginHost } from '../default-plugin-host.js';
import { testPlugin } from '../testing/test-plugin.js';
import { diagnoseHost } from './diagnose-host.js';

describe('describeFaults', () => {
  it.each([
    [1, 0, '1 call failed and got a fallback'],
    [3, 0, '3 calls failed and got a fallback'],
    [1, 1, '1 call took too long'],
    [5, 5, '5 calls took too long'],
    [3, 1, '2 calls failed and got a fallback, 1 call took too long'],
  ])('%d faults, %d of them slow calls: %s', (faults, slowCalls, text) => {
    expect(describeFaults(faults, slowCalls)).toBe(text);
  });
});

describe('diagnoseHost', () => {
  /** A codec's plugin of which each number is a call that takes so many ms; `undefined` throws. */
  const findingsAfter = async (calls: readonly (number | undefined)[]): Promise<unknown> => {
    const clock = new VirtualClock();
    const host = createPluginHost({
      clock,
      descriptors: [testPlugin('a', { contributes: { codecs: ['x'] } })],
    });
    await host.contributions.codecs.get('x');
    const guard = host.guard('a', 'encode', { budgetMs: 10 });
    for (const ms of calls) {
      guard.run(() => {
        if (ms === undefined) throw new Error('boom');
        clock.advance(ms);
      }, undefined);
    }
    return diagnoseHost(host).map(({ severity, message }) => [severity, message]);
  };
  const inTime = Array<number>(10).fill(1);

  it('does not hold one interrupted call against a plugin', async () => {
    expect(await findingsAfter([...inTime, 25, ...inTime])).toEqual([
      ['note', "1 call took too long; the last: 'encode' of plugin 'a' took 25.0 ms, more than 10 ms."],
    ]);
  });

  it('warns of a plugin that is slow again and again, or that failed', async () => {
    const slow = [25, ...inTime, 26, ...inTime, 27];
    expect(await findingsAfter(slow)).toEqual([
      ['warning', "3 calls took too long; the last: 'encode' of plugin 'a' took 27.0 ms, more than 10 ms."],
    ]);
    expect(await findingsAfter([12, undefined])).toEqual([
      [
        'warning',
        "1 call failed and got a fallback, 1 call took too long; the last: 'encode' of plugin 'a' failed: boom",
      ],
    ]);
  });

  it('names the state of a plugin that is not used any more', async () => {
    expect(await findingsAfter([undefined, undefined, undefined])).toEqual([
      ['error', "Quarantined after 3 faults; the last: 'encode' of plugin 'a' failed: boom"],
    ]);
  });
});
