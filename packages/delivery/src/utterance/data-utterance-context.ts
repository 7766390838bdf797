import type { Clock, LaneUtteranceEnd, LaneUtteranceOptions } from '@eloquence/plugin-api';
import type { AwakeClock } from '../receivers/awake-clock.js';
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
  /** What silence is counted on. */
  readonly awake: AwakeClock;
  /** How long a receiver may owe an acknowledgement, ms. */
  readonly unackedLimitMs: number;
  /** Audio of the other utterances that is still to be played, ms. */
  backlogMs(utteranceSequence: number): number;
}

/** How an utterance is opened on the data lane. */
export interface DataUtteranceOptions extends LaneUtteranceOptions {
  /** Where the last receiver has gone, another one is waited for, as long as that one would have been. */
  readonly awaitsReceivers?: boolean | undefined;
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
