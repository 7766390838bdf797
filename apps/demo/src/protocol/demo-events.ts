import type { UtteranceMetrics } from '@eloquence/plugin-api';
import type { DemoConditions, DemoDecision } from './demo-conditions.js';
import type { ArmFigures, ArmId, ArmState } from './arms.js';
import type { NetworkState } from './network-state.js';
import type { PluginsState } from './plugins-state.js';
import type { UtteranceStart } from './utterance-start.js';
import type { DemoState, MigrationState, Problem } from './demo-state.js';

/** One server-sent event. Counts are those of the utterance so far, and never shrink. */
export type DemoEvent = {
  readonly [Kind in keyof DemoEventTypes]: {
    readonly kind: Kind;
    readonly atMs: number;
  } & DemoEventTypes[Kind];
}[keyof DemoEventTypes];

export type DemoEventOf<Kind extends keyof DemoEventTypes> = Extract<DemoEvent, { readonly kind: Kind }>;

interface OfUtterance {
  readonly utterance: number;
}

interface OfArm extends OfUtterance {
  readonly arm: ArmId;
}

export interface DemoEventTypes {
  /** First of a stream. */
  hello: { readonly state: DemoState };
  /** Nothing happened for 15 s. */
  alive: object;
  problem: { readonly problem: Problem };
  /** The problem of this code (and arm) is over. */
  problemEnd: { readonly code: string; readonly arm?: ArmId };
  arm: { readonly state: ArmState };

  // -- in the order in which they come --
  speakStart: { readonly start: UtteranceStart };
  /** Text that is there so far; ≤ 10/s. */
  textTyped: OfUtterance & { readonly length: number };
  /** All of the text is there. */
  textReady: OfUtterance & { readonly length: number };
  /** The voice gave its first PCM; the figures count from here. */
  firstPcm: OfUtterance;
  /** The voice so far; ≤ 10/s. The last has `isLast`. */
  voice: OfUtterance & { readonly audioMs: number; readonly isLast: boolean };
  /** First PCM handed to the arm's sender. */
  armStart: OfArm & {
    readonly profile: string | null;
    readonly codec: string | null;
    readonly batcher: string | null;
  };
  /** Handed over to be sent so far; ≤ 10/s. */
  packets: OfArm & {
    /** Encoded frames on `eloquence`, 10 ms frames taken by the audio source on the others. */
    readonly frames: number;
    /** Of these frames: encoded on `eloquence`, PCM on the others; compare arms by `wire`. */
    readonly bytes: number;
    readonly audioMs: number;
  };
  /** What came out of the emulated link towards the page, and what was lost in it, since the arm started; ≤ 4/s. */
  wire: OfArm & {
    readonly packets: number;
    readonly bytes: number;
    /** Dropped by loss, a full queue or a blackout. */
    readonly lostPackets: number;
  };
  firstAudio: OfArm & {
    /** Since `firstPcm`. */
    readonly afterMs: number;
    /** `receiver`: told by the receiver of the data lane; `page`: by `POST /api/heard`. */
    readonly source: 'receiver' | 'page';
    /** How far off it may be; `null` if unknown. */
    readonly errorMs: number | null;
  };
  /** As the receiver reports it; only `eloquence`; ≤ 10/s. */
  playout: OfArm & {
    readonly state: 'idle' | 'buffering' | 'playing' | 'stalled' | 'finished';
    readonly leadMs: number;
    readonly stalls: number;
    readonly stalledMs: number;
    readonly lateFrames: number;
  };
  /**
   * The arm is done: everything was heard, or it was stopped, or it failed. Comes again with better figures when the
   * page tells more by `POST /api/heard`.
   */
  end: OfArm & {
    readonly outcome: 'complete' | 'cancelled' | 'failed';
    readonly figures: ArmFigures;
    /** Everything the framework measured; `null` for `legacy`. */
    readonly metrics: UtteranceMetrics | null;
    readonly error: Problem | null;
  };
  /** After `POST /api/stop`, per arm; comes again with `silenceAfterMs` once that is known. */
  stopped: OfArm & {
    /** Speech that had been handed to the network. */
    readonly sentMs: number;
    /** Of it, what had been heard. */
    readonly heardMs: number;
    /** The difference: what was sent in vain. */
    readonly wastedMs: number;
    /** From the stop to silence at the receiver; `null` while not known. */
    readonly silenceAfterMs: number | null;
    /** `receiver`: as reported; `page`: as heard; `estimate`: half a round trip, for the word to get there. */
    readonly source: 'receiver' | 'page' | 'estimate';
  };

  // -- adaptation, of `eloquence` --
  conditions: { readonly conditions: DemoConditions };
  decision: { readonly decision: DemoDecision };

  network: { readonly network: NetworkState };
  plugins: { readonly plugins: PluginsState };
  pluginFault: {
    readonly pluginId: string;
    readonly operation: string;
    readonly faults: number;
    readonly message: string;
    readonly isQuarantined: boolean;
  };
  migration: { readonly migration: MigrationState };
}
