import type { AdjustmentInput, AdjustmentRule, LinkState, StreamSettings } from '@eloquence/plugin-api';
import { type Thresholds, thresholdsOf } from '../thresholds.js';

/** Why the sender became careful. */
export type ProtectionCause = 'alarm' | 'silence' | 'loss' | 'stall';

interface ProtectionState {
  readonly causes: readonly ProtectionCause[];
  /** Careful until then. */
  readonly untilMs: number;
  /** Times that it was turned on. */
  readonly triggers: number;
}

/**
 * The fast half of control: for a second or a few round trips after the first sign of trouble the stream is careful.
 * It sends small batches, the next packet twice, and asks the receiver to gather more before it goes on after a stall.
 * A false alarm costs a few bytes and nothing else. The level at which playout starts is left alone: the receiver adds
 * to it what its own measurements ask for, and more costs first audio without gain (measured on F).
 */
export const fastProtection: AdjustmentRule = {
  kind: 'adjustment',
  order: 200,
  adjust(input) {
    const t = thresholdsOf(input.config);
    const state = triggered(stateOf(input), input, t);
    const memory = { ...state, causes: [...state.causes] };
    if (input.nowMs >= state.untilMs) return { memory };
    const { settings, link } = input;
    const hasRoom = hasRoomFor(settings, link, t);
    const isLossy = state.causes.some((cause) => cause === 'silence' || cause === 'loss');
    const isShort = (link?.bufferAheadMs ?? 0) < t.protectionAmpleBufferMs;
    return {
      settings: protect(settings, { hasRoom, isLossy, isShort }, t),
      reason: [...state.causes].sort().join(', '),
      token: `${hasRoom} ${isLossy} ${isShort} ${state.triggers}`,
      memory,
    };
  },
};

/** What alarmed in the utterance before is part of what is known of the link by now. */
function stateOf({ memory, request }: AdjustmentInput): ProtectionState {
  const { causes, untilMs, triggers } = memory as Partial<ProtectionState & typeof memory>;
  return {
    causes: causes ?? [],
    untilMs: request.phase === 'start' || untilMs === undefined ? 0 : untilMs,
    triggers: triggers ?? 0,
  };
}

function triggered(before: ProtectionState, input: AdjustmentInput, t: Thresholds): ProtectionState {
  const causes = causesIn(input, t);
  if (causes.length === 0) return before;
  const { nowMs, links } = input;
  const wasOn = nowMs < before.untilMs;
  const slowestRttMs = links.reduce((most, { smoothedRttMs }) => Math.max(most, smoothedRttMs), 0);
  return {
    causes: [...new Set(wasOn ? [...before.causes, ...causes] : causes)],
    untilMs: nowMs + Math.max(t.protectionHoldMs, t.protectionHoldRtts * slowestRttMs),
    triggers: wasOn ? before.triggers : before.triggers + 1,
  };
}

function causesIn({ events, links, forecasts }: AdjustmentInput, t: Thresholds): ProtectionCause[] {
  const causes: ProtectionCause[] = [];
  for (const { isAlarm, newLosses, lossPercentBefore, newStalls, source } of events) {
    if (isAlarm) causes.push('alarm');
    if (newLosses > 0 && lossPercentBefore < t.protectionExpectedLossPercent) causes.push('loss');
    if (newStalls > 0) causes.push('stall');
    if (source === 'ack-timeout') causes.push('silence');
  }
  // If all that was sent is there, what runs out is the source, or the utterance is at its end.
  const isStallLikely = links.some(
    ({ receiver, inFlightBytes }) =>
      inFlightBytes !== 0 && (forecasts[receiver]?.stallProbability[0] ?? 0) >= t.protectionStallProbability,
  );
  return isStallLikely ? [...causes, 'stall'] : causes;
}

/** On a link known to lose much the profile is made for it: more and smaller packets only added delay (measured on F). */
function hasRoomFor(settings: StreamSettings, link: LinkState | undefined, t: Thresholds): boolean {
  if (link === undefined) return true;
  if (link.lossPercent >= t.protectionExpectedLossPercent) return false;
  // Before the capacity is known, a queue tells that there is none to spare.
  if (link.capacityBytesPerSecond === undefined) return !link.isQueueing;
  return link.capacityBytesPerSecond >= (t.protectionRoomFactor * settings.codec.bitrateBps) / 8;
}

function protect(
  settings: StreamSettings,
  { hasRoom, isLossy, isShort }: { hasRoom: boolean; isLossy: boolean; isShort: boolean },
  t: Thresholds,
): StreamSettings {
  const { batch, playout, redundancy } = settings;
  const rebufferMs = roundToTen(t.protectionRebufferFactor * playout.rebufferMs);
  const careful: StreamSettings = {
    ...settings,
    playout: { initialBufferMs: playout.initialBufferMs, rebufferMs },
  };
  if (!hasRoom) return careful;
  const { redundancyDelaysMs } = redundancy;
  return {
    ...careful,
    batch: isShort
      ? { firstMs: batch.firstMs, maxMs: Math.max(batch.firstMs, settings.codec.frameMs) }
      : batch,
    redundancy: isLossy
      ? {
          ...redundancy,
          redundancyDelaysMs:
            redundancyDelaysMs.length > 0 ? redundancyDelaysMs : [t.protectionRedundancyDelayMs],
          redundantNextPackets: 1,
        }
      : redundancy,
  };
}

function roundToTen(value: number): number {
  return 10 * Math.round(value / 10);
}
