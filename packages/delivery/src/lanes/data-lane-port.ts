import type { Clock, LaneUtterance, LaneUtteranceEnd } from '@eloquence/plugin-api';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { RecoveryTuning } from '../stream/recovery-tuning.js';

/** What an utterance needs from its lane. */
export interface DataLanePort {
  readonly clock: Clock;
  readonly channel: number;
  readonly maxPacketBytes: number;
  readonly isRepeating: boolean;
  readonly recoveryTuning: RecoveryTuning;
  /** Longest silence of a receiver that owes an answer, ms. */
  readonly silenceLimitMs: number;
  isOpen(): boolean;
  /** The connection will not come back. */
  isClosed(): boolean;
  send(bytes: Uint8Array, peer: ReceiverPeer, isReliable: boolean): void;
  ping(peer: ReceiverPeer): void;
  /** Tells every receiver to discard this utterance and all before it. */
  flush(generation: number): void;
  /** Audio of earlier utterances that is still to be played, ms. */
  backlogMs(generation: number): number;
  /** The utterance was stopped without a word; receivers are told after this time to forget what they hold of it. */
  onDidStop(generation: number, afterMs: number): void;
  /** A receiver was given up, so many frames of which it is not known to have; the utterance goes on for the others. */
  onDidDropReceiver(frames: number): void;
  /** The utterance is over on this lane: nothing more will be sent or expected. */
  onDidEnd(utterance: LaneUtterance, outcome: LaneUtteranceEnd['outcome']): void;
}
