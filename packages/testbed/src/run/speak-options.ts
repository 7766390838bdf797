import type { AccessLink } from '@eloquence/netlab';

/** How an arm of a run speaks: a lane of the framework, or the 10 ms `captureFrame` loop it replaces. */
export type LaneChoice = 'auto' | 'data' | 'media' | 'legacy';

/** How the voice's audio is revealed to the sender. */
export type Pace =
  | { readonly kind: 'live' }
  /** Synthesised beforehand, then revealed in 100 ms pieces at `speed` times real time. */
  | { readonly kind: 'speed'; readonly speed: number }
  /** Synthesised beforehand, then revealed all at once. */
  | { readonly kind: 'instant' };

export interface SpeakOptions {
  readonly text: string;
  /** A voice id or a BCP 47 tag; the engine's default voice if absent. */
  readonly voice?: string | undefined;
  /** Id of the TTS engine; the configuration's or the streamer's if absent. */
  readonly ttsEngine?: string | undefined;
  readonly profile?: string | undefined;
  /** Several lanes are arms of one run, interleaved utterance by utterance. */
  readonly lanes: readonly LaneChoice[];
  readonly link: AccessLink;
  readonly pace: Pace;
  /** Utterances per lane, one session for all of them. */
  readonly count: number;
  /** Whether a count was asked for, so that the result carries values and percentiles. */
  readonly isSeries: boolean;
  readonly seed: number;
  /** WAV file of what the listener heard; with several lanes, one file each. */
  readonly out?: string | undefined;
  /** WAV file of what the voice spoke, before it was sent: that of the first utterance. */
  readonly spoken?: string | undefined;
  /** Name of the room; a random one if absent. */
  readonly room?: string | undefined;
  /** Whether to start a listener; without, the text is spoken to whoever is in the room. */
  readonly hasListener: boolean;
  /** Whether to use no server even if there is one. */
  readonly isSimulated: boolean;
  /** Whether to measure from the first utterance on, without a short one before it that is not measured. */
  readonly isCold: boolean;
}

/** Told what is going on, step by step. */
export interface Progress {
  /** Begins a step, and ends the one before it as done. */
  step(label: string): void;
  /** Replaces the label of the current step, for example to count. */
  update(label: string): void;
  /** Ends the current step. */
  done(): void;
  fail(): void;
}

/** No output at all. */
export const silentProgress: Progress = {
  step: () => undefined,
  update: () => undefined,
  done: () => undefined,
  fail: () => undefined,
};
