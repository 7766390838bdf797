import type { ArmId } from './arms.js';
import type { NetworkPresetName, NetworkSettings, NetworkState } from './network-state.js';
import type { BreakageName, ChoiceName, PluginsState } from './plugins-state.js';
import type { DemoLanguage, TextMode } from './utterance-start.js';
import type { Problem } from './demo-state.js';

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
