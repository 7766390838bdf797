import { VirtualClock } from '@eloquence/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArmState, DemoEvent } from '../../protocol.js';
import { type DemoArm, nobodyListens } from '../arms/arm-room.js';
import { EventFeed } from '../event-feed.js';
import { Problems } from '../problems.js';
import { ArmCrew } from './arm-crew.js';

class FakeArm implements DemoArm {
  readonly id = 'track';
  state: ArmState = { arm: 'track', listeners: 0, present: [], isReady: false, lane: 'media' };
  prepared = 0;
  isDisposed = false;
  /** What `prepare` does. */
  outcome: () => Promise<void> = async () => {
    this.state = { ...this.state, isReady: true };
  };

  prepare(): Promise<void> {
    this.prepared++;
    return this.outcome();
  }

  speak(): Promise<never> {
    return Promise.reject(new Error('not here'));
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
  }
}

let clock: VirtualClock;
let arm: FakeArm;
let crew: ArmCrew;
let problems: Problems;
let events: DemoEvent[];

beforeEach(() => {
  clock = new VirtualClock();
  arm = new FakeArm();
  events = [];
  const eventFeed = new EventFeed(clock);
  eventFeed.onDidPost((event) => events.push(event));
  problems = new Problems(eventFeed);
  crew = new ArmCrew([arm], eventFeed, problems, clock);
});
afterEach(() => crew.dispose());

describe('ArmCrew', () => {
  it('gets an arm ready as soon as somebody is there, and tells each change once', async () => {
    await clock.advanceAsync(5000);
    expect(arm.prepared).toBe(0);
    arm.state = { ...arm.state, listeners: 1 };
    await clock.advanceAsync(5000);
    expect(arm.prepared).toBe(1);
    const told = events.flatMap((event) => (event.kind === 'arm' ? [event.state] : []));
    expect(told.map(({ listeners, isReady }) => [listeners, isReady])).toEqual([
      [0, false],
      [1, false],
      [1, true],
    ]);
  });

  it('prepares once for all who wait', async () => {
    let finish = (): void => undefined;
    arm.outcome = () => new Promise((resolve) => (finish = resolve));
    const both = [crew.prepare('track'), crew.prepare('track')];
    expect(arm.prepared).toBe(1);
    finish();
    await Promise.all(both);
    const again = crew.prepare('track');
    expect(arm.prepared).toBe(2);
    finish();
    await again;
  });

  it('tells that nobody listens, goes on trying while somebody is there, and takes it back', async () => {
    arm.outcome = () => Promise.reject(nobodyListens());
    await expect(crew.prepare('track')).rejects.toMatchObject({ code: 'NO_RECEIVER' });
    expect(problems.all).toMatchObject([{ code: 'NO_RECEIVER', arm: 'track' }]);
    arm.state = { ...arm.state, listeners: 1 };
    await clock.advanceAsync(2000);
    expect(arm.prepared).toBeGreaterThan(2);
    arm.outcome = async () => {
      arm.state = { ...arm.state, isReady: true };
    };
    await clock.advanceAsync(600);
    expect(problems.all).toEqual([]);
    expect(events.filter(({ kind }) => kind === 'problem')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'problemEnd')).toHaveLength(1);
  });

  it('ends its arms and its timer, whatever was going on', async () => {
    arm.outcome = () => Promise.reject(new Error('native'));
    arm.state = { ...arm.state, listeners: 1 };
    await clock.advanceAsync(600);
    expect(problems.all).toMatchObject([{ code: 'INTERNAL', message: expect.stringContaining('native') }]);
    await crew.dispose();
    expect([arm.isDisposed, clock.pendingTimers]).toEqual([true, 0]);
  });
});
