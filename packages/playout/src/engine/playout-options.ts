import type { Clock, CodecFactory, EloquenceError } from '@eloquence/plugin-api';
import type { BufferBudget } from '../buffer/buffer-budget.js';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { AudioSink } from '../sink/audio-sink.js';
import type { PlayoutOutlook } from './smoothing.js';
import type { Utterance } from './utterance.js';

/** How an utterance ended: everything was handed to the sink, or the sender withdrew it, or parts never came. */
export type PlayoutOutcome = 'complete' | 'flushed' | 'incomplete';

/** What the owner of a playout is told. Called synchronously; may call back into the playout. */
export interface PlayoutListener {
  onStart(utterance: Utterance, atMs: number): void;
  onFrame(utterance: Utterance, frame: HeldFrame): void;
  onStall(utterance: Utterance, atMs: number): void;
  onResume(utterance: Utterance, atMs: number): void;
  onFinish(utterance: Utterance, outcome: PlayoutOutcome, atMs: number): void;
  onFault(error: EloquenceError): void;
}

export interface PlayoutOptions {
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly budget: BufferBudget;
  readonly listener: PlayoutListener;
  readonly blockMs: number;
  /** Start margins, stretching and concealment go by it; without it, there are none. */
  readonly outlook?: PlayoutOutlook;
}
