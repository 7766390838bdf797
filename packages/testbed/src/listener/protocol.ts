import type { Collected, CollectRequest } from './arm-listener.js';

/** An error on its way between the processes. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface OpenMessage {
  readonly type: 'open';
  readonly url: string;
  readonly token: string;
  /** Identity of the speaker: only what it says is measured. */
  readonly speaker: string;
  /** WAV file to write; absolute. */
  readonly out?: string;
}

/** What the orchestrator tells the listener process. */
export type ToListener =
  | OpenMessage
  /** What is heard from now on belongs to the next utterance. */
  | {
      readonly type: 'begin';
      readonly utterance: number;
      /** Whether it belongs into the WAV file. */
      readonly isRecorded: boolean;
    }
  /** Asks for what was heard of it, once it is over or after `timeoutMs`. */
  | ({ readonly type: 'collect' } & CollectRequest)
  | { readonly type: 'close' };

/** What the listener process answers. */
export type FromListener =
  | { readonly type: 'opened' }
  | { readonly type: 'begun'; readonly utterance: number }
  | ({ readonly type: 'heard'; readonly utterance: number } & Collected)
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly error: ErrorMessage };
