import { delay } from '@eloquence/base';
import { type Clock, toEloquenceError } from '@eloquence/plugin-api';
import type { ArmId, HeardRequest, SpeakRequest, UtteranceStart } from '../../protocol.js';
import { ArmAccount } from '../arms/arm-account.js';
import type { DemoArm } from '../arms/arm-room.js';
import type { EventFeed } from '../event-feed.js';
import type { EmulatedLinks, WireCount } from '../network/emulated-links.js';
import { type Problems, toProblem } from '../problems.js';
import type { SpeechSchedule } from '../speech/schedule-speech.js';
import { announceSpeech, SpeechRun } from '../speech/speech-run.js';

const WIRE_MS = 250;

/** An arm that is asked to speak: ready, or with the reason why it is not. */
export interface CalledArm {
  readonly id: ArmId;
  readonly arm: DemoArm | undefined;
  readonly error?: unknown;
}

export interface DemoUtteranceOptions {
  readonly utterance: number;
  readonly request: Required<SpeakRequest>;
  readonly schedule: SpeechSchedule;
  readonly arms: readonly CalledArm[];
  readonly links: EmulatedLinks;
  readonly eventFeed: EventFeed;
  readonly problems: Problems;
  readonly clock: Clock;
}

/** One text on several arms, started together. */
export class DemoUtterance {
  readonly start: UtteranceStart;
  /** Resolves when every arm is done; never rejects. */
  readonly done: Promise<void>;
  readonly #options: DemoUtteranceOptions;
  readonly #run: SpeechRun;
  readonly #accounts = new Map<ArmId, ArmAccount>();
  readonly #wireBefore: ReadonlyMap<ArmId, WireCount | null>;
  readonly #stop = new AbortController();

  private constructor(options: DemoUtteranceOptions, wireBefore: ReadonlyMap<ArmId, WireCount | null>) {
    this.#options = options;
    this.#wireBefore = wireBefore;
    const { utterance, request, schedule, clock, eventFeed, links } = options;
    const { text, language, mode, speed, arms } = request;
    this.#run = new SpeechRun(schedule, clock);
    const { startedAtMs } = this.#run;
    this.start = { utterance, text, language, mode, speed, arms, startedAtMs };
    for (const { id } of options.arms) {
      const link = links.state.settings;
      this.#accounts.set(id, new ArmAccount({ arm: id, utterance, run: this.#run, eventFeed, link }));
    }
    eventFeed.post('speakStart', { start: this.start }, startedAtMs);
    this.done = this.#speak();
  }

  static async begin(options: DemoUtteranceOptions): Promise<DemoUtterance> {
    const counts = await Promise.all(
      options.arms.map(async ({ id }) => [id, await options.links.count(id)] as const),
    );
    return new DemoUtterance(options, new Map(counts));
  }

  get isOver(): boolean {
    return [...this.#accounts.values()].every(({ hasEnded }) => hasEnded);
  }

  /** Barge-in. */
  stop(): void {
    this.#stop.abort();
  }

  heard(request: HeardRequest): void {
    this.#accounts.get(request.arm)?.heard(request);
  }

  async #speak(): Promise<void> {
    const { utterance, request, eventFeed, clock, problems, arms } = this.#options;
    const { signal } = this.#stop;
    const announcing = announceSpeech({
      utterance,
      textLength: request.text.length,
      run: this.#run,
      eventFeed,
      clock,
      signal,
    }).catch((error: unknown) => problems.raise(toProblem(error)));
    const finished = new AbortController();
    const metering = this.#meter(finished.signal);
    await Promise.all(arms.map((called) => this.#speakOn(called)));
    finished.abort();
    await Promise.all([announcing, metering]);
  }

  async #speakOn({ id, arm, error }: CalledArm): Promise<void> {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    try {
      if (arm === undefined) throw toEloquenceError(error, 'NO_RECEIVER');
      const end = await arm.speak(account, this.#stop.signal);
      await this.#count(account);
      account.end(end);
    } catch (thrown) {
      account.fail(thrown);
    }
  }

  /** Tells what comes out of the links while the arms speak. */
  async #meter(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const account of this.#accounts.values()) if (!account.hasEnded) await this.#count(account);
      await delay(this.#options.clock, WIRE_MS, signal).catch(() => undefined);
    }
  }

  async #count(account: ArmAccount): Promise<void> {
    const before = this.#wireBefore.get(account.arm);
    // A link that does not answer any more is told as a problem by whoever watches it; the speech goes on.
    const now = await this.#options.links.count(account.arm).catch((error: unknown) => {
      this.#options.problems.raise(toProblem(error, account.arm));
      return null;
    });
    if (before === undefined || before === null || now === null) return;
    account.wire({
      packets: now.packets - before.packets,
      bytes: now.bytes - before.bytes,
      lostPackets: now.lostPackets - before.lostPackets,
    });
  }
}
