import type { PreparedSpeech } from '@eloquence/testbed';

/** What the bench asks of the process that listens. */
export interface OpenListeners {
  readonly type: 'open';
  readonly url: string;
  /** One a room. */
  readonly tokens: readonly string[];
}

/** What the bench asks of the process that speaks. */
export interface MeasureCost {
  readonly type: 'measure';
  readonly url: string;
  /** One a stream. */
  readonly tokens: readonly string[];
  readonly profile: string;
  /** Utterances for each stream in each slice. */
  readonly utterances: number;
  readonly slices: number;
  readonly speech: PreparedSpeech;
}

/** Processor time of the speaking process over one slice, ms, all of its threads together, less that of reading it. */
export interface CostSlice {
  readonly cpuMs: number;
  /** Of it: within the encoder. */
  readonly encoderMs: number;
  /** Audio spoken by all streams together. */
  readonly audioMs: number;
  /** Utterances that were heard in full, and all of them. */
  readonly completed: number;
  readonly asked: number;
  /** From the first utterance to the end of the last. */
  readonly durationMs: number;
}

export interface CostAnswer {
  /** Processor time a second of a process that holds the same rooms and says nothing, ms. */
  readonly idleMsPerSecond: number;
  readonly slices: readonly CostSlice[];
}

export interface RoomsOpened {
  readonly type: 'opened';
}

export interface CostMeasured {
  readonly type: 'measured';
  readonly answer: CostAnswer;
}
