import type { Decision, GroupMerge } from '../adaptation/control.js';
import type { ErrorCode } from '../base/errors.js';
import type { PluginState } from '../plugin/plugin-state.js';
import type { LaneChange, LaneKind } from '../transport/lane-change.js';
import type { LaneReport } from '../transport/lane-report.js';
import type { UtteranceMetrics } from './utterance-metrics.js';

/** An error as plain data. */
export interface EventError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** What happened, and the figures that belong to it, by kind of event. */
export interface SessionEventTypes {
  /** The voice could not be loaded when the session opened. The next text tries again. */
  voiceFail: { readonly ttsEngine: string; readonly error: EventError };
  /** The lane is open; utterances may follow. */
  sessionOpen: { readonly lane: LaneKind; readonly receiverCount: number };
  /** The session is over; no event follows. */
  sessionEnd: { readonly utterances: number };
  /** An utterance's turn has come: what it begins with, as ids of contributions. */
  utteranceStart: {
    readonly utteranceId: number;
    readonly lane: LaneKind;
    readonly profile: string;
    readonly codec: string;
    readonly batcher: string;
  };
  /** A receiver began to play the utterance. */
  utterancePlayout: { readonly utteranceId: number; readonly playoutAtMs: number };
  /** The utterance was heard in full, or cancelled. */
  utteranceEnd: { readonly utteranceId: number; readonly metrics: UtteranceMetrics };
  /** The utterance could not be spoken in full. */
  utteranceFail: { readonly utteranceId: number; readonly error: EventError };
  /** A receiver reported. */
  report: { readonly report: LaneReport };
  /** Speech goes on over the other lane. */
  laneChange: { readonly change: LaneChange };
  /** A profile was chosen, or settings or probes changed. */
  decision: { readonly decision: Decision };
  /** A decision had several groups, and one of them could not be given what it asked. */
  groupMerge: { readonly merge: GroupMerge };
  /** A call into a plugin failed and was replaced by its fallback. */
  fault: {
    readonly pluginId: string;
    /** What the plugin was asked to do, for example `encode`. */
    readonly operation: string;
    /** All faults of the plugin so far. */
    readonly faults: number;
    readonly error: EventError;
  };
  /** A plugin is not used any more after its faults. */
  quarantine: {
    readonly pluginId: string;
    readonly operation: string;
    readonly faults: number;
    readonly error: EventError;
  };
  /** A plugin was loaded, failed, was quarantined, or was taken out or put back. */
  pluginState: { readonly pluginId: string; readonly from: PluginState; readonly to: PluginState };
  /** Events that this monitor missed because it took too long over those before. */
  gap: { readonly droppedEvents: number };
}

/** Names of all that can happen in a session. */
export type SessionEventKind = keyof SessionEventTypes;

/**
 * Something that happened in a session. Plain data, frozen all the way down: everybody who listens is given the same
 * object. `atMs` is on the session's clock.
 */
export type SessionEvent = {
  readonly [Kind in SessionEventKind]: {
    readonly kind: Kind;
    readonly sessionId: number;
    readonly atMs: number;
  } & SessionEventTypes[Kind];
}[SessionEventKind];

/** The events of one kind. */
export type SessionEventOf<Kind extends SessionEventKind> = Extract<SessionEvent, { readonly kind: Kind }>;
