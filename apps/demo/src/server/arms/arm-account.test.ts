import { VirtualClock } from '@eloquence/base';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DemoEvent, DemoEventOf, DemoEventTypes } from '../../protocol.js';
import { EventFeed } from '../event-feed.js';
import { scheduleSpeech } from '../speech/schedule-speech.js';
import { SpeechRun } from '../speech/speech-run.js';
import { ArmAccount } from './arm-account.js';

const sampleRateHz = 1000;
const link = { delayMs: 40, jitterMs: 0, lossPercent: 0, burstMs: 0, rateKbps: 80 };

let clock: VirtualClock;
let events: DemoEvent[];
let account: ArmAccount;

beforeEach(() => {
  clock = new VirtualClock(1000);
  const eventFeed = new EventFeed(clock);
  events = [];
  eventFeed.onDidPost((event) => events.push(event));
  // A second of speech whose first 30 ms are silent.
  const samples = new Int16Array(1000).fill(5000, 30);
  const schedule = scheduleSpeech([{ textEnd: 60, chunks: [{ samples, sampleRateHz }] }], {
    textLength: 60,
    mode: 'streamed',
    speed: 10,
  });
  const run = new SpeechRun(schedule, clock);
  account = new ArmAccount({ arm: 'legacy', utterance: 1, run, eventFeed, link });
});

function last<Kind extends keyof DemoEventTypes>(kind: Kind): DemoEventOf<Kind> {
  return events.findLast((event): event is DemoEventOf<Kind> => event.kind === kind)!;
}

describe('ArmAccount', () => {
  it('counts what the page heard from the first PCM, less what the voice takes to become loud', () => {
    // The sentence is typed within a second, so that there is no PCM before 2000.
    account.heard({ arm: 'legacy', utterance: 1, what: 'firstAudio', atMs: 2230, errorMs: 3 });
    expect(last('firstAudio')).toMatchObject({ afterMs: 200, source: 'page', errorMs: 3 });
  });

  it('believes the receiver more than the page', () => {
    account.firstAudio(2050, 'receiver', null);
    account.heard({ arm: 'legacy', utterance: 1, what: 'firstAudio', atMs: 2230, errorMs: 3 });
    account.end({ outcome: 'complete' });
    expect(last('end').figures.timeToFirstAudioMs).toBe(50);
  });

  it('adds up what was sent, and ends with it', () => {
    for (let frame = 0; frame < 5; frame++) account.sent(1, 960, 10);
    account.end({ outcome: 'complete', deliveryMs: 1000, overheadPerChunkMs: 9 });
    expect(last('packets')).toMatchObject({ frames: 5, bytes: 4800, audioMs: 50 });
    expect(events.map(({ kind }) => kind)).toEqual(['packets', 'end']);
    expect(last('end').figures).toMatchObject({ audioMs: 50, sentBytes: 4800, deliveryMs: 1000 });
  });

  it('measures efficiency by a perfect pipe with the same source, bytes and link', () => {
    // 10 000 bytes at 80 kbit/s take a second, from the first PCM on; the way takes 40 ms more.
    account.wire({ packets: 50, bytes: 10_000, lostPackets: 0 });
    account.end({ outcome: 'complete', deliveryMs: 2040 });
    expect(last('end').figures.efficiencyPercent).toBeCloseTo(50, 5);
  });

  it('has no delivery of what was stopped or failed', () => {
    account.wire({ packets: 50, bytes: 10_000, lostPackets: 0 });
    account.end({ outcome: 'cancelled', deliveryMs: 100 });
    expect(last('end').figures).toMatchObject({ deliveryMs: null, efficiencyPercent: null });
  });

  it('ends once, and again when the page tells more', () => {
    account.fail(new Error('gone'));
    account.end({ outcome: 'complete' });
    expect(last('end')).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL', arm: 'legacy' } });
    account.heard({ arm: 'legacy', utterance: 1, what: 'silence', atMs: 3000, errorMs: 1, concealedMs: 40 });
    expect(events.filter(({ kind }) => kind === 'end')).toHaveLength(2);
    expect(last('end')).toMatchObject({ outcome: 'failed', figures: { concealedMs: 40 } });
  });
});
