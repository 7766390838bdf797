import { createSeededRandom } from '@eloquence/base';
import type { LaneUtteranceEnd, RandomSource } from '@eloquence/plugin-api';
import { LaneHarness } from './lane-harness.js';
import { sampleFrames } from './sample-frames.js';
import type { ScriptedReceiver } from './scripted-receiver.js';

/** What may befall the receiver of an utterance. */
export const disturbances = [
  'leave',
  'return',
  'reload',
  'kill',
  'takeover',
  'silence',
  'slow acknowledgement',
  'playing for ever',
] as const;
export type Disturbance = (typeof disturbances)[number];

/** One utterance during which two things befall its receiver. */
export interface DisturbedCase {
  readonly befalls: readonly {
    readonly what: Disturbance;
    readonly atMs: number;
    readonly lastsMs: number;
  }[];
  readonly packets: number;
  /** Handed over at the pace of playout rather than as fast as the lane takes it. */
  readonly isLive: boolean;
  readonly hasOther: boolean;
  readonly rttMs: number;
}

export interface DisturbedOutcome {
  readonly end: LaneUtteranceEnd;
  /** How long after the last sample should have been heard `played` settled, ms. */
  readonly settledAfterMs: number;
  /** Everything was handed over. */
  readonly isWritten: boolean;
  /** Different frames that arrived at the receiver that was left alone, if there was one. */
  readonly otherFrames: number | undefined;
  /** …and at all lives of the one that was not. */
  readonly frames: number;
  readonly pendingTimers: number;
}

const packetMs = 60;

/** Case `number` of as many as are wanted: the pairs of disturbances in turn, everything else by a seeded generator. */
export function disturbedCase(number: number, seed: number): DisturbedCase {
  const random = createSeededRandom(seed + number);
  const between = (least: number, most: number): number =>
    least + Math.floor(random.next() * (most - least + 1));
  const pair = number % (disturbances.length * disturbances.length);
  const packets = between(4, 60);
  const isLive = random.next() < 0.5;
  const befall = (index: number): DisturbedCase['befalls'][number] => ({
    what: disturbances[index]!,
    atMs: between(0, packets * packetMs + 2000),
    lastsMs: between(300, 9000),
  });
  return {
    befalls: [befall(pair % disturbances.length), befall(Math.floor(pair / disturbances.length))],
    packets,
    isLive,
    hasOther: random.next() < 0.3,
    rttMs: between(10, 400),
  };
}

/** Says it, lets it befall, and looks how it ends; after two minutes it counts as not ending. */
export async function runDisturbed(planned: DisturbedCase, random: RandomSource): Promise<DisturbedOutcome> {
  const { packets, isLive, hasOther, rttMs, befalls } = planned;
  const harness = new LaneHarness();
  const { clock } = harness;
  const subject = new DisturbedReceiver(harness, rttMs, random);
  const other = hasOther ? harness.join('other', { rttMs: 40 }) : undefined;
  const utterance = harness.open();
  let dueAtMs = clock.nowMs();
  let isWritten = false;
  const write = async (): Promise<void> => {
    for (let at = 0; at < packets; at++) {
      await utterance.ready();
      utterance.writeFrames({ frames: sampleFrames(3 * at, 3) });
      dueAtMs = Math.max(dueAtMs, clock.nowMs()) + packetMs;
      if (isLive) await new Promise<void>((resolve) => void clock.setTimer(resolve, packetMs));
    }
    utterance.end(packets * 3 * 480);
    dueAtMs = Math.max(dueAtMs, clock.nowMs());
    isWritten = true;
  };
  void write().catch(() => undefined);
  for (const { what, atMs, lastsMs } of befalls) clock.setTimer(() => subject.befall(what, lastsMs), atMs);
  let end: LaneUtteranceEnd | undefined;
  let settledAtMs = Number.POSITIVE_INFINITY;
  void utterance.played.then((ended) => {
    end = ended;
    settledAtMs = clock.nowMs();
  });
  const startMs = clock.nowMs();
  while (end === undefined && clock.nowMs() < startMs + 120_000) await clock.advanceAsync(250);
  harness.lane.dispose();
  await clock.advanceAsync(30_000);
  return {
    end: end ?? (await utterance.played),
    settledAfterMs: settledAtMs - dueAtMs,
    isWritten,
    otherFrames: other && new Set(other.frames).size,
    frames: subject.frames.size,
    pendingTimers: clock.pendingTimers,
  };
}

/** The receiver `ear`, in one life after the other. */
class DisturbedReceiver {
  readonly #harness: LaneHarness;
  readonly #rttMs: number;
  readonly #random: RandomSource;
  readonly #lives: ScriptedReceiver[] = [];
  #life: ScriptedReceiver;

  constructor(harness: LaneHarness, rttMs: number, random: RandomSource) {
    this.#harness = harness;
    this.#rttMs = rttMs;
    this.#random = random;
    this.#life = this.#beginLife();
  }

  get frames(): ReadonlySet<number> {
    return new Set(this.#lives.flatMap(({ frames }) => frames));
  }

  befall(what: Disturbance, lastsMs: number): void {
    const { channel, clock } = this.#harness;
    const life = this.#life;
    switch (what) {
      case 'leave':
        life.isMute = true;
        return channel.peer('ear', false);
      case 'return':
        life.isMute = false;
        channel.peer('ear', true);
        return life.hello();
      case 'reload':
        life.isMute = true;
        channel.peer('ear', false);
        clock.setTimer(
          () => {
            channel.peer('ear', true);
            this.#life = this.#beginLife();
          },
          300 + 700 * this.#random.next(),
        );
        return;
      case 'kill':
        life.isMute = true;
        return;
      case 'takeover':
        life.isMute = true;
        this.#life = this.#beginLife();
        return;
      case 'silence':
        life.isMute = true;
        clock.setTimer(() => (life.isMute = this.#life !== life), lastsMs);
        return;
      case 'slow acknowledgement':
        life.answerDelayMs = lastsMs;
        return;
      case 'playing for ever':
        life.isPlaying = false;
    }
  }

  #beginLife(): ScriptedReceiver {
    const life = this.#harness.join('ear', { rttMs: this.#rttMs, receiverId: this.#lives.length + 1 });
    this.#lives.push(life);
    return life;
  }
}
