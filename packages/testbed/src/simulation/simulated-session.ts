import type { Pace } from '../run/speak-options.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import type { Kernel, Session, UtteranceMetrics } from '@eloquence/core';
import type { FailoverLimits } from '@eloquence/delivery';
import type { AccessLink, DirectionConditions } from '@eloquence/netlab';
import { VirtualClock } from '@eloquence/base';
import {
  EloquenceError,
  type Event,
  isEloquenceError,
  type PluginDescriptor,
  type SessionEvent,
  type StreamSettings,
} from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver, type SpeechReceiver } from '@eloquence/playout';
import { type SimulatedParticipant, SimulatedRoom, simulatedTarget } from '@eloquence/simulated-transport';
import type { BenchSession, BenchSessionOptions, SpokenUtterance } from '../session/bench-session.js';
import { EXPERIMENT_PROFILE, experimentPlugin } from '../speaker/experiment-plugin.js';
import type { Recovery } from '../speaker/recovery.js';
import { SentUtterance } from '../session/sent-utterance.js';
import { SessionEar } from '../session/session-ear.js';
import { drive, yieldToProcess } from './drive.js';
import { recoveryTransportPlugin } from './recovery-transport.js';
import { createSimulatedKernel, loadPlugins } from './simulated-kernel.js';
import { syntheticCodec } from './synthetic-codec.js';

const SAMPLE_RATE_HZ = 24_000;
/** Longest virtual time that an utterance may take beyond its audio, ms. */
const GRACE_MS = 60_000;
/** How long finding the listeners may take, ms; the handshake is repeated within. */
const HANDSHAKE_MS = 10_000;
const POLL_MS = 50;
/** How long a listener may need to finish after the speaker knows that it has, ms. */
const FINISH_MS = 2000;
/** What the framework does where nobody pins a profile. */
const UNPINNED_PROFILE = 'auto';
/** Short, as in a real room. */
const SPEAKER = 's';

export interface SimulatedSessionOptions extends BenchSessionOptions {
  /** Settings of an experiment in place of a profile. */
  readonly settings?: StreamSettings;
  readonly recovery?: Recovery;
  /** When the data lane counts as dead, on the lane `auto`. */
  readonly failover?: Partial<FailoverLimits>;
  /** Forecasts in place of the default forecaster. */
  readonly forecaster?: { readonly id: string; readonly plugin: PluginDescriptor };
}

/** A listener in the simulated room. */
interface SimulatedListener {
  readonly name: string;
  readonly identity: string;
  readonly link: AccessLink;
  readonly receiver: SpeechReceiver;
  readonly ear: SessionEar;
}

/**
 * One speaker and its listeners behind emulated links, on virtual time: the session, the data lane and the receivers
 * are the ones that run in a real room; the room, the codec and the time are not. The same options give the same
 * figures, on every machine.
 */
export class SimulatedSession implements BenchSession {
  readonly clock = new VirtualClock(1000);
  readonly #room: SimulatedRoom;
  readonly #options: SimulatedSessionOptions;
  readonly #listeners: SimulatedListener[] = [];
  #kernel: Kernel | undefined;
  #session: Session | undefined;

  private constructor(options: SimulatedSessionOptions) {
    this.#options = options;
    this.#room = new SimulatedRoom({ clock: this.clock, seed: options.seed });
  }

  /** @throws EloquenceError `NO_RECEIVER` if a link is too bad for the handshake; `PROFILE_UNKNOWN` */
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

  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#openSession().onDidPublishEvent;
  }

  configure(
    listener: string,
    changes: Partial<DirectionConditions>,
    direction: 'both' | 'down' = 'both',
  ): Promise<number> {
    const { up, down } = this.#linksOf(this.#listeners.find(({ name }) => name === listener)?.identity);
    if (direction === 'both') up.configure(changes);
    down.configure(changes);
    return Promise.resolve(this.clock.nowMs());
  }

  /** @throws EloquenceError if it could not be heard in full */
  async speak(speech: PreparedSpeech, pace: Pace): Promise<SpokenUtterance> {
    await yieldToProcess();
    const before = this.#listeners.map(({ identity }) => this.#wireBytes(identity));
    for (const { ear } of this.#listeners) ear.begin();
    const sent = new SentUtterance(speech, pace, this.clock);
    const utterance = this.#openSession().say(sent.source.chunks);
    sent.observe(utterance.onDidEncodeFrame);
    const audioMs = (1000 * speech.samples.length) / speech.sampleRateHz;
    let metrics: UtteranceMetrics;
    try {
      metrics = await drive(this.clock, utterance.done, audioMs / Math.min(1, sent.speed) + GRACE_MS);
    } finally {
      utterance.cancel();
      sent.dispose();
    }
    const accounts = Promise.all(this.#listeners.map(({ ear }) => ear.collect(FINISH_MS)));
    const collected = await drive(this.clock, accounts, 2 * FINISH_MS);
    const heard = this.#listeners.map(({ name, identity, link }, at) => {
      const wireBytes = this.#wireBytes(identity) - before[at]!;
      return [name, sent.compose(collected[at]!, metrics, link, wireBytes)] as const;
    });
    return { metrics, heard: new Map(heard) };
  }

  /** Lets the data channels die, or live again; audio tracks go on. */
  setDataChannels(isWorking: boolean): void {
    this.#room.setDataChannels(isWorking);
  }

  async pause(durationMs: number): Promise<void> {
    await this.clock.advanceAsync(durationMs);
  }

  async dispose(): Promise<void> {
    this.#session?.dispose();
    for (const { ear, receiver } of this.#listeners) {
      ear.dispose();
      receiver.dispose();
    }
    const ended = this.#kernel?.dispose() ?? Promise.resolve();
    await drive(this.clock, ended, GRACE_MS);
    this.#room.dispose();
  }

  async #open(): Promise<void> {
    const { settings, profile, recovery, forecaster, seed, lane = 'data', failover } = this.#options;
    const speaker = simulatedTarget(this.#room.join(SPEAKER), {
      media: lane === 'auto',
      ...(failover === undefined ? {} : { failover }),
    });
    const kernel = createSimulatedKernel(this.clock, seed, [
      ...(settings === undefined ? [] : [experimentPlugin(settings)]),
      ...(recovery === undefined ? [] : [recoveryTransportPlugin(recovery)]),
      ...(forecaster === undefined ? [] : [forecaster.plugin]),
    ]);
    this.#kernel = kernel;
    await loadPlugins(kernel);
    this.#session = kernel.createSession({
      target: speaker,
      lane,
      profile: settings === undefined ? (profile ?? UNPINNED_PROFILE) : EXPERIMENT_PROFILE,
      ...(forecaster === undefined ? {} : { forecaster: forecaster.id }),
      ttsEngine: '',
      sampleRateHz: SAMPLE_RATE_HZ,
      preloadVoice: false,
      maxQueuedUtterances: 16,
      // On virtual time nothing waits on the event loop.
      yieldTurn: () => Promise.resolve(),
    });
    for (const [at, { name, link }] of this.#options.listeners.entries()) {
      const identity = String.fromCharCode('a'.charCodeAt(0) + at);
      const channel = this.#room.join(identity, link);
      const receiver = createSpeechReceiver({
        channel,
        clock: this.clock,
        decoders: new Map([['opus', syntheticCodec]]),
        createSink: () => createCallbackSink(({ samples, atMs }) => ear.hear(samples, atMs)),
      });
      const ear = new SessionEar(this.clock, receiver, SPEAKER);
      if (lane === 'auto') this.#hearTracks(channel, receiver, ear);
      this.#listeners.push({ name, identity, link, receiver, ear });
    }
    await this.#findListeners(this.#session);
  }

  /** What an audio track says, and where it takes over. */
  #hearTracks(channel: SimulatedParticipant, receiver: SpeechReceiver, ear: SessionEar): void {
    channel.onDidHearTrack(({ samples }) => ear.hear(samples, this.clock.nowMs()));
    channel.onDidPublishTrack(({ from, continues }) => {
      if (continues === undefined) return;
      const stream = { sender: from, channel: continues.channel };
      receiver.limitUtterance(stream, continues.generation, continues.frame);
    });
  }

  /** As patient as a real run: on a bad link the handshake needs more than one go. */
  async #findListeners(session: Session): Promise<void> {
    const endMs = this.clock.nowMs() + HANDSHAKE_MS;
    for (;;) {
      try {
        await drive(this.clock, session.open(), HANDSHAKE_MS);
        break;
      } catch (error) {
        const isWorthIt = this.clock.nowMs() < endMs;
        if (!isEloquenceError(error) || error.code !== 'NO_RECEIVER' || !isWorthIt) throw error;
      }
    }
    while ((session.lane?.receiverCount ?? 0) < this.#listeners.length) {
      if (this.clock.nowMs() >= endMs)
        throw new EloquenceError('NO_RECEIVER', 'Not every simulated listener answers.');
      await this.clock.advanceAsync(POLL_MS);
    }
  }

  #wireBytes(identity: string): number {
    return this.#linksOf(identity).down.counters.entered.dtls.bytes;
  }

  #linksOf(identity: string | undefined): NonNullable<ReturnType<SimulatedRoom['linksOf']>> {
    const links = identity === undefined ? undefined : this.#room.linksOf(identity);
    if (links === undefined) throw new EloquenceError('INTERNAL', `There is no listener '${identity}'.`);
    return links;
  }

  #openSession(): Session {
    if (this.#session === undefined) throw new EloquenceError('DISPOSED', 'The session is over.');
    return this.#session;
  }
}
