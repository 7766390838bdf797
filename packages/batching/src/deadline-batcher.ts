import type { BatchDecision, BatchState, Batcher } from '@eloquence/plugin-api';
import { fitsDuration, hasRoomForNextFrame } from './packet-room.js';

/** Waiting for more frames costs at most this share of the audio gathered, before the lead has a say. */
const freeWaitShare = 0.05;
/** However long the lead, no frame waits longer for company, ms. */
const longestWaitMs = 1000;
/** Timers are not finer than this, ms. */
const shortestRecheckMs = 1;

/**
 * Sends as late as the receiver's lead allows, and as full as that makes possible.
 *
 * Batches grow from the first one's duration to the longest, doubling each time, but a batch that has to be waited
 * for is never longer than half of the lead, and none of its frames waits longer than a quarter of the lead. While
 * the lead is short, or not known yet, that comes down to batches of the first one's duration. A source that
 * delivers far faster than real time is not held to this: filling the packet takes no time then.
 */
export class DeadlineBatcher implements Batcher {
  decide(state: BatchState): BatchDecision {
    if (state.frameCount === 0) return { flush: false, reason: 'empty' };
    if (!hasRoomForNextFrame(state)) return { flush: true, reason: 'packet full' };

    const { settings, oldestWaitMs, durationMs } = state;
    const firstMs = Math.min(settings.firstMs, settings.maxMs);
    const targetMs = Math.min(settings.maxMs, firstMs * 2 ** Math.min(state.batchesSent, 16));
    if (!fitsDuration(state, settings.maxMs)) return { flush: true, reason: 'longest batch' };
    if (isFull(state, targetMs, firstMs)) {
      return { flush: true, reason: state.batchesSent === 0 ? 'first batch' : 'target length' };
    }
    if (state.endsPhrase) return { flush: true, reason: 'phrase end' };

    const bufferAheadMs = state.bufferAheadMs > 0 ? state.bufferAheadMs : 0;
    const waitLimitMs = state.batchesSent === 0 ? firstMs : Math.max(bufferAheadMs, 2 * firstMs) / 4;
    const deadlineMs = Math.min(waitLimitMs, longestWaitMs);
    if (oldestWaitMs >= deadlineMs) return { flush: true, reason: 'waited' };

    let nextLookMs = deadlineMs - oldestWaitMs;
    if (isFull(state, Math.max(firstMs, bufferAheadMs / 2), firstMs)) {
      const freeWaitMs = durationMs * freeWaitShare;
      if (oldestWaitMs >= freeWaitMs) return { flush: true, reason: 'short lead' };
      nextLookMs = Math.min(nextLookMs, freeWaitMs - oldestWaitMs);
    }
    return { flush: false, reason: 'gathering', recheckAfterMs: Math.max(shortestRecheckMs, nextLookMs) };
  }
}

/** Never before the first batch's duration: smaller packets would only cost headers. */
function isFull(state: BatchState, limitMs: number, firstMs: number): boolean {
  return state.durationMs >= firstMs && !fitsDuration(state, limitMs);
}
