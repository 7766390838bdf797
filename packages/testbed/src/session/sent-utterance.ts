import { createHash } from 'node:crypto';
import { composeFrameFigures } from '../figures/compose-figures.js';
import type { FrameSize } from '../figures/formulas.js';
import { FrameTally } from '../figures/frame-tally.js';
import type { Pace } from '../run/speak-options.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import { revealSpeech, type TimedSource } from '../source/revealed-source.js';
import type { UtteranceMetrics } from '@eloquence/core';
import type { AccessLink } from '@eloquence/netlab';
import type { Clock, Disposable, EncodedFrame, Event } from '@eloquence/plugin-api';
import type { HeardUtterance } from './bench-session.js';
import type { ListenerAccount } from './session-ear.js';

/** What the sending side of a session knows of one utterance. */
export class SentUtterance implements Disposable {
  readonly source: TimedSource;
  /** How fast the speech is revealed, times real time. */
  readonly speed: number;
  readonly #clock: Clock;
  readonly #frames: FrameSize[] = [];
  readonly #tally = new FrameTally();
  #subscription: Disposable | undefined;

  constructor(speech: PreparedSpeech, pace: Pace, clock: Clock, signal?: AbortSignal) {
    this.#clock = clock;
    this.speed = pace.kind === 'instant' ? Infinity : pace.kind === 'speed' ? pace.speed : 1;
    this.source = revealSpeech(speech, this.speed, clock, signal);
  }

  /** Counts the frames of the utterance from here on. */
  observe(onDidEncodeFrame: Event<EncodedFrame>): void {
    this.#subscription = onDidEncodeFrame(({ index, payload, format }) => {
      this.#tally.add(index, payload);
      this.#frames.push({ audioMs: format.frameMs, bytes: payload.length });
    });
  }

  /** What it came to at a listener. */
  compose(
    account: ListenerAccount,
    metrics: UtteranceMetrics,
    link: AccessLink,
    wireBytes: number,
  ): HeardUtterance {
    const figures = composeFrameFigures(
      {
        audioMs: metrics.audioMs,
        firstPcmAtMs: this.source.firstPcmAtMs ?? this.#clock.nowMs(),
        pieces: this.source.pieces,
        overheadPerChunkMs: metrics.overheadPerChunkMs,
        wireBytes,
        link,
        frames: this.#frames,
        sha256: this.#tally.count > 0 ? this.#tally.digest() : createHash('sha256').digest('hex'),
      },
      account.heard,
    );
    const { arrivalsAtMs, stalls, silences } = account;
    return { figures, arrivalsAtMs, stalls, silences };
  }

  dispose(): void {
    this.#subscription?.dispose();
  }
}
