import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import type { DemoEvent } from '../../protocol.js';
import { EventFeed } from '../event-feed.js';
import { BargeIn } from './barge-in.js';

function open(): { bargeIn: BargeIn; told: () => DemoEvent | undefined; count: () => number } {
  const eventFeed = new EventFeed(new VirtualClock());
  const events: DemoEvent[] = [];
  eventFeed.onDidPost((event) => events.push(event));
  const bargeIn = new BargeIn(eventFeed, { arm: 'eloquence', utterance: 1 });
  return { bargeIn, told: () => events.at(-1), count: () => events.length };
}

describe('BargeIn', () => {
  it('tells what was sent in vain, and never less than nothing', () => {
    const { bargeIn, told } = open();
    bargeIn.stop(1000, 5000, 1500);
    expect(told()).toMatchObject({ sentMs: 5000, heardMs: 1500, wastedMs: 3500, silenceAfterMs: null });
    bargeIn.settle(5000, 5100);
    expect(told()).toMatchObject({ heardMs: 5000, wastedMs: 0 });
  });

  it('believes ears more than reports, and reports more than sums', () => {
    const { bargeIn, told, count } = open();
    bargeIn.stop(1000, 5000, 1500);
    bargeIn.silent(1040, 'estimate');
    expect(told()).toMatchObject({ silenceAfterMs: 40, source: 'estimate' });
    bargeIn.silent(1070, 'page');
    expect(told()).toMatchObject({ silenceAfterMs: 70, source: 'page' });
    bargeIn.silent(1050, 'receiver');
    bargeIn.silent(1090, 'page');
    expect([told(), count()]).toMatchObject([{ silenceAfterMs: 70, source: 'page' }, 3]);
  });

  it('takes a pause between words for silence at once', () => {
    const { bargeIn, told } = open();
    bargeIn.stop(1000, 5000, 1500);
    bargeIn.silent(980, 'page');
    expect(told()).toMatchObject({ silenceAfterMs: 0 });
  });

  it('says nothing of speech that was not stopped', () => {
    const { bargeIn, count } = open();
    bargeIn.silent(980, 'page');
    bargeIn.settle(1, 1);
    expect(count()).toBe(0);
  });
});
