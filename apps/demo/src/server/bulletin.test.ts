import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import type { ArmFigures, DemoEvent } from '../protocol.js';
import { Bulletin } from './bulletin.js';

const figures = {} as ArmFigures;

function open(): { clock: VirtualClock; bulletin: Bulletin; events: DemoEvent[] } {
  const clock = new VirtualClock();
  const bulletin = new Bulletin(clock);
  const events: DemoEvent[] = [];
  bulletin.onDidPost((event) => events.push(event));
  return { clock, bulletin, events };
}

describe('Bulletin', () => {
  it('posts the latest of what changes often, ten times a second', () => {
    const { clock, bulletin, events } = open();
    for (let audioMs = 0; audioMs < 1000; audioMs += 10) {
      bulletin.postLatest('1', 'voice', { utterance: 1, audioMs, isLast: false });
      bulletin.postLatest('2', 'voice', { utterance: 2, audioMs, isLast: false });
      clock.advance(10);
    }
    expect(events.length).toBe(20);
    expect(events.at(-1)).toMatchObject({ utterance: 2, audioMs: 990 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets news pass, but nothing come after the end', () => {
    const { clock, bulletin, events } = open();
    const names = { utterance: 1, arm: 'legacy' } as const;
    bulletin.postLatest('1', 'packets', { ...names, frames: 1, bytes: 1, audioMs: 10 });
    bulletin.post('firstPcm', { utterance: 1 });
    bulletin.post('end', { ...names, outcome: 'complete', figures, metrics: null, error: null });
    clock.advance(1000);
    expect(events.map(({ kind }) => kind)).toEqual(['firstPcm', 'packets', 'end']);
  });

  it('forgets what waits when it ends', () => {
    const { clock, bulletin, events } = open();
    bulletin.postLatest('1', 'voice', { utterance: 1, audioMs: 1, isLast: true });
    bulletin.dispose();
    clock.advance(1000);
    expect([events.length, clock.pendingTimers]).toEqual([0, 0]);
  });
});
