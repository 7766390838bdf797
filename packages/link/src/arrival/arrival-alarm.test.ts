import { VirtualClock, createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { ArrivalAlarm } from './arrival-alarm.js';

interface Link {
  readonly jitterMs: number;
  readonly loss: number;
  /** Milliseconds that a packet occupies the link. */
  readonly serviceMs: number;
  readonly addedDelayMs: number;
}

const steady: Link = { jitterMs: 8, loss: 0.01, serviceMs: 5, addedDelayMs: 0 };

/** Packets every 25 ms over a link with exponential jitter, first in, first out, on virtual time. */
class Stream {
  readonly alarm = new ArrivalAlarm();
  readonly #clock = new VirtualClock(0);
  readonly #random: RandomSource;
  #freeAtMs = 0;
  #arrivedMs = 0;
  #lost = 0;

  constructor(seed: number) {
    this.#random = createSeededRandom(seed);
  }

  /** Sends for a while; gives the time until the first alarm. */
  run(link: Link, durationMs: number): number | undefined {
    const fromMs = this.#clock.nowMs();
    let alarmAtMs: number | undefined;
    for (let sentMs = fromMs; sentMs < fromMs + durationMs; sentMs += 25) {
      this.#clock.advance(sentMs - this.#clock.nowMs());
      if (this.#random.next() < link.loss) {
        this.#lost++;
        continue;
      }
      this.#freeAtMs = Math.max(this.#freeAtMs, sentMs) + link.serviceMs;
      const jitterMs = -link.jitterMs * Math.log(1 - this.#random.next());
      this.#arrivedMs = Math.max(this.#arrivedMs, this.#freeAtMs + jitterMs + link.addedDelayMs);
      const arrival = {
        nowMs: this.#arrivedMs,
        sendMs: sentMs,
        delayMs: this.#arrivedMs - sentMs - steady.serviceMs,
        lostBefore: this.#lost,
      };
      this.#lost = 0;
      if (this.alarm.add(arrival)) alarmAtMs ??= this.#arrivedMs - fromMs;
    }
    this.#clock.advance(fromMs + durationMs - this.#clock.nowMs());
    return alarmAtMs;
  }
}

function detectionMs(changed: Partial<Link>): readonly number[] {
  const found: number[] = [];
  for (let seed = 1; seed <= 40; seed++) {
    const stream = new Stream(seed);
    stream.run(steady, 5000);
    found.push(stream.run({ ...steady, ...changed }, 3000) ?? Infinity);
  }
  return found.sort((a, b) => a - b);
}

describe('ArrivalAlarm', () => {
  it('cries wolf less than twice a minute on a steady link with jitter and loss', () => {
    const stream = new Stream(1);
    stream.run(steady, 3_600_000);
    expect(stream.alarm.alarms).toBeLessThan(120);
  });

  it('notices within a few bins what became worse', () => {
    for (const [what, changed, withinMs] of [
      ['delay', { addedDelayMs: 60 }, 60 + 300],
      ['a narrow link', { serviceMs: 60 }, 600],
      ['loss', { loss: 0.4 }, 1200],
    ] as const) {
      const sorted = detectionMs(changed);
      expect(sorted[20], `${what}, median`).toBeLessThan(withinMs);
      expect(sorted[38], `${what}, slowest`).toBeLessThan(2.5 * withinMs);
    }
  });

  it('tells of one change once, or nearly so', () => {
    const stream = new Stream(2);
    stream.run(steady, 5000);
    const before = stream.alarm.alarms;
    stream.run({ ...steady, addedDelayMs: 100 }, 2000);
    expect(stream.alarm.alarms - before).toBeGreaterThanOrEqual(1);
    expect(stream.alarm.alarms - before).toBeLessThanOrEqual(3);
  });

  it('does not take a pause of the speaker for a slow link', () => {
    const stream = new Stream(3);
    for (let round = 0; round < 20; round++)
      stream.run({ ...steady, jitterMs: 0, loss: 0 }, 500 + 100 * round);
    expect(stream.alarm.alarms).toBe(0);
  });
});
