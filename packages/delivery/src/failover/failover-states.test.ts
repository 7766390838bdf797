import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';
import { ScriptedMediaLane } from '../testing/scripted-media-lane.js';
import { FailoverGroup } from './failover-group.js';
import { areReceiversSilent, failoverTransitions, productionFailover } from './failover-states.js';
import { FailoverUtterance } from './failover-utterance.js';

/** One utterance with both lanes, on which a test brings about one event after the other. */
class Harness {
  readonly harness = new LaneHarness();
  readonly media = new ScriptedMediaLane();
  readonly receiver = this.harness.join();
  readonly group = new FailoverGroup({
    clock: this.harness.clock,
    data: this.harness.lane,
    limits: productionFailover,
    openMedia: () => this.media,
  });
  readonly utterance: FailoverUtterance;
  failures = 0;
  #frames = 0;

  constructor(kind: 'data' | 'media' = 'data', maxBufferAheadMs = 15_000, initialPackets?: number) {
    this.group.onDidFailToChange(() => this.failures++);
    const { window } = sampleSettings();
    const settings = sampleSettings({
      maxBufferAheadMs,
      ...(initialPackets === undefined ? {} : { window: { ...window, initialPackets } }),
    });
    this.utterance = new FailoverUtterance(
      { settings, sampleRateHz: 24_000, firstPcmAtMs: this.harness.clock.nowMs() },
      this.group,
      { kind, after: undefined, change: undefined },
    );
  }

  get state(): string {
    return this.utterance.state;
  }

  write(count = 3, endsPhrase = false): void {
    const frames = sampleFrames(this.#frames, count, 20).map((frame) => ({
      ...frame,
      pcm: new Int16Array(480),
    }));
    this.#frames += count;
    this.utterance.writeFrames({ frames, endsPhrase });
  }

  advance(ms: number): Promise<void> {
    return this.harness.clock.advanceAsync(ms);
  }

  /** Nobody answers on the data lane any more; advances until that has been noticed. */
  async fallSilent(): Promise<void> {
    this.receiver.isMute = true;
    this.write();
    await this.advance(2500);
  }

  async goToMedia(): Promise<void> {
    await this.fallSilent();
    this.media.parts.at(-1)!.opened.resolve();
    await this.advance(0);
  }

  /** Receivers answer again, and the data lane has rested. */
  async comeBack(): Promise<void> {
    await this.advance(2500);
    this.receiver.isMute = false;
    this.harness.channel.hello();
  }

  async finishPhrase(): Promise<void> {
    await this.goToMedia();
    await this.comeBack();
    this.write(2, true);
    this.write(2);
    await this.advance(10);
  }

  /** The media lane has played its phrase, and the data lane has room for nothing. */
  async catchUp(): Promise<void> {
    await this.finishPhrase();
    this.write(200);
    this.media.parts.at(-1)!.finish();
    await this.advance(350);
  }
}

describe('the transitions of fail-over', () => {
  it('data → openingMedia when receivers are silent', async () => {
    const harness = new Harness();
    harness.write();
    await harness.advance(500);
    expect(harness.state).toBe('data');
    await harness.fallSilent();
    expect([harness.state, harness.media.parts.length]).toEqual(['openingMedia', 1]);
    expect(harness.media.parts[0]?.options.continues).toMatchObject({ frame: 3 });
    // Until somebody listens to the media lane, the data lane is not left.
    expect(harness.utterance.kind).toBe('data');
  });

  it('data → over when it was played', async () => {
    const harness = new Harness();
    harness.write();
    harness.utterance.end(3 * 480);
    await harness.advance(500);
    expect(await harness.utterance.played).toMatchObject({ outcome: 'complete' });
    expect(harness.state).toBe('over');
  });

  it('openingMedia → media when somebody listens there', async () => {
    const harness = new Harness();
    await harness.goToMedia();
    expect([harness.state, harness.utterance.kind, harness.group.kind]).toEqual(['media', 'media', 'media']);
    await harness.advance(500);
    expect(harness.media.parts[0]?.heard).toHaveLength(3);
  });

  it('openingMedia → mediaUnavailable when it cannot be opened, or nobody comes to listen', async () => {
    const forbidden = new Harness();
    forbidden.media.isForbidden = true;
    await forbidden.fallSilent();
    expect([forbidden.state, forbidden.utterance.kind, forbidden.failures]).toEqual([
      'mediaUnavailable',
      'data',
      1,
    ]);
    const unheard = new Harness();
    await unheard.fallSilent();
    unheard.media.parts[0]!.opened.reject(new Error('nobody'));
    await unheard.advance(0);
    expect([unheard.state, unheard.failures, unheard.media.parts[0]?.isCancelled]).toEqual([
      'mediaUnavailable',
      1,
      true,
    ]);
  });

  it('openingMedia → mediaUnavailable when not all is kept that it would have to say', async () => {
    const harness = new Harness();
    await harness.fallSilent();
    // A writer that does not wait for room writes more than is kept.
    for (let at = 0; at < 175; at++) harness.write(10);
    harness.media.parts[0]!.opened.resolve();
    await harness.advance(0);
    expect([harness.state, harness.failures, harness.media.parts[0]?.isCancelled]).toEqual([
      'mediaUnavailable',
      1,
      true,
    ]);
    expect(harness.utterance.kind).toBe('data');
  });

  it('openingMedia: a writer that waits for room is held back before anything is lost, and all is said', async () => {
    const harness = new Harness('data', 120_000, 1000);
    await harness.fallSilent();
    let written = 0;
    const writing = (async () => {
      for (; written < 1750; written += 10) {
        await harness.utterance.ready();
        harness.write(10);
      }
    })();
    await harness.advance(0);
    expect(written).toBeGreaterThan(1300);
    expect(written).toBeLessThan(1500);
    harness.media.parts[0]!.opened.resolve();
    await harness.advance(200);
    await writing;
    expect(harness.state).toBe('media');
    // Three frames before it fell silent have arrived.
    expect(harness.media.parts[0]?.heard).toHaveLength(1753);
  });

  it('openingMedia → mediaUnavailable when a page was loaded anew meanwhile: the data lane tells it everything', async () => {
    const harness = new Harness();
    for (let at = 0; at < 50; at++) harness.write(); // 3 s
    await harness.advance(500);
    await harness.fallSilent();
    while (harness.state === 'data') await harness.advance(100);
    const { channel } = harness.harness;
    channel.peer('ear', false);
    channel.peer('ear', true);
    const page = harness.harness.join('ear', { receiverId: 2 });
    harness.media.parts[0]!.opened.resolve();
    await harness.advance(1000);
    expect([harness.state, harness.utterance.kind]).toEqual(['mediaUnavailable', 'data']);
    const heard = [...new Set(page.frames)];
    // The track would have begun after that.
    expect(heard[0]).toBeLessThan(harness.media.parts[0]!.options.continues!.frame);
    expect(heard).toEqual(Array.from({ length: 153 - heard[0]! }, (_, at) => heard[0]! + at));
    harness.utterance.cancel();
  });

  it('openingMedia → over at once for the media lane, too: the next fail-over is not refused', async () => {
    const harness = new Harness();
    await harness.fallSilent();
    harness.utterance.cancel();
    expect([harness.state, harness.media.parts[0]?.isCancelled]).toEqual(['over', true]);
  });

  it('openingMedia → over when it is cancelled, and the media lane that opens too late is closed', async () => {
    const harness = new Harness();
    await harness.fallSilent();
    harness.utterance.cancel();
    expect(harness.state).toBe('over');
    harness.media.parts[0]!.opened.resolve();
    await harness.advance(0);
    expect([harness.state, harness.media.parts[0]?.isCancelled]).toEqual(['over', true]);
    await harness.advance(1500);
    expect(await harness.utterance.played).toMatchObject({ outcome: 'cancelled' });
  });

  it('mediaUnavailable → data when it may be tried again: at once to openingMedia if silence lasts', async () => {
    const harness = new Harness();
    harness.media.isForbidden = true;
    await harness.fallSilent();
    harness.receiver.isMute = false;
    await harness.advance(1000);
    expect(harness.state).toBe('mediaUnavailable');
    harness.write();
    await harness.advance(5000);
    expect([harness.state, harness.failures]).toEqual(['data', 1]);
    const silent = new Harness();
    silent.media.isForbidden = true;
    await silent.fallSilent();
    silent.media.isForbidden = false;
    await silent.advance(5000);
    expect([silent.state, silent.failures]).toEqual(['openingMedia', 1]);
  });

  it('mediaUnavailable → over when it is cancelled', async () => {
    const harness = new Harness();
    harness.media.isForbidden = true;
    await harness.fallSilent();
    harness.utterance.cancel();
    expect(harness.state).toBe('over');
  });

  it('media → finishingPhrase when receivers answer, at the end of a phrase and no sooner', async () => {
    const harness = new Harness();
    await harness.goToMedia();
    harness.write(2, true);
    await harness.advance(10);
    expect(harness.state).toBe('media');
    await harness.comeBack();
    harness.write(2);
    await harness.advance(10);
    expect(harness.state).toBe('media');
    harness.write(2, true);
    await harness.advance(10);
    expect([harness.state, harness.media.parts[0]?.isEnded]).toEqual(['finishingPhrase', true]);
  });

  it('media → over with the receivers counted that the data lane gave up', async () => {
    const harness = new Harness();
    harness.harness.join('other', { receiverId: 2 });
    harness.write();
    await harness.advance(500);
    harness.harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 2 }), 'other');
    await harness.goToMedia();
    harness.utterance.end(6 * 480);
    await harness.advance(500);
    harness.media.parts[0]!.finish();
    const { outcome, counters } = await harness.utterance.played;
    expect(outcome).toBe('complete');
    expect(counters).toMatchObject({ droppedReceivers: 1 });
    expect(counters).not.toHaveProperty('presumedReceivers');
  });

  it('media → over when it was played, and when it fails', async () => {
    const harness = new Harness('media');
    harness.media.parts[0]!.opened.resolve();
    harness.write();
    harness.utterance.end(3 * 480);
    await harness.advance(10);
    expect([harness.state, harness.media.parts[0]?.isEnded]).toEqual(['media', true]);
    harness.media.parts[0]!.finish();
    expect(await harness.utterance.played).toMatchObject({ outcome: 'complete' });
    expect(harness.state).toBe('over');
    const failing = new Harness('media');
    failing.media.parts[0]!.finish('failed');
    expect(await failing.utterance.played).toMatchObject({ outcome: 'failed' });
    expect(failing.state).toBe('over');
  });

  it('finishingPhrase → catchingUp when the phrase was heard to its end', async () => {
    const harness = new Harness('data', 500);
    await harness.catchUp();
    expect(harness.state).toBe('catchingUp');
    expect(harness.harness.channel.of('audio').length).toBeGreaterThan(0);
  });

  it('finishingPhrase → over when the media lane fails, or it is cancelled', async () => {
    const failing = new Harness();
    await failing.finishPhrase();
    failing.media.parts[0]!.finish('failed');
    expect(await failing.utterance.played).toMatchObject({ outcome: 'failed' });
    expect(failing.state).toBe('over');
    const cancelled = new Harness();
    await cancelled.finishPhrase();
    cancelled.utterance.cancel();
    expect(cancelled.state).toBe('over');
  });

  it('catchingUp → data when all that was written meanwhile has been sent', async () => {
    const harness = new Harness();
    await harness.finishPhrase();
    harness.media.parts[0]!.finish();
    await harness.advance(500);
    expect([harness.state, harness.utterance.kind, harness.group.kind]).toEqual(['data', 'data', 'data']);
    harness.utterance.end(7 * 480);
    await harness.advance(500);
    const end = await harness.utterance.played;
    expect(end.laneChanges?.map(({ to }) => to)).toEqual(['media', 'data']);
  });

  it('catchingUp → over when it is cancelled', async () => {
    const harness = new Harness('data', 500);
    await harness.catchUp();
    harness.utterance.cancel();
    expect(harness.state).toBe('over');
    await harness.advance(1500);
    expect(await harness.utterance.played).toMatchObject({ outcome: 'cancelled' });
    expect(harness.harness.channel.of('flush').length).toBeGreaterThan(0);
  });

  it('has no other edge', () => {
    const edges = Object.entries(failoverTransitions).flatMap(([from, events]) =>
      Object.entries(events).map(([event, to]) => `${from} -${event}→ ${to}`),
    );
    expect(edges).toEqual([
      'data -receiversSilent→ openingMedia',
      'data -ended→ over',
      'openingMedia -mediaReady→ media',
      'openingMedia -mediaFailed→ mediaUnavailable',
      'openingMedia -ended→ over',
      'mediaUnavailable -retryDue→ data',
      'mediaUnavailable -ended→ over',
      'media -receiversAnswer→ finishingPhrase',
      'media -ended→ over',
      'finishingPhrase -phrasePlayed→ catchingUp',
      'finishingPhrase -ended→ over',
      'catchingUp -caughtUp→ data',
      'catchingUp -ended→ over',
    ]);
  });
});

describe('areReceiversSilent', () => {
  it('waits a second and six round trips, and as long as the buffer bridges the silence', () => {
    const silent = (unansweredMs: number, reserveMs: number): boolean =>
      areReceiversSilent({ unansweredMs, rttMs: 50, reserveMs }, productionFailover);
    expect([silent(1300, 0), silent(1301, 0), silent(1301, 600), silent(60_000, 601)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
