import type { BatchState, BatcherFactory } from '@eloquence/plugin-api';

/** What is to be checked against the batcher contract. */
export interface BatcherSubject {
  readonly name: string;
  createFactory(): BatcherFactory;
}

/** A plausible state; what a rule is about is overridden. */
export function someState(overrides: Partial<BatchState> = {}): BatchState {
  return Object.freeze({
    frameCount: 2,
    payloadBytes: 120,
    durationMs: 40,
    oldestWaitMs: 1,
    batchesSent: 3,
    bufferAheadMs: 900,
    endsPhrase: false,
    nextFrameBytes: 60,
    maxPayloadBytes: 1086,
    settings: Object.freeze({ firstMs: 60, maxMs: 340 }),
    ...overrides,
  });
}
