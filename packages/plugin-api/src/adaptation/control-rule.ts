import type { Profile, StreamSettings } from '../profile/profile.js';
import type { ControlRequest, RuleMemory } from './control-request.js';
import type { Forecast } from './forecaster.js';
import type { LinkEvent, LinkState } from './link-state.js';

/** How good a link is for speech, worst first. */
export const linkQualities = ['poor', 'fair', 'good'] as const;

/** `poor`: EMERGENCY_FALLBACK at most; `fair`: BALANCED_OPTIMAL at most; `good`: anything. */
export type LinkQuality = (typeof linkQualities)[number];

/** What every rule is told. */
export interface RuleInput {
  readonly nowMs: number;
  readonly request: ControlRequest;
  /** All links that count at this moment: those that have reported, or, while none has, those that are there. */
  readonly links: readonly LinkState[];
  /** What may be chosen at this moment. */
  readonly profiles: readonly Profile[];
  /** Thresholds of the policy's plugin. A rule's own settings are its plugin's, given when it is activated. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What this rule remembers; empty at first. */
  readonly memory: RuleMemory;
}

/** What a limit rule is asked about: one link, or none while there is none. */
export interface LimitInput extends RuleInput {
  /** The link that is limited, as rules before this one have limited it; absent while there is none. */
  readonly link?: LinkState | undefined;
  readonly forecast?: Forecast | undefined;
  /** The quality in force. */
  readonly quality: LinkQuality;
  /** The question is whether to go up: ask for a margin, and for evidence. */
  readonly isRise: boolean;
}

/**
 * How good a link may be taken for, or how much of a setting it allows. Of several limits the strictest holds, field by
 * field, in the direction of {@link limitDirections}.
 */
export interface Limit {
  /** No better than this. */
  readonly quality?: LinkQuality;
  /** The link carries no more audio than this, bytes per second; seen by the rules that follow. */
  readonly capacityBytesPerSecond?: number;
  /** No profile with more than this, bit/s, as long as there is one with less. */
  readonly bitrateBps?: number;
  /** No more audio ahead of playout, ms. */
  readonly maxBufferAheadMs?: number;
  /** No less audio before playout starts, ms. */
  readonly initialBufferMs?: number;
  /** It is assumed, not known: holds while it is said, and is no evidence for later. */
  readonly isAssumption?: boolean;
  /** One sentence for people, with the figures that decided. */
  readonly reason: string;
  /** In place of the rule's id, where one rule speaks of several things. */
  readonly rule?: string;
  /** Absent: the memory stays. */
  readonly memory?: RuleMemory;
}

/** Which of two limits of a field is the stricter one. */
export const limitDirections = {
  quality: 'least',
  capacityBytesPerSecond: 'least',
  bitrateBps: 'least',
  maxBufferAheadMs: 'least',
  initialBufferMs: 'greatest',
} as const satisfies { readonly [Field in keyof Limit]?: 'least' | 'greatest' };

/** What an adjustment rule is asked about: the settings of one group. */
export interface AdjustmentInput extends RuleInput {
  /** Settings of the chosen profile, as rules before this one have adjusted them. */
  readonly settings: StreamSettings;
  /** The link that settings are fitted to: of several, the one that carries most. Absent while none is known. */
  readonly link?: LinkState | undefined;
  /** By receiver; only of those that have reported. */
  readonly forecasts: Readonly<Record<string, Forecast>>;
  /** What came to light since the last decision, oldest first. */
  readonly events: readonly LinkEvent[];
}

/** Other settings for the chosen profile, for as long as the rule says so. */
export interface Adjustment {
  /** Absent: none are needed at present. */
  readonly settings?: StreamSettings;
  /** Why, in a few words for people; needed with `settings`. */
  readonly reason?: string;
  /** Settings with another token are taken up afresh, even if they are equal. */
  readonly token?: string;
  /** Absent: the memory stays. */
  readonly memory?: RuleMemory;
}

/** What a probe rule is asked about: the link of one session. */
export interface ProbeInput extends RuleInput {
  /** The link that settings are fitted to; absent between utterances, and while none is known. */
  readonly link?: LinkState | undefined;
  readonly quality: LinkQuality;
}

/** What is to be probed from now on. */
export interface ProbeOpinion {
  /** Absent: as before. A later rule's request replaces an earlier one's. */
  readonly request?: { readonly intervalMs: number; readonly count: number };
  /** Absent: the memory stays. */
  readonly memory?: RuleMemory;
}

interface Ordered {
  /** Rules are asked in ascending order, those of equal order by their ids; default 1000. */
  readonly order?: number;
}

/** Says how good a link may be taken for, and how much of a setting it allows. */
export interface LimitRule extends Ordered {
  readonly kind: 'limit';
  /** Asked for each link, and for no link while there is none. Pure. */
  limit(input: LimitInput): Limit | undefined;
}

/** Changes the settings of the chosen profile. */
export interface AdjustmentRule extends Ordered {
  readonly kind: 'adjustment';
  /** Pure. */
  adjust(input: AdjustmentInput): Adjustment | undefined;
}

/** Asks for probes where the audio does not tell enough of a link. */
export interface ProbeRule extends Ordered {
  readonly kind: 'probe';
  /** Pure. */
  probe(input: ProbeInput): ProbeOpinion | undefined;
}

/** One small, pure opinion on how to send. Plugins contribute them one by one (`rules`); a policy composes them. */
export type ControlRule = LimitRule | AdjustmentRule | ProbeRule;

/** A rule with the id under which it was contributed. */
export interface NamedRule {
  readonly id: string;
  readonly rule: ControlRule;
}
