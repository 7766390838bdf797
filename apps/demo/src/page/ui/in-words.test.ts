import { describe, expect, it } from 'vitest';
import { I18n } from '../i18n/i18n.js';
import { judge } from '../state/verdict.js';
import type { DemoEventOf } from '../../protocol.js';
import { end, firstAudio, runOf } from '../testing/events.js';
import { describeArm } from './arm-card.js';
import { announceVerdict, explainVerdict } from './verdict-card.js';

const i18n = new I18n('en');

describe('a verdict in words', () => {
  const slower = runOf(firstAudio('track', 100), firstAudio('eloquence', 120), firstAudio('legacy', 150));

  it('is about Eloquence, and soberly so where another was first', () => {
    expect(explainVerdict(i18n, 'over', judge(slower))).toBe(
      'LiveKit track first this time. Eloquence took 1.2 times as long.',
    );
    expect(announceVerdict(i18n, slower)).toMatch(/^First word of Eloquence heard later by 20 ms\. /);
  });

  it('names the second where Eloquence was first', () => {
    const quicker = runOf(firstAudio('track', 100), firstAudio('eloquence', 50));
    expect(announceVerdict(i18n, quicker)).toBe(
      'First word heard sooner by 50 ms. Eloquence first. LiveKit track took 2.0 times as long.',
    );
  });
});

describe('the end of an arm in words', () => {
  it('has no names of participants and no counts of frames', () => {
    const message = "Receiver 'page-1f2e' left after 213 of 260 frames.";
    const failed = end('track', 9000, 'failed', 3000) as DemoEventOf<'end'>;
    const run = runOf({ ...failed, error: { code: 'RECEIVER_LEFT', message, hint: 'Try again.' } });
    expect(describeArm(i18n, undefined, run, run.arms.get('track'))).toBe(
      'Failed: The listener left before the end.',
    );
  });
});
