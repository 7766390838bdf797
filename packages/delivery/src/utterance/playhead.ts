import type { ReportPacket } from '@eloquence/wire';
import type { OutgoingPacket } from './packetizer.js';

/** Where frames lie in an utterance, in ms: one entry a packet, since frames within one have equal length. */
export class FrameTimeline {
  readonly #firstFrames: number[] = [];
  readonly #startsMs: number[] = [];
  readonly #framesMs: number[] = [];

  add(packet: OutgoingPacket): void {
    this.#firstFrames.push(packet.firstFrame);
    this.#startsMs.push(packet.startMs);
    this.#framesMs.push(packet.frameMs);
  }

  /** Position of the beginning of frame `index`, ms from the start of the utterance. */
  positionMs(index: number): number {
    const at = lastNotAbove(this.#firstFrames, index);
    const first = this.#firstFrames[at];
    return first === undefined ? 0 : this.#startsMs[at]! + Math.max(0, index - first) * this.#framesMs[at]!;
  }

  /** Frames that end at this position or before, ms from the start of the utterance. */
  framesBefore(positionMs: number): number {
    const at = lastNotAbove(this.#startsMs, positionMs);
    const startMs = this.#startsMs[at];
    if (startMs === undefined) return 0;
    return this.#firstFrames[at]! + Math.floor((positionMs - startMs) / this.#framesMs[at]!);
  }

  /** Duration of frame `index`, ms; 0 before any is known. */
  frameMs(index: number): number {
    return this.#framesMs[lastNotAbove(this.#firstFrames, index)] ?? 0;
  }
}

/** Index of the last of these ascending values that is at most `value`; 0 if none is. */
function lastNotAbove(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface PlayheadEvidence {
  readonly nowMs: number;
  readonly minRttMs: number;
  /** When the first packet was sent; absent before. */
  readonly firstSentAtMs: number | undefined;
  /** Where that begins, ms from the start of the utterance; 0 if absent. */
  readonly startMs?: number | undefined;
  readonly lastReport: { readonly report: ReportPacket; readonly atMs: number } | undefined;
}

/**
 * Where the receiver's playhead is now, ms from the start of the utterance: its last report, moved on by the time
 * since. Before the first report it is taken to have started as soon as the first packet can have arrived.
 */
export function estimatePlayheadMs(evidence: PlayheadEvidence, timeline: FrameTimeline): number {
  const oneWayMs = evidence.minRttMs / 2;
  if (evidence.lastReport === undefined) {
    const { nowMs, firstSentAtMs, startMs = 0 } = evidence;
    return startMs + (firstSentAtMs === undefined ? 0 : Math.max(0, nowMs - firstSentAtMs - oneWayMs));
  }
  const { report, atMs } = evidence.lastReport;
  const reportedMs = timeline.positionMs(report.playheadFrame);
  return report.playout === 'playing' ? reportedMs + (evidence.nowMs - atMs) + oneWayMs : reportedMs;
}
