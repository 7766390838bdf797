/**
 * What the engine and its worker thread say to each other. The synthesiser blocks its thread for as long as it
 * speaks, so it cannot receive messages meanwhile: going on, waiting and stopping travel through shared memory.
 */

/** Cells of the shared `Int32Array`. */
export const controlCells = {
  /** Incremented at every change of the other two, and what the worker sleeps on. */
  changes: 0,
  /** Pieces of the running job that the engine has taken. */
  taken: 1,
  /** Jobs up to this number are to stop. */
  stoppedUpTo: 2,
} as const;

export const controlCellCount = 3;

/** The parts of an espeak event that the engine uses. */
export interface SpeechEvent {
  readonly type: 'word' | 'end';
  /** Position in the spoken text, counted in code points from 1. */
  readonly textPosition: number;
  readonly textLength: number;
  /** Position in the audio, ms from its start. */
  readonly audioMs: number;
}

/** About 100 ms of speech as it leaves the synthesiser. */
export interface SpeechPiece {
  readonly samples: Int16Array;
  readonly events: readonly SpeechEvent[];
}

export interface WorkerVoice {
  readonly identifier: string;
  readonly name: string;
  /** Best first: a lower priority is better. */
  readonly languages: readonly { readonly priority: number; readonly name: string }[];
}

export interface SpeakJob {
  readonly id: number;
  readonly text: string;
  /** File of the voice, for example `roa/fr`. */
  readonly voiceIdentifier: string;
  readonly wordsPerMinute: number;
}

export interface WorkerSettings {
  readonly control: Int32Array;
  /** Pieces that the worker may be ahead of the engine. */
  readonly maxPiecesAhead: number;
  readonly warmUp: readonly SpeakJob[];
}

export type WorkerMessage =
  | { readonly type: 'ready'; readonly sampleRateHz: number; readonly voices: readonly WorkerVoice[] }
  | { readonly type: 'piece'; readonly id: number; readonly piece: SpeechPiece }
  | { readonly type: 'done'; readonly id: number }
  /** `isBroken`: the WebAssembly instance is no longer to be trusted. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly isBroken: boolean };
