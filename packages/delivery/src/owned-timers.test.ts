import { VirtualClock } from '@eloquence/base';
import { expect, it } from 'vitest';
import { OwnedTimers } from './owned-timers.js';

it('runs each work once at its time, and none after it was disposed', () => {
  const clock = new VirtualClock();
  const timers = new OwnedTimers(clock);
  const ran: string[] = [];
  timers.after(20, () => ran.push(`b@${clock.nowMs()}`));
  timers.after(10, () => ran.push(`a@${clock.nowMs()}`));
  timers.after(50, () => ran.push('late'));
  clock.advance(30);
  timers.dispose();
  timers.after(1, () => ran.push('never'));
  expect(clock.pendingTimers).toBe(0);
  clock.advance(100);
  expect(ran).toEqual(['a@10', 'b@20']);
});
