import { type Clock, type EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
import { composeSoundFigures } from '../figures/compose-figures.js';
import { LOUD_THRESHOLD } from '../figures/loudness.js';
import type { HeardSound } from '../figures/heard.js';
import { durationMs, type PreparedSpeech } from '../source/prepared-speech.js';
import { revealSpeech } from '../source/revealed-source.js';
import { errorToJson } from '../listener/error-to-json.js';
import type { Arm, ArmUtterance } from './arm.js';
import type { LiveKitConnection } from '../room/livekit-connection.js';
import type { OpenSoundSpeaker, SoundSent, SoundSpeaker } from './sound-speaker.js';
import type { SpeakOptions } from '../run/speak-options.js';
import type { SpeechSource } from '../source/speech-source.js';

/** Longest time beyond the audio that an utterance may take, ms. */
const GRACE_MS = 30_000;
const HEARD_TIMEOUT_MS = 5000;
/** Silence after which sound is taken to be over, ms. */
const QUIET_MS = 500;

export interface SoundArmOptions {
  readonly connection: LiveKitConnection;
  readonly lane: 'media' | 'legacy';
  readonly open: OpenSoundSpeaker;
  readonly source: SpeechSource;
  readonly options: SpeakOptions;
  readonly clock: Clock;
}

/** Speaks through an audio track past the framework, and measures what can be heard of it. */
export class SoundArm implements Arm {
  readonly lane: 'media' | 'legacy';
  readonly profile = null;
  readonly sender = null;
  readonly packets = null;
  readonly #connection: LiveKitConnection;
  readonly #source: SpeechSource;
  readonly #options: SpeakOptions;
  readonly #clock: Clock;
  readonly #speaker: SoundSpeaker;

  private constructor(options: SoundArmOptions, speaker: SoundSpeaker) {
    this.lane = options.lane;
    this.#speaker = speaker;
    this.#connection = options.connection;
    this.#source = options.source;
    this.#options = options.options;
    this.#clock = options.clock;
  }

  /** @throws EloquenceError what opening the speaker throws. */
  static async open(options: SoundArmOptions): Promise<SoundArm> {
    return new SoundArm(options, await options.open(options.connection.target, { clock: options.clock }));
  }

  get heardFile(): string | null {
    return this.#options.out ?? null;
  }

  async warmUp(speech: PreparedSpeech, signal: AbortSignal): Promise<void> {
    const { listener } = this.#connection;
    await listener?.begin(-1, false);
    const { chunks } = revealSpeech(speech, Infinity, this.#clock, signal);
    const speaking = this.#speaker.speak(chunks, signal);
    await this.#connection.guard(speaking, durationMs(speech) + GRACE_MS, signal);
    // What is still on its way must not be heard as the beginning of the first utterance.
    await listener?.collect({ utterance: -1, kind: 'sound', timeoutMs: HEARD_TIMEOUT_MS, quietMs: QUIET_MS });
  }

  async speak(index: number, signal: AbortSignal): Promise<ArmUtterance> {
    const { listener } = this.#connection;
    const wireBefore = await this.#connection.wireBytes('rtp');
    await listener?.begin(index, true);
    const source = this.#source.open(signal);
    let sent: SoundSent | undefined;
    let error: EloquenceError | undefined;
    const speaking = this.#speaker.speak(source.chunks, signal);
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
    return { figures, profile: null, error: error === undefined ? null : errorToJson(error) };
  }

  async dispose(): Promise<void> {
    try {
      await this.#speaker.close();
    } finally {
      await this.#connection.close();
    }
  }
}
