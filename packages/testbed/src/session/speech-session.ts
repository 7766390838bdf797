import { AsyncDisposableStack } from '@eloquence/base';
import type { UtteranceMetrics } from '@eloquence/core';
import type { AccessLink, DirectionConditions } from '@eloquence/netlab';
import {
  type Clock,
  type EncodedFrame,
  EloquenceError,
  type Event,
  isEloquenceError,
  type SessionEvent,
} from '@eloquence/plugin-api';
import {
  composeFrameFigures,
  composeSenderFigures,
  composeSoundFigures,
} from '../figures/compose-figures.js';
import type { UtteranceFigures } from '../figures/figures.js';
import type { FrameSize } from '../figures/formulas.js';
import { FrameTally } from '../listener/frame-recorder.js';
import type { Heard, Listener } from '../listener/listener.js';
import type { Pace } from '../run/speak-options.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import type { TimedSource } from '../source/revealed-source.js';
import { preparedSource, type SpeechSource } from '../source/speech-source.js';
import type { Sent, Speaker } from '../speaker/speaker.js';
import type { Passage } from './passage.js';

/** Identity of the speaker. Identities travel in every data packet: as short as can be. */
export const speakerIdentity = 's';
/** Identity of the listener in place `at`, from 0. */
export const listenerIdentity = (at: number): string => String.fromCharCode('a'.charCodeAt(0) + at);

/** How long a listener may need to finish after the speaker knows that it has, ms. */
const finishMs = 2000;
/** How long sound may go on after its speaker took it to be over, ms. */
const soundEndMs = 5000;
/** How long finding every listener may take, ms; the handshake is repeated within. */
const handshakeMs = 20_000;
const pollMs = 50;

/** One utterance as one listener heard it. */
export interface HeardUtterance extends Heard {
  readonly figures: UtteranceFigures;
}

/** One utterance, measured. */
export interface SpokenUtterance {
  /** The framework's own account, if it spoke and the utterance ended well. */
  readonly metrics: UtteranceMetrics | undefined;
  /** By the listener's name. */
  readonly heard: ReadonlyMap<string, HeardUtterance>;
  /** What the first listener's figures are, or the sender's own where nobody listens. */
  readonly figures: UtteranceFigures;
  /** Why it was not heard in full. */
  readonly error: EloquenceError | undefined;
}

export interface SpeechSessionOptions {
  readonly clock: Clock;
  readonly passage: Passage;
  readonly speaker: Speaker;
  readonly listeners: readonly Listener[];
  /** The link by which nobody listens, for figures of the sender's own. */
  readonly link: AccessLink;
  /** Whether listeners hear the very samples that were said, rather than a model of their loudness. */
  readonly hasSound: boolean;
  /** Closes the rooms; the session closes speaker and listeners. */
  readonly close: () => Promise<void> | void;
}

/**
 * One speaker and its listeners, each behind a link that can be changed while speech flows: on a real server, or
 * simulated. Experiments are written once, against this.
 */
export class SpeechSession {
  /** The time of all events. */
  readonly clock: Clock;
  readonly speaker: Speaker;
  readonly #options: SpeechSessionOptions;
  readonly #passage: Passage;
  readonly #listeners: readonly Listener[];

  constructor(options: SpeechSessionOptions) {
    this.clock = options.clock;
    this.speaker = options.speaker;
    this.#options = options;
    this.#passage = options.passage;
    this.#listeners = options.listeners;
  }

  /** Everything that happens in the speaker's session. */
  get onDidPublishEvent(): Event<SessionEvent> {
    const event = this.speaker.onDidPublishEvent;
    if (event === undefined) throw new EloquenceError('INTERNAL', 'This speaker tells of no events.');
    return event;
  }

  /**
   * Finds the receivers. The handshake is short, since a voice agent must not wait for long; here listeners are known to
   * be in the room, and on a bad link it may take them longer to answer.
   *
   * @throws EloquenceError `NO_RECEIVER` if not every listener is found
   */
  async findListeners(signal?: AbortSignal): Promise<void> {
    const { speaker, clock } = this;
    const count = this.#listeners.length;
    const endMs = clock.nowMs() + handshakeMs;
    for (let isOpen = speaker.open === undefined; !isOpen;) {
      try {
        await this.#passage.during(speaker.open!(signal), handshakeMs, signal);
        isOpen = true;
      } catch (error) {
        const isWorthIt = count > 0 && clock.nowMs() < endMs;
        if (!isEloquenceError(error) || error.code !== 'NO_RECEIVER' || !isWorthIt) throw error;
      }
    }
    while ((speaker.receiverCount ?? count) < count) {
      if (clock.nowMs() >= endMs) {
        throw new EloquenceError(
          'NO_RECEIVER',
          `Only ${speaker.receiverCount} of ${count} listeners answer.`,
        );
      }
      await this.#passage.pause(pollMs, signal);
    }
  }

  /**
   * Changes a listener's link, in both directions unless told.
   *
   * @returns the time of the change on the session's clock, ms
   */
  configure(
    listener: string,
    changes: Partial<DirectionConditions>,
    direction: 'both' | 'down' = 'both',
  ): Promise<number> {
    const found = this.#listeners.find(({ name }) => name === listener);
    if (found === undefined) throw new EloquenceError('INTERNAL', `There is no listener '${listener}'.`);
    return found.configure(changes, direction);
  }

  /**
   * Speaks once.
   *
   * @throws EloquenceError if it could not be heard in full
   */
  async speak(
    speech: PreparedSpeech,
    pace: Pace,
  ): Promise<SpokenUtterance & { readonly metrics: UtteranceMetrics }> {
    const spoken = await this.perform(preparedSource(speech, pace, this.clock));
    if (spoken.error !== undefined) throw spoken.error;
    if (spoken.metrics !== undefined) return { ...spoken, metrics: spoken.metrics };
    throw new EloquenceError('INTERNAL', 'This speaker keeps no account.');
  }

  /**
   * Speaks once, and returns when it was heard and nothing of it is on its way any more.
   *
   * @param isRecorded whether it belongs into the WAV file
   * @throws EloquenceError what ends the run; what only the utterance suffered is part of the result
   */
  async perform(source: SpeechSource, signal?: AbortSignal, isRecorded = true): Promise<SpokenUtterance> {
    const wireClass = this.#speaksFrames() ? 'dtls' : 'rtp';
    const wireBytes = (): Promise<(number | null)[]> =>
      Promise.all(this.#listeners.map((listener) => listener.wireBytes(wireClass)));
    const wireBefore = await wireBytes();
    await Promise.all(this.#listeners.map((listener) => listener.begin(isRecorded)));
    const ending = new AbortController();
    const own = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
    const frames: FrameSize[] = [];
    const tally = new FrameTally();
    const opened = source.open(own);
    let sent: Sent | undefined;
    let error: EloquenceError | undefined;
    try {
      const speaking = this.speaker.speak(opened.chunks, own, ({ index, payload, format }: EncodedFrame) => {
        tally.add(index, payload);
        frames.push({ audioMs: format.frameMs, bytes: payload.length });
      });
      sent = await this.#passage.during(speaking, source.maxAudioMs + this.#passage.graceMs, signal);
    } catch (thrown) {
      if (!isEloquenceError(thrown) || !isOfUtterance(thrown)) throw thrown;
      error = thrown;
    } finally {
      ending.abort();
    }
    const isData = this.#speaksFrames();
    const timeoutMs = isData ? (error === undefined ? finishMs : 0) : soundEndMs;
    const collecting = Promise.all(
      this.#listeners.map((listener) => listener.collect({ ends: isData ? 'frames' : 'sound', timeoutMs })),
    );
    const heard = await this.#passage.during(collecting, 2 * timeoutMs + finishMs, signal);
    const wireAfter = await wireBytes();
    const compose = (link: AccessLink, at: number): UtteranceFigures =>
      this.#compose(heard[at], opened, sent, {
        ...{ frames, sha256: tally.count > 0 || this.#listeners.length > 0 ? tally.digest() : null, link },
        wireBytes: difference(wireAfter[at], wireBefore[at]),
      });
    const each = this.#listeners.map(({ name, link }, at): [string, HeardUtterance] => [
      name,
      { ...heard[at]!, figures: compose(link, at) },
    ]);
    const figures = each[0]?.[1].figures ?? compose(this.#options.link, 0);
    return { metrics: sent?.metrics, heard: new Map(each), figures, error };
  }

  /** Speaks something short that nobody measures, so that both sides have run every line of their code once. */
  async warmUp(speech: PreparedSpeech, signal?: AbortSignal): Promise<void> {
    const { error } = await this.perform(
      preparedSource(speech, { kind: 'instant' }, this.clock),
      signal,
      false,
    );
    if (error !== undefined) throw error;
  }

  /** Lets time pass between utterances. */
  pause(durationMs: number): Promise<void> {
    return this.#passage.pause(durationMs);
  }

  /** Ends everything. May be called again. */
  async dispose(): Promise<void> {
    const resources = new AsyncDisposableStack();
    resources.defer(this.#options.close);
    for (const listener of this.#listeners) resources.defer(() => listener.close());
    resources.defer(() => this.speaker.close());
    await this.#passage.throughout(resources.disposeAsync());
  }

  /** In a simulation frames are all there is, also where a model of a track took over. */
  #speaksFrames(): boolean {
    return this.speaker.lane === 'data' || !this.#options.hasSound;
  }

  #compose(
    heard: Heard | undefined,
    { firstPcmAtMs = this.clock.nowMs(), pieces, audioMs, loudOffsetMs }: TimedSource,
    sent: Sent | undefined,
    own: {
      readonly frames: readonly FrameSize[];
      readonly sha256: string | null;
      readonly wireBytes: number | null;
      readonly link: AccessLink;
    },
  ): UtteranceFigures {
    const { metrics, frames = null, overheadPerChunkMs = null } = sent ?? {};
    const all = {
      ...own,
      audioMs: metrics?.audioMs ?? audioMs,
      ...{ firstPcmAtMs, loudOffsetMs, pieces, overheadPerChunkMs, framesSent: frames },
    };
    if (heard === undefined) return composeSenderFigures(all, metrics);
    if (!this.#speaksFrames()) return composeSoundFigures(all, heard);
    if (this.#options.hasSound) return composeFrameFigures(all, heard);
    // A model of loudness cannot tell where within a frame it is loud: the start of the playout stands for it.
    const modelled = { ...heard, firstLoudAtMs: heard.frames.playoutStartedAtMs };
    return {
      ...composeFrameFigures({ ...all, loudOffsetMs: 0 }, modelled),
      timeToPlayoutStartMs: null,
    };
  }
}

/** Errors that tell how an utterance ended, not that the run cannot go on. */
function isOfUtterance({ code }: EloquenceError): boolean {
  return code === 'DELIVERY_INCOMPLETE' || code === 'CODEC_FAILED' || code === 'PLUGIN_FAILED';
}

function difference(after: number | null | undefined, before: number | null | undefined): number | null {
  return typeof after === 'number' && typeof before === 'number' ? after - before : null;
}
