import type { Clock, LaneUtteranceEnd } from '@eloquence/plugin-api';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { RecoveryTuning } from '../stream/recovery-tuning.js';
import type { Outlet } from '../stream/transmitter.js';

/** The way out, as an utterance needs it. */
export interface UtteranceOutlet extends Outlet {
  readonly maxPacketBytes: number;
  /** The connection will not come back. */
  isClosed(): boolean;
  ping(peer: ReceiverPeer): void;
}

/** What the utterances of a lane have in common. */
export interface DataUtteranceContext {
  readonly clock: Clock;
  readonly outlet: UtteranceOutlet;
  readonly channel: number;
  /** False over the channel's reliable messages: then nothing is sent twice. */
  readonly isRetransmitting: boolean;
  readonly tuning: RecoveryTuning;
  /** Longest silence of a receiver that owes an answer, ms. */
  readonly silenceLimitMs: number;
  /** Audio of the other utterances that is still to be played, ms. */
  backlogMs(utteranceSequence: number): number;
}

/** What an utterance tells its lane. */
export type DataUtteranceEvent =
  /** Nothing more will be sent or expected. */
  | { readonly type: 'ended'; readonly outcome: LaneUtteranceEnd['outcome'] }
  /** Barge-in: receivers are to fall silent. */
  | { readonly type: 'cancelled' }
  /** Another lane goes on. What receivers hold they will have played after this time, ms. */
  | { readonly type: 'stopped'; readonly playedAfterMs: number }
  /** A receiver was given up, so many frames of which it is not known to have. */
  | { readonly type: 'receiverDropped'; readonly frames: number };
