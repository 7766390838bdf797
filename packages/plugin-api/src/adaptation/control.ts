import type { Profile, StreamSettings } from '../profile/profile.js';
import type { ControlRequest, RuleMemory } from './control-request.js';
import type { NamedRule } from './control-rule.js';
import type { Forecast } from './forecaster.js';
import type { AckTimeoutSettings } from '../transport/link-source.js';
import type { LinkEvent, LinkState } from './link-state.js';

/** Memory of all rules by their ids, and of the policy. Kept by the kernel, which never looks into it. */
export type PolicyMemory = Readonly<Record<string, RuleMemory>>;

/** An adjustment that is in force. */
export interface AppliedAdjustment {
  /** Id of the rule that made it. */
  readonly rule: string;
  /** Why, in a few words for people. */
  readonly reason: string;
  /** Settings whose adjustments have another token are taken up afresh, even if they are equal. */
  readonly token?: string;
}

/** Receivers that are given one encoding, and what it is. */
export interface GroupDecision {
  /** Identities; those that are known at this moment. */
  readonly receivers: readonly string[];
  readonly profileId: string;
  /** The profile's, limited and adjusted. */
  readonly settings: StreamSettings;
  /** Short name of the rule that decided on the profile. */
  readonly rule: string;
  /** One sentence for people, with the figures that decided. */
  readonly reason: string;
  /** In force, in the order in which they were made; empty where the profile's settings hold unchanged. */
  readonly adjustments: readonly AppliedAdjustment[];
}

/**
 * Receivers of one group are sent what another group is: speech is encoded once, and the lane may know nothing of single
 * receivers.
 */
export interface GroupMerge {
  /** Of the group that is given up. */
  readonly receivers: readonly string[];
  /** Of the group that is given up. */
  readonly profileId: string;
  /** Profile of the first group, whose settings hold instead. */
  readonly into: string;
  /** Names of the settings that are not as the group asked. */
  readonly ignored: readonly (keyof StreamSettings)[];
}

/** Everything that a decision may depend on. JSON all the way down. */
export interface ControlInput {
  readonly nowMs: number;
  /** Every receiver that is there; `reports` is 0 where only the round trip is known. */
  readonly links: readonly LinkState[];
  /** What came to light since the last decision, oldest first. */
  readonly events: readonly LinkEvent[];
  /** By receiver; only of those that have reported. */
  readonly forecasts: Readonly<Record<string, Forecast>>;
  /** What may be chosen at this moment. */
  readonly profiles: readonly Profile[];
  /** In force; at first one group with the profile to begin with. */
  readonly groups: readonly GroupDecision[];
  readonly request: ControlRequest;
  /** Settings of the plugin that contributes the policy, by its schema: every threshold. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Empty at the first decision of a session. */
  readonly memory: PolicyMemory;
}

/** What is to be done from the next packet on. */
export interface ControlDecision {
  /**
   * Speech is encoded once, as the first group says. Of further groups, `redundancy` and `window` hold for their receivers
   * where the lane can do so (`perReceiver`); what else they ask otherwise is told as a `groupMerge` of the session.
   */
  readonly groups: readonly GroupDecision[];
  /** What the lane is to probe from now on; absent: as before. */
  readonly probes?: { readonly intervalMs: number; readonly count: number };
  /** To be given back with the next input. */
  readonly memory: PolicyMemory;
}

/** What has happened since the last decision, for {@link ControlPolicy.isDue}. */
export interface ControlOccasion {
  readonly nowMs: number;
  /** When the last decision was made; −∞ before the first. */
  readonly decidedAtMs: number;
  /** Since the last decision, oldest first. */
  readonly events: readonly LinkEvent[];
  /** Settings of the plugin that contributes the policy, by its schema. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Decides how speech is sent. A pure function of its input and of the rules that plugins contribute: a log of inputs
 * replays to the same decisions. A call costs 50 µs at most, as it is made for nearly every report.
 */
export interface ControlPolicy {
  /** @param rules all that plugins contribute, in the order in which they are to be asked */
  decide(input: ControlInput, rules: readonly NamedRule[]): ControlDecision;
  /** Whether what has happened is worth a decision; absent: everything is. Pure as well. */
  isDue?(occasion: ControlOccasion): boolean;
  /** What counts as a missed acknowledgement, by the same settings; absent: what the lane takes for one. Pure as well. */
  ackTimeout?(config: Readonly<Record<string, unknown>>): AckTimeoutSettings;
}

/** One decision with all that it was based on. JSON all the way down. */
export interface Decision {
  /** Counts up within the session, from 1. */
  readonly id: number;
  readonly atMs: number;
  /** Utterance in progress; absent between utterances. */
  readonly utteranceId?: number;
  /** What it changed first of all: the profile (or an utterance began), else the settings, else what is probed. */
  readonly kind: 'profile' | 'settings' | 'probes';
  /** Id of the policy that decided. */
  readonly policy: string;
  readonly input: ControlInput;
  readonly output: ControlDecision;
  /** Whether the stream runs on other settings because of it. */
  readonly applied: boolean;
}
