import { createHash } from 'node:crypto';
import {
  composeFrameFigures,
  FrameEar,
  type FrameSize,
  FrameTally,
  type Pace,
  revealSpeech,
  type UtteranceFigures,
} from '@eloquence/cli';
import type { Kernel, Session, UtteranceMetrics } from '@eloquence/core';
import type { AccessLink, LinkModel } from '@eloquence/netlab';
import {
  EloquenceError,
  type Event,
  isEloquenceError,
  type SessionEvent,
  type StreamSettings,
  VirtualClock,
} from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver, type SpeechReceiver } from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget } from '@eloquence/simulated-transport';
import { drive, yieldToProcess } from './drive.js';
import { EXPERIMENT_PROFILE, experimentPlugin } from './experiment-plugin.js';
import { reliableTransportPlugin } from './reliable-transport.js';
import { createSimulatedKernel, loadPlugins } from './simulated-kernel.js';
import { syntheticCodec } from './synthetic-codec.js';

const SAMPLE_RATE_HZ = 24_000;
/** Longest virtual time that an utterance may take beyond its audio, ms. */
const GRACE_MS = 60_000;
/** How long finding the listener may take, ms; the handshake is repeated within. */
const HANDSHAKE_MS = 10_000;
/** How long the listener may need to finish after the speaker knows that it has, ms. */
const FINISH_MS = 2000;
/** What the framework does where nobody pins a profile. */
const UNPINNED_PROFILE = 'auto';
/** Short, as in a real room. */
const SPEAKER = 's';
const LISTENER = 'l';

export interface SimulatedSessionOptions {
  readonly link: AccessLink;
  readonly seed: number;
  readonly profile?: string;
  /** Settings of an experiment in place of a profile. */
  readonly settings?: StreamSettings;
  readonly recovery?: 'repeat' | 'reliable';
}

export interface SimulatedUtterance {
  readonly figures: UtteranceFigures;
  readonly metrics: UtteranceMetrics;
}

/**
 * One speaker and one listener behind an emulated link, on virtual time: the session, the data lane and the receiver
 * are the ones that run in a real room; the room, the codec and the time are not. The same options give the same
 * figures, on every machine.
 */
export class SimulatedSession {
  readonly clock = new VirtualClock(1000);
  readonly #room: SimulatedRoom;
  readonly #options: SimulatedSessionOptions;
  readonly #ear = new FrameEar(this.clock);
  #kernel: Kernel | undefined;
  #session: Session | undefined;
  #receiver: SpeechReceiver | undefined;

  private constructor(options: SimulatedSessionOptions) {
    this.#options = options;
    this.#room = new SimulatedRoom({ clock: this.clock, seed: options.seed });
  }

  /** @throws EloquenceError `NO_RECEIVER` if the link is too bad for the handshake; `PROFILE_UNKNOWN` */
  static async open(options: SimulatedSessionOptions): Promise<SimulatedSession> {
    const session = new SimulatedSession(options);
    try {
      await session.#open();
      return session;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  /** The listener's link, for live changes. */
  get links(): { readonly up: LinkModel; readonly down: LinkModel } {
    const links = this.#room.linksOf(LISTENER);
    if (links === undefined) throw new EloquenceError('DISPOSED', 'The listener has left.');
    return links;
  }

  get receiver(): SpeechReceiver {
    if (this.#receiver === undefined) throw new EloquenceError('DISPOSED', 'The listener has left.');
    return this.#receiver;
  }

  /** Everything that happens in the speaker's session. */
  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#openSession().onDidPublishEvent;
  }

  /**
   * Speaks silence of a duration and measures it as a real listener would be measured.
   *
   * @throws EloquenceError if it could not be heard in full
   */
  async speak(audioMs: number, pace: Pace): Promise<SimulatedUtterance> {
    await yieldToProcess();
    const samples = new Int16Array(Math.round((audioMs * SAMPLE_RATE_HZ) / 1000));
    const speed = pace.kind === 'instant' ? Infinity : pace.kind === 'speed' ? pace.speed : 1;
    const source = revealSpeech({ samples, sampleRateHz: SAMPLE_RATE_HZ }, speed, this.clock);
    const wireBefore = this.#wireBytes();
    this.#ear.begin();

    const frames: FrameSize[] = [];
    const tally = new FrameTally();
    const utterance = this.#openSession().say(source.chunks);
    const subscription = utterance.onDidEncodeFrame(({ index, payload, format }) => {
      tally.add(index, payload);
      frames.push({ audioMs: format.frameMs, bytes: payload.length });
    });
    let metrics: UtteranceMetrics;
    try {
      metrics = await drive(this.clock, utterance.done, audioMs / Math.min(1, speed) + GRACE_MS);
    } finally {
      utterance.cancel();
      subscription.dispose();
    }
    const heard = await drive(this.clock, this.#ear.collect(FINISH_MS), 2 * FINISH_MS);
    const figures = composeFrameFigures(
      {
        audioMs: metrics.audioMs,
        firstPcmAtMs: source.firstPcmAtMs ?? this.clock.nowMs(),
        pieces: source.pieces,
        overheadPerChunkMs: null,
        wireBytes: this.#wireBytes() - wireBefore,
        link: this.#options.link,
        frames,
        sha256: tally.count > 0 ? tally.digest() : createHash('sha256').digest('hex'),
      },
      heard,
    );
    return { figures, metrics };
  }

  /** Lets time pass between utterances. */
  async pause(durationMs: number): Promise<void> {
    await this.clock.advanceAsync(durationMs);
  }

  async dispose(): Promise<void> {
    this.#session?.dispose();
    this.#receiver?.dispose();
    const ended = this.#kernel?.dispose() ?? Promise.resolve();
    await drive(this.clock, ended, GRACE_MS);
    this.#room.dispose();
  }

  async #open(): Promise<void> {
    const { settings, profile, recovery, seed, link } = this.#options;
    const speaker = simulatedTarget(this.#room.join(SPEAKER));
    const kernel = createSimulatedKernel(this.clock, seed, [
      ...(settings === undefined ? [] : [experimentPlugin(settings)]),
      ...(recovery === 'reliable' ? [reliableTransportPlugin] : []),
    ]);
    this.#kernel = kernel;
    await loadPlugins(kernel);
    this.#session = kernel.createSession({
      target: speaker,
      lane: 'data',
      profile: settings === undefined ? (profile ?? UNPINNED_PROFILE) : EXPERIMENT_PROFILE,
      ttsEngine: '',
      sampleRateHz: SAMPLE_RATE_HZ,
      preloadVoice: false,
      maxQueuedUtterances: 16,
      // On virtual time nothing waits on the event loop.
      yieldTurn: () => Promise.resolve(),
    });
    this.#receiver = this.#listen(link);
    await this.#findListener(this.#session);
  }

  #listen(link: AccessLink): SpeechReceiver {
    const receiver = createSpeechReceiver({
      channel: this.#room.join(LISTENER, link),
      clock: this.clock,
      decoders: new Map([['opus', syntheticCodec]]),
      createSink: () => createCallbackSink(() => undefined),
    });
    // These end with the receiver, to whose emitters they belong.
    receiver.onDidStartPlayout((event) => this.#ear.startPlayout(event));
    receiver.onDidPlayFrame((event) => this.#ear.playFrame(event));
    receiver.onDidStall(() => this.#ear.stall());
    receiver.onDidFinishUtterance((event) => this.#ear.finish(event));
    return receiver;
  }

  /** As patient as a real run: on a bad link the handshake needs more than one go. */
  async #findListener(session: Session): Promise<void> {
    const endMs = this.clock.nowMs() + HANDSHAKE_MS;
    for (;;) {
      try {
        return await drive(this.clock, session.open(), HANDSHAKE_MS);
      } catch (error) {
        const isWorthIt = this.clock.nowMs() < endMs;
        if (!isEloquenceError(error) || error.code !== 'NO_RECEIVER' || !isWorthIt) throw error;
      }
    }
  }

  #wireBytes(): number {
    return this.links.down.counters.entered.dtls.bytes;
  }

  #openSession(): Session {
    if (this.#session === undefined) throw new EloquenceError('DISPOSED', 'The session is over.');
    return this.#session;
  }
}
