import { describe, expect, it } from 'vitest';
import type { DemoEventOf } from '../../protocol.js';
import { end, firstAudio, packets, playout, runOf } from '../testing/events.js';

const firstPcm = { kind: 'firstPcm', atMs: 1100, utterance: 7 } as const;

describe('Run', () => {
  it('takes only what belongs to its utterance', () => {
    const run = runOf();
    expect(run.apply({ ...firstPcm, utterance: 6 })).toBe(false);
    expect(run.apply({ kind: 'alive', atMs: 1 })).toBe(false);
    expect(run.firstPcmAtMs).toBeUndefined();
    expect(run.apply(firstPcm)).toBe(true);
    expect(run.firstPcmAtMs).toBe(1100);
  });

  it('places the first sound by when it was heard, not by when it was told', () => {
    const run = runOf(firstPcm, firstAudio('track', 150, 1900));
    expect(run.arms.get('track')?.firstAudio?.heardAtMs).toBe(1250);
  });

  it('counts the lead of a media arm by what was sent and what must have been heard', () => {
    const run = runOf(firstPcm, packets('legacy', 1300, 220), firstAudio('legacy', 100));
    const arm = run.arms.get('legacy')!;
    expect(arm.bufferAheadMs(1300)).toBe(120);
    expect(arm.bufferAheadMs(9000)).toBe(0);
    expect(run.arms.get('track')?.bufferAheadMs(1300)).toBeUndefined();
  });

  it('lets a reported lead shrink with the time since, but only while it plays', () => {
    const playing = runOf(playout(2000, 'playing', 900)).arms.get('eloquence')!;
    expect(playing.bufferAheadMs(2300)).toBe(600);
    const waiting = runOf(playout(2000, 'buffering', 900)).arms.get('eloquence')!;
    expect(waiting.bufferAheadMs(2300)).toBe(900);
  });

  it('keeps a stall from its beginning to its end, once', () => {
    const run = runOf(
      playout(2000, 'playing'),
      playout(2100, 'stalled'),
      playout(2200, 'stalled'),
      playout(2350, 'playing'),
    );
    expect(run.arms.get('eloquence')?.stalls).toEqual([{ fromMs: 2100, toMs: 2350 }]);
  });

  it('ends the playout after the speech and its stalls, or when it was cut off', () => {
    const whole = runOf(firstPcm, firstAudio('eloquence', 50), end('eloquence', 9000, 'complete', 3000, 200));
    expect(whole.arms.get('eloquence')?.heardToMs).toBe(1150 + 3000 + 200);
    const cut = runOf(firstPcm, firstAudio('eloquence', 50), end('eloquence', 2000, 'cancelled', 3000));
    expect(cut.arms.get('eloquence')?.heardToMs).toBe(2000);
  });

  it('tells gaps from the figures at the end, from the page before', () => {
    const run = runOf();
    const arm = run.arms.get('track')!;
    expect(arm.gapMs).toBeUndefined();
    arm.concealedMs = 30;
    expect(arm.gapMs).toBe(30);
    run.apply(end('track', 9000, 'complete', 3000, null, 42));
    expect(arm.gapMs).toBe(42);
  });

  it('tells what became of the packets that the link dropped', () => {
    const wire = { kind: 'wire', utterance: 7, atMs: 1, packets: 9, bytes: 9, lostPackets: 103 } as const;
    const run = runOf({ ...wire, arm: 'eloquence' }, { ...wire, arm: 'track' });
    const loss = (arm: 'eloquence' | 'track') => run.arms.get(arm)?.loss;
    expect([loss('eloquence'), loss('track')]).toEqual(Array(2).fill({ kind: 'dropped', count: 103 }));
    const ended = (arm: 'eloquence' | 'track', framesLost: number) => {
      const done = end(arm, 9, 'complete', 1) as DemoEventOf<'end'>;
      run.apply({ ...done, figures: { ...done.figures, framesLost } });
    };
    ended('eloquence', 0);
    ended('track', 61);
    expect(loss('eloquence')).toEqual({ kind: 'repaired', count: 103 });
    expect(loss('track')).toEqual({ kind: 'lost', count: 61 });
    ended('eloquence', 2);
    expect(loss('eloquence')).toEqual({ kind: 'lost', count: 2 });
  });

  it('takes no more of the voice after the last of it', () => {
    const voice = { kind: 'voice', utterance: 7 } as const;
    const run = runOf(
      { ...voice, atMs: 1200, audioMs: 400, isLast: false },
      { ...voice, atMs: 1300, audioMs: 900, isLast: true },
      { ...voice, atMs: 1350, audioMs: 700, isLast: false },
    );
    expect(run).toMatchObject({ isVoiceComplete: true, voiceMs: 900 });
    expect(run.voice.at(-1)?.atMs).toBe(1300);
  });

  it('is over when all its arms are', () => {
    const run = runOf(end('legacy', 1, 'complete', 1), end('track', 1, 'failed', 1));
    expect(run.isOver).toBe(false);
    run.apply(end('eloquence', 1, 'cancelled', 1));
    expect(run.isOver).toBe(true);
  });

  it('keeps a bounded number of samples, with the first and the last', () => {
    const run = runOf();
    for (let count = 1; count <= 5000; count++) run.apply(packets('track', 1000 + count, count * 10));
    const { sent } = run.arms.get('track')!;
    expect(sent.length).toBeLessThanOrEqual(1200);
    expect(sent[0]?.atMs).toBe(1001);
    expect(sent.at(-1)?.atMs).toBe(6000);
    expect(sent.every(({ atMs }, index) => index === 0 || atMs > sent[index - 1]!.atMs)).toBe(true);
  });
});
