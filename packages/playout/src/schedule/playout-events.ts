import type { EloquenceError } from '@eloquence/plugin-api';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { Utterance } from '../depacketize/utterance.js';

/** How an utterance ended: everything was handed to the sink, or the sender withdrew it, or parts never came. */
export type PlayoutOutcome = 'complete' | 'flushed' | 'incomplete';

/** What happens in the playout of one stream. Times on the injected clock. */
export type PlayoutEvent =
  | {
      readonly type: 'startPlayout' | 'stall' | 'resume';
      readonly utterance: Utterance;
      readonly atMs: number;
    }
  | { readonly type: 'playFrame'; readonly utterance: Utterance; readonly frame: HeldFrame }
  | {
      readonly type: 'finishUtterance';
      readonly utterance: Utterance;
      readonly outcome: PlayoutOutcome;
      readonly atMs: number;
    }
  | { readonly type: 'fault'; readonly error: EloquenceError };
