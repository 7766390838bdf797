import { type Clock, type EncodedFrame, type EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, type UtteranceMetrics } from '@eloquence/streamer';
import { FrameTally } from '../figures/frame-tally.js';
import { composeFrameFigures, composeSoundFigures, type SentUtterance } from '../figures/compose-figures.js';
import type { UtteranceFigures } from '../figures/figures.js';
import type { FrameSize } from '../figures/formulas.js';
import type { Heard } from '../figures/heard.js';
import { LOUD_THRESHOLD } from '../figures/loudness.js';
import { composeSenderFigures } from '../figures/sender-figures.js';
import type { RefusedPackets } from '../listener/arm-listener.js';
import { durationMs, type PreparedSpeech } from '../source/prepared-speech.js';
import { revealSpeech, type TimedSource } from '../source/revealed-source.js';
import { errorToJson } from '../listener/error-to-json.js';
import type { Arm, ArmUtterance, SenderAccount } from './arm.js';
import type { ArmConnection } from '../room/arm-connection.js';
import type { LaneChoice } from '../run/speak-options.js';
import type { SpeakOptions } from '../run/speak-options.js';
import type { SpeechSource } from '../source/speech-source.js';

/** Longest time beyond the audio that an utterance may take, ms. */
const GRACE_MS = 30_000;
/** No further attempt at finding the listener begins after this time, ms. */
const HANDSHAKE_MS = 20_000;
/** How long the listener may need to finish after the speaker knows that it has, ms. */
const FINISH_MS = 2000;
/** Silence after which sound is taken to be over, ms. */
const QUIET_MS = 500;

export interface AdaptiveArmOptions {
  readonly connection: ArmConnection;
  readonly lane: Exclude<LaneChoice, 'legacy'>;
  readonly source: SpeechSource;
  readonly options: SpeakOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Speaks through the framework. */
export class AdaptiveArm implements Arm {
  readonly #connection: ArmConnection;
  readonly #streamer: AdaptiveAudioStreamer;
  readonly #source: SpeechSource;
  readonly #options: SpeakOptions;
  readonly #clock: Clock;
  #lane: 'data' | 'media';
  #profile: string | null;
  #packets: RefusedPackets | null = null;
  #sender: SenderAccount = { packetsSent: 0, packetsRepeated: 0, packetsCopied: 0, faults: [] };

  private constructor(options: AdaptiveArmOptions, streamer: AdaptiveAudioStreamer) {
    this.#connection = options.connection;
    this.#streamer = streamer;
    this.#source = options.source;
    this.#options = options.options;
    this.#clock = options.clock;
    this.#lane = streamer.lane ?? 'data';
    this.#profile = options.options.profile ?? null;
  }

  /** @throws EloquenceError what the streamer's `initialize` throws, `NO_RECEIVER` above all. */
  static async open(options: AdaptiveArmOptions): Promise<AdaptiveArm> {
    const { profile } = options.options;
    const streamer = new AdaptiveAudioStreamer(options.connection.target, {
      plugins: options.connection.plugins,
      seed: options.options.seed,
      lane: options.lane,
      clock: options.clock,
      // It is PCM that is said here.
      preloadVoice: false,
      ...(profile === undefined ? {} : { profile }),
    });
    try {
      await initializePatiently(streamer, options);
    } catch (error) {
      await streamer.dispose();
      throw error;
    }
    return new AdaptiveArm(options, streamer);
  }

  get lane(): 'data' | 'media' {
    return this.#lane;
  }

  get profile(): string | null {
    return this.#profile;
  }

  get heardFile(): string | null {
    return this.#options.out ?? null;
  }

  get sender(): SenderAccount {
    return this.#sender;
  }

  get packets(): RefusedPackets | null {
    return this.#packets;
  }

  async warmUp(speech: PreparedSpeech, signal: AbortSignal): Promise<void> {
    await this.#connection.listener?.begin(-1, false);
    const { chunks } = revealSpeech(speech, Infinity, this.#clock, signal);
    const utterance = this.#streamer.say(chunks, { signal });
    await this.#connection.guard(utterance.done, durationMs(speech) + GRACE_MS, signal);
    // What is still on its way must not be taken for the beginning of the first utterance.
    await this.#collect(-1, FINISH_MS);
  }

  async speak(index: number, signal: AbortSignal): Promise<ArmUtterance> {
    const { listener } = this.#connection;
    const wireClass = this.#lane === 'data' ? 'dtls' : 'rtp';
    const wireBefore = await this.#connection.wireBytes(wireClass);
    await listener?.begin(index, true);

    const source = this.#source.open(signal);
    const frames: FrameSize[] = [];
    const tally = new FrameTally();
    const utterance = this.#streamer.say(source.chunks, { signal });
    const subscription = utterance.onDidEncodeFrame(({ index: at, payload, format }: EncodedFrame) => {
      tally.add(at, payload);
      frames.push({ audioMs: format.frameMs, bytes: payload.byteLength });
    });
    let metrics: UtteranceMetrics | undefined;
    let error: EloquenceError | undefined;
    try {
      metrics = await this.#connection.guard(utterance.done, this.#source.maxAudioMs + GRACE_MS, signal);
      this.#account(metrics);
    } catch (thrown) {
      // What the streamer says of the utterance is a result; all else ends the run.
      if (!isEloquenceError(thrown) || !isUtteranceError(thrown)) throw thrown;
      error = thrown;
    } finally {
      utterance.cancel();
      subscription.dispose();
    }

    const heard = await this.#collect(index, error === undefined ? FINISH_MS : 0);
    const wireAfter = await this.#connection.wireBytes(wireClass);
    const wireBytes = wireBefore === null || wireAfter === null ? null : wireAfter - wireBefore;
    return {
      figures: await this.#compose(heard, metrics, { source, frames, tally, wireBytes }, signal),
      profile: metrics?.profile ?? null,
      error: error === undefined ? null : errorToJson(error),
    };
  }

  async dispose(): Promise<void> {
    try {
      await this.#streamer.dispose();
    } finally {
      await this.#connection.close();
    }
  }

  #account(metrics: UtteranceMetrics): void {
    this.#lane = metrics.lane;
    this.#profile = metrics.profile;
    const { packetsSent, packetsRepeated, packetsCopied, faults } = this.#sender;
    const failing = new Set(metrics.faults.map(({ pluginId }) => pluginId));
    this.#sender = {
      packetsSent: packetsSent + metrics.packetsSent,
      packetsRepeated: packetsRepeated + metrics.packetsRepeated,
      packetsCopied: packetsCopied + metrics.packetsCopied,
      faults: [...faults.filter(({ pluginId }) => !failing.has(pluginId)), ...metrics.faults],
    };
  }

  async #collect(utterance: number, timeoutMs: number): Promise<Heard | undefined> {
    const kind: Heard['kind'] = this.#lane === 'data' ? 'frames' : 'sound';
    const answer = await this.#connection.listener?.collect({
      utterance,
      kind,
      timeoutMs,
      quietMs: QUIET_MS,
    });
    this.#packets = answer?.packets ?? null;
    return answer?.heard;
  }

  async #compose(
    heard: Heard | undefined,
    metrics: UtteranceMetrics | undefined,
    sent: {
      readonly source: TimedSource;
      readonly frames: readonly FrameSize[];
      readonly tally: FrameTally;
      readonly wireBytes: number | null;
    },
    signal: AbortSignal,
  ): Promise<UtteranceFigures> {
    const { source, frames, tally, wireBytes } = sent;
    const common: SentUtterance = {
      audioMs: metrics?.audioMs ?? source.audioMs,
      firstPcmAtMs: source.firstPcmAtMs ?? this.#clock.nowMs(),
      pieces: source.pieces,
      overheadPerChunkMs: metrics?.overheadPerChunkMs ?? null,
      wireBytes,
      link: this.#options.link,
    };
    if (heard?.kind === 'frames')
      return composeFrameFigures({ ...common, frames, sha256: tally.digest() }, heard);
    if (heard?.kind === 'sound') {
      const loudOffsetMs = await this.#source.loudOffsetMs(LOUD_THRESHOLD, signal);
      return composeSoundFigures({ ...common, framesSent: metrics?.framesSent ?? null, loudOffsetMs }, heard);
    }
    return composeSenderFigures(
      { ...common, frames, sha256: tally.count > 0 ? tally.digest() : null },
      metrics,
    );
  }
}

/**
 * The handshake is short, since a voice agent must not wait for long; here a listener is known to be in the room, and
 * on a bad link it may take that listener longer to open its data channels.
 */
async function initializePatiently(
  streamer: AdaptiveAudioStreamer,
  { connection, clock, signal }: AdaptiveArmOptions,
): Promise<void> {
  const endMs = clock.nowMs() + HANDSHAKE_MS;
  for (;;) {
    try {
      return await streamer.initialize(signal);
    } catch (error) {
      const isWorthIt = connection.listener !== undefined && clock.nowMs() < endMs;
      if (!isEloquenceError(error) || error.code !== 'NO_RECEIVER' || !isWorthIt) throw error;
    }
  }
}

/** Errors that tell how an utterance ended, not that the run cannot go on. */
function isUtteranceError({ code }: EloquenceError): boolean {
  return code === 'DELIVERY_INCOMPLETE' || code === 'CODEC_FAILED' || code === 'PLUGIN_FAILED';
}
