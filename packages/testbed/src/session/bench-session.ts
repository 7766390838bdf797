import type { Pace } from '../run/speak-options.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import type { UtteranceFigures } from '../figures/figures.js';
import type { UtteranceMetrics } from '@eloquence/core';
import type { AccessLink, DirectionConditions } from '@eloquence/netlab';
import type { Clock, Event, SessionEvent } from '@eloquence/plugin-api';
import type { HeardStall } from './session-ear.js';
import type { HeardSilence } from './silences.js';

/** Somebody who listens, and the link behind which. */
export interface SessionListener {
  readonly name: string;
  readonly link: AccessLink;
}

export interface BenchSessionOptions {
  /** At least one; the first one's link counts as the session's. */
  readonly listeners: readonly SessionListener[];
  readonly seed: number;
  /** A pinned profile; absent where the framework chooses. */
  readonly profile?: string;
  /** The data lane unless told; on a server, `auto` changes to the media lane where receivers fall silent. */
  readonly lane?: 'data' | 'auto';
}

/** One utterance as one listener heard it. */
export interface HeardUtterance {
  readonly figures: UtteranceFigures;
  /** When packets with new frames arrived, on the session's clock, ms. */
  readonly arrivalsAtMs: readonly number[];
  readonly stalls: readonly HeardStall[];
  /** When nothing was heard on any lane; not told of simulated listeners. */
  readonly silences: readonly HeardSilence[];
}

export interface SpokenUtterance {
  readonly metrics: UtteranceMetrics;
  /** By the listener's name. */
  readonly heard: ReadonlyMap<string, HeardUtterance>;
}

/**
 * One speaker and its listeners, each behind a link that can be changed while speech flows: on a real server, or
 * simulated. Experiments are written once, against this.
 */
export interface BenchSession {
  /** The time of all events; timers on it run while the session speaks or pauses. */
  readonly clock: Clock;
  /** Everything that happens in the speaker's session. */
  readonly onDidPublishEvent: Event<SessionEvent>;
  /**
   * Changes a listener's link, in both directions unless told.
   *
   * @returns the time of the change on the session's clock, ms
   */
  configure(
    listener: string,
    changes: Partial<DirectionConditions>,
    direction?: 'both' | 'down',
  ): Promise<number>;
  /** @throws EloquenceError if it could not be heard in full */
  speak(speech: PreparedSpeech, pace: Pace): Promise<SpokenUtterance>;
  /** Lets time pass between utterances. */
  pause(durationMs: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Opens sessions, and owns what they have in common. */
export interface SessionHost {
  /** What belongs into the report's conditions. */
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly isSimulated: boolean;
  /** Speech of about `durationMs`. */
  prepareSpeech(durationMs: number): Promise<PreparedSpeech>;
  open(options: BenchSessionOptions): Promise<BenchSession>;
  dispose(): Promise<void>;
}
