import { type Clock, type EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
import {
  type LegacyResult,
  type LegacyTrack,
  publishLegacyTrack,
  speakLegacy,
} from '@eloquence/legacy-compat';
import { composeSoundFigures } from '../measure/compose-figures.js';
import { LOUD_THRESHOLD } from '../measure/loudness.js';
import type { HeardSound } from '../measure/heard.js';
import { durationMs, type PreparedSpeech } from '../source/prepared-speech.js';
import { revealSpeech } from '../source/revealed-source.js';
import { errorToJson } from '../terminal/error-to-json.js';
import type { Arm, ArmUtterance } from './arm.js';
import type { LiveKitConnection } from './livekit-connection.js';
import type { SpeakOptions } from './speak-options.js';
import type { SpeechSource } from './speech-source.js';

/** Longest time beyond the audio that an utterance may take, ms. */
const GRACE_MS = 30_000;
const HEARD_TIMEOUT_MS = 5000;
/** Silence after which sound is taken to be over, ms. */
const QUIET_MS = 500;

export interface LegacyArmOptions {
  readonly connection: LiveKitConnection;
  readonly source: SpeechSource;
  readonly options: SpeakOptions;
  readonly clock: Clock;
}

/** Speaks through the 10 ms `captureFrame` loop that the framework replaces. */
export class LegacyArm implements Arm {
  readonly lane = 'legacy';
  readonly profile = null;
  readonly sender = null;
  readonly packets = null;
  readonly #connection: LiveKitConnection;
  readonly #source: SpeechSource;
  readonly #options: SpeakOptions;
  readonly #clock: Clock;

  readonly #track: LegacyTrack;

  private constructor(options: LegacyArmOptions, track: LegacyTrack) {
    this.#track = track;
    this.#connection = options.connection;
    this.#source = options.source;
    this.#options = options.options;
    this.#clock = options.clock;
  }

  /** @throws EloquenceError `LANE_UNAVAILABLE` if the track cannot be published. */
  static async open(options: LegacyArmOptions): Promise<LegacyArm> {
    return new LegacyArm(options, await publishLegacyTrack(options.connection.target));
  }

  get heardFile(): string | null {
    return this.#options.out ?? null;
  }

  async warmUp(speech: PreparedSpeech, signal: AbortSignal): Promise<void> {
    const { target, listener } = this.#connection;
    await listener?.begin(-1, false);
    const { chunks } = revealSpeech(speech, Infinity, this.#clock, signal);
    const speaking = speakLegacy(target, chunks, { clock: this.#clock, signal, track: this.#track });
    await this.#connection.guard(speaking, durationMs(speech) + GRACE_MS, signal);
    // What is still on its way must not be heard as the beginning of the first utterance.
    await listener?.collect({ utterance: -1, kind: 'sound', timeoutMs: HEARD_TIMEOUT_MS, quietMs: QUIET_MS });
  }

  async speak(index: number, signal: AbortSignal): Promise<ArmUtterance> {
    const { target, listener } = this.#connection;
    const wireBefore = await this.#connection.wireBytes('rtp');
    await listener?.begin(index, true);
    const source = this.#source.open(signal);
    let sent: LegacyResult | undefined;
    let error: EloquenceError | undefined;
    const speaking = speakLegacy(target, source.chunks, { clock: this.#clock, signal, track: this.#track });
    try {
      sent = await this.#connection.guard(speaking, this.#source.maxAudioMs + GRACE_MS, signal);
    } catch (thrown) {
      if (!isEloquenceError(thrown) || thrown.code !== 'DELIVERY_INCOMPLETE') throw thrown;
      error = thrown;
    }
    const answer = await listener?.collect({
      utterance: index,
      kind: 'sound',
      timeoutMs: HEARD_TIMEOUT_MS,
      quietMs: QUIET_MS,
    });
    const wireAfter = await this.#connection.wireBytes('rtp');
    const silent: HeardSound = { kind: 'sound', firstLoudAtMs: null, lastLoudAtMs: null, concealedMs: null };
    const figures = composeSoundFigures(
      {
        audioMs: source.audioMs,
        firstPcmAtMs: source.firstPcmAtMs ?? this.#clock.nowMs(),
        pieces: source.pieces,
        overheadPerChunkMs: sent?.overheadPerChunkMs ?? null,
        wireBytes: wireBefore === null || wireAfter === null ? null : wireAfter - wireBefore,
        link: this.#options.link,
        framesSent: sent?.frames ?? null,
        loudOffsetMs: await this.#source.loudOffsetMs(LOUD_THRESHOLD, signal),
      },
      answer?.heard.kind === 'sound' ? answer.heard : silent,
    );
    return { figures, error: error === undefined ? null : errorToJson(error) };
  }

  async dispose(): Promise<void> {
    try {
      await this.#track.close();
    } finally {
      await this.#connection.close();
    }
  }
}
