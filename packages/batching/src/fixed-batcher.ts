import type { BatchDecision, BatchState, Batcher } from '@eloquence/plugin-api';
import { fitsDuration, hasRoomForNextFrame } from './packet-room.js';

/** A frame of a source that went silent waits at most this many times the longest batch. */
const patience = 2;

/** Batches of the longest duration that the settings allow, whatever the lead: for comparison and for recordings. */
export class FixedBatcher implements Batcher {
  decide(state: BatchState): BatchDecision {
    if (state.frameCount === 0) return { flush: false, reason: 'empty' };
    if (!hasRoomForNextFrame(state)) return { flush: true, reason: 'packet full' };
    if (!fitsDuration(state, state.settings.maxMs)) return { flush: true, reason: 'longest batch' };
    const remainingMs = patience * state.settings.maxMs - state.oldestWaitMs;
    if (remainingMs <= 0) return { flush: true, reason: 'waited' };
    return { flush: false, reason: 'gathering', recheckAfterMs: Math.max(1, remainingMs) };
  }
}
