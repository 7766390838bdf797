import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import type { ArmFigures, DemoEvent } from '../protocol.js';
import { EventFeed } from './event-feed.js';

const figures = {} as ArmFigures;

function open(): { clock: VirtualClock; eventFeed: EventFeed; events: DemoEvent[] } {
  const clock = new VirtualClock();
  const eventFeed = new EventFeed(clock);
  const events: DemoEvent[] = [];
  eventFeed.onDidPost((event) => events.push(event));
  return { clock, eventFeed, events };
}

describe('EventFeed', () => {
  it('posts the latest of what changes often, ten times a second', () => {
    const { clock, eventFeed, events } = open();
    for (let audioMs = 0; audioMs < 1000; audioMs += 10) {
      eventFeed.postLatest('1', 'voice', { utterance: 1, audioMs, isLast: false });
      eventFeed.postLatest('2', 'voice', { utterance: 2, audioMs, isLast: false });
      clock.advance(10);
    }
    expect(events.length).toBe(20);
    expect(events.at(-1)).toMatchObject({ utterance: 2, audioMs: 990 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets news pass, but nothing come after the end', () => {
    const { clock, eventFeed, events } = open();
    const names = { utterance: 1, arm: 'legacy' } as const;
    eventFeed.postLatest('1', 'packets', { ...names, frames: 1, bytes: 1, audioMs: 10 });
    eventFeed.post('firstPcm', { utterance: 1 });
    eventFeed.post('end', { ...names, outcome: 'complete', figures, metrics: null, error: null });
    clock.advance(1000);
    expect(events.map(({ kind }) => kind)).toEqual(['firstPcm', 'packets', 'end']);
  });

  it('forgets what waits when it ends', () => {
    const { clock, eventFeed, events } = open();
    eventFeed.postLatest('1', 'voice', { utterance: 1, audioMs: 1, isLast: true });
    eventFeed.dispose();
    clock.advance(1000);
    expect([events.length, clock.pendingTimers]).toEqual([0, 0]);
  });
});
