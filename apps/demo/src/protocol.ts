import type { PluginState, UtteranceMetrics } from '@eloquence/plugin-api';

/*
 * What travels between the demo's server and its page. Types only.
 *
 * Down: `GET /api/session` (once, with tokens), `GET /api/clock`, and `GET /events`, server-sent events whose data is
 * one {@link DemoEvent} each. The first is `hello` with the whole state; a page that reconnects gets a fresh one.
 * Up: `POST /api/…` with a JSON body; see {@link DemoRequests}. Whatever is refused is answered with {@link Refusal}.
 *
 * Every `atMs` is on the server's clock, ms from an arbitrary start; {@link ClockAnswer} tells how to convert.
 *
 * Longer than 300 lines: it is one contract, and two thirds of it say what a field means.
 */

/** `legacy`: the 10 ms loop. `track`: a LiveKit audio track at real-time pace. `eloquence`: the data lane. */
export type ArmId = 'legacy' | 'track' | 'eloquence';

/** How this page joins the room of one arm. */
export interface ArmAccess {
  readonly arm: ArmId;
  readonly room: string;
  /** LiveKit's address through the emulated link: the only one to be used. */
  readonly url: string;
  /** Lets this page, and no other, listen in the room. Ask for the session again before joining anew. */
  readonly token: string;
  /** The page's own identity in the room. */
  readonly identity: string;
  /** Identity of the participant that speaks. */
  readonly speaker: string;
  /** `player`: `attachPlayer` of `@eloquence/player`; `track`: the plain audio track of livekit-client. */
  readonly listenWith: 'player' | 'track';
}

export interface ArmState {
  readonly arm: ArmId;
  /** Participants in the room beside the speaker. */
  readonly listeners: number;
  /** Their identities: a page that is not among them would not hear the beginning. */
  readonly present: readonly string[];
  /** Whether the arm can speak now, and all who are present hear it. */
  readonly isReady: boolean;
  /** Which way the speech goes; `null` before it is known. */
  readonly lane: 'data' | 'media' | 'loop' | null;
}

/** Figures of one arm that can be set side by side; `null` where the arm cannot tell. */
export interface ArmFigures {
  readonly audioMs: number;
  /** First PCM → first sound. */
  readonly timeToFirstAudioMs: number | null;
  /** First PCM → all of it at the receiver; on the media arms, handed to the network. */
  readonly deliveryMs: number | null;
  readonly efficiencyPercent: number | null;
  readonly overheadPerChunkMs: number | null;
  readonly stalls: number | null;
  readonly stalledMs: number | null;
  readonly concealedMs: number | null;
  readonly framesLost: number | null;
  /** Handed to the network, before transport headers. */
  readonly sentBytes: number | null;
  /** Out of the emulated link towards the page, IP and UDP headers included. */
  readonly wireBytes: number | null;
}

export type DemoLanguage = 'en' | 'fr';

/** `whole`: the text is there at once. `streamed`: it is typed like that of a language model. */
export type TextMode = 'whole' | 'streamed';

/** An utterance: the same text on several arms, started together. */
export interface UtteranceStart {
  readonly utterance: number;
  readonly text: string;
  readonly language: DemoLanguage;
  readonly mode: TextMode;
  readonly speed: number;
  readonly arms: readonly ArmId[];
  readonly startedAtMs: number;
}

export interface NetworkPreset {
  readonly name: NetworkPresetName;
  readonly description: string;
  readonly settings: NetworkSettings;
}

export type NetworkPresetName = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'S';

/** One direction of the emulated link; both have the same. */
export interface NetworkSettings {
  /** One way, ms: half the RTT of the empty link. */
  readonly delayMs: number;
  /** Mean of an exponential delay added to each packet, ms. */
  readonly jitterMs: number;
  readonly lossPercent: number;
  /** Mean duration of a loss burst, ms; 0 for independent losses. */
  readonly burstMs: number;
  /** kbit/s of IP bytes; 0 is unlimited. */
  readonly rateKbps: number;
}

export interface NetworkState {
  /** `null` after a setting was changed by itself. */
  readonly preset: NetworkPresetName | null;
  readonly settings: NetworkSettings;
  /** When the blackout ends; `null` without one. */
  readonly blackoutEndsAtMs: number | null;
  /** False for a server whose UDP port is not known: then the settings have no effect, and the problems say so. */
  readonly isEmulated: boolean;
}

export interface PluginsState {
  /** Those of the arm `eloquence`, as its inspector shows them. */
  readonly plugins: readonly PluginFacts[];
  readonly choices: readonly PluginChoice[];
  readonly breakages: readonly Breakage[];
}

export interface PluginFacts {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  readonly contributions: readonly PluginContribution[];
  readonly faults: number;
  /** Why it is out of use, or what failed last; `null` if nothing did. */
  readonly cause: string | null;
  /** Whether the demo lets it be switched off. */
  readonly canDisable: boolean;
}

/** What a plugin adds to one contribution point. */
export interface PluginContribution {
  /** For example `codecs`. */
  readonly point: string;
  readonly ids: readonly string[];
}

export type ChoiceName = 'profile' | 'codec' | 'batcher';

/** Something to choose from; holds from the next utterance on. A choice of codec or batcher pins the profile. */
export interface PluginChoice {
  readonly name: ChoiceName;
  readonly options: readonly string[];
  /** `auto`: as the profile in use says, or for `profile` as the policy decides. */
  readonly chosen: string;
}

/** What a plugin can be made to do wrong, from the next utterance on and in the middle of it. */
export type BreakageName = 'codec-throws' | 'codec-slow' | 'batcher-throws';

export interface Breakage {
  readonly name: BreakageName;
  /** Plugin that will misbehave, and be quarantined. */
  readonly pluginId: string;
  readonly isOn: boolean;
}

/** What is measured of the way to one receiver. */
export interface DemoConditions {
  readonly receiver: string;
  readonly rttMs: number;
  readonly pdvP95Ms: number;
  readonly lossPercent: number;
  /** Delivery rate of the audio payload. */
  readonly rateBps: number;
  /** What the link can carry; `null` while no limit has shown. */
  readonly capacityBps: number | null;
  readonly bufferAheadMs: number;
  readonly isOutage: boolean;
  /** Latest forecast; `null` before there is one. */
  readonly forecast: DemoForecast | null;
}

export interface DemoForecast {
  /** Time to deliver the next batch: median, and the band of 5 to 95 %. */
  readonly deliveryMs: { readonly p5: number; readonly p50: number; readonly p95: number };
  /** What the batches before took: to be compared with the band. */
  readonly observedDeliveryMs: number;
  /** Probability of a stall within 1, 2, 3, 4 and 5 s. */
  readonly stallProbability: readonly number[];
}

export interface DemoDecision {
  readonly id: number;
  /** `protection`: repeats and copies were turned on or off. */
  readonly what: 'profile' | 'protection';
  readonly from: string;
  readonly to: string;
  /** Whether the profile changed by it. */
  readonly applied: boolean;
  readonly rule: string;
  readonly reason: string;
  readonly protection: readonly string[];
}

/** Everything that changes, as it is now. */
export interface DemoState {
  readonly arms: readonly ArmState[];
  readonly network: NetworkState;
  readonly plugins: PluginsState;
  readonly migration: MigrationState;
  readonly problems: readonly Problem[];
  /** What is being spoken; `null` if nothing is. */
  readonly speaking: UtteranceStart | null;
}

/** Something is wrong that a person should know of. */
export interface Problem {
  /** For example `SERVER_FAILED`, `NO_RECEIVER`, `CONNECTION_LOST`. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly arm?: ArmId | undefined;
}

/** There is nothing yet that migrates. */
export type MigrationState = { readonly available: false };

export interface SessionFacts {
  readonly server: ServerFacts;
  /** Empty if there is no server to join. */
  readonly arms: readonly ArmAccess[];
  readonly presets: readonly NetworkPreset[];
  readonly state: DemoState;
}

export interface ServerFacts {
  /** `simulated`: there is no LiveKit server; figures are a simulation's, and there is nothing to hear. */
  readonly kind: 'real' | 'simulated';
  /** Where LiveKit listens, without the emulated link; `null` if simulated. */
  readonly url: string | null;
  readonly version: string | null;
  /** Why it is simulated, and what to do; `null` if real. */
  readonly reason: string | null;
  readonly hint: string | null;
}

/**
 * Ask a few times, keep the quickest answer: `serverMs − (askedMs + answeredMs) / 2` is the offset of the server's
 * clock to the page's `performance.now()`, right to ± half of the time that the answer took.
 */
export interface ClockAnswer {
  readonly serverMs: number;
}

/** Body of each request; the answer is `{ ok: true, … }` of {@link DemoAnswers} or a {@link Refusal}. */
export interface DemoRequests {
  '/api/speak': SpeakRequest;
  '/api/stop': Record<string, never>;
  '/api/network': NetworkRequest;
  '/api/plugins': PluginsRequest;
  '/api/heard': HeardRequest;
}

export interface DemoAnswers {
  '/api/speak': { readonly ok: true; readonly utterance: number };
  '/api/stop': { readonly ok: true; readonly utterance: number | null };
  '/api/network': { readonly ok: true; readonly network: NetworkState };
  '/api/plugins': { readonly ok: true; readonly plugins: PluginsState };
  '/api/heard': { readonly ok: true };
}

/** Speaks on all the arms at once. What was being spoken is stopped first. */
export interface SpeakRequest {
  readonly text: string;
  readonly language: DemoLanguage;
  readonly arms: readonly ArmId[];
  readonly mode: TextMode;
  /** How many times faster than real time the voice makes speech; 4 if absent. */
  readonly speed?: number;
}

export type NetworkRequest =
  { readonly preset: NetworkPresetName } | Partial<NetworkSettings> | { readonly blackoutMs: number };

export type PluginsRequest =
  | { readonly action: 'enable' | 'disable'; readonly pluginId: string }
  | { readonly action: 'choose'; readonly name: ChoiceName; readonly value: string }
  /** `repair` puts the plugin out of use and forgives its faults. */
  | { readonly action: 'break' | 'repair'; readonly name: BreakageName };

/** What this page heard: of the media arms only the page can know. */
export interface HeardRequest {
  readonly arm: ArmId;
  readonly utterance: number;
  /**
   * `firstAudio`: sound began; `silence`: it ended, of itself or after a stop. Speech begins more quietly than can be
   * heard: the server takes off what the voice itself takes to become as loud as `threshold`.
   */
  readonly what: 'firstAudio' | 'silence';
  /** Absolute value of a sample, 0…1, from which on the page takes it for sound; 0.004 if absent. */
  readonly threshold?: number;
  /** On the server's clock, and how far off that may be. */
  readonly atMs: number;
  readonly errorMs: number;
  /** Of a media arm, as the browser counted it over the utterance. */
  readonly concealedMs?: number;
  readonly lostPackets?: number;
}

/** Answer to a request that cannot be served, with status 4xx or 5xx. */
export interface Refusal {
  readonly ok: false;
  readonly error: Problem;
}

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
    readonly bufferAheadMs: number;
    readonly stalls: number;
    readonly stalledMs: number;
    readonly lateFrames: number;
  };
  /**
   * The arm is done: everything was heard, or it was stopped, or it failed. Comes again with better figures when the
   * page tells more by `POST /api/heard`.
   */
  end: OfArm & {
    readonly outcome: 'complete' | 'presumed' | 'cancelled' | 'failed';
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
