import { createSeededRandom } from '@eloquence/base';
import type { BatchSettings, Batcher } from '@eloquence/plugin-api';

export interface SimulatedSource {
  readonly frameCount: number;
  readonly frameMs: number;
  readonly frameBytes: number;
  /** Pieces of how many frames come at once. */
  readonly framesPerPiece: number;
  /** How fast audio is made, times real time; `Infinity` is all at once. */
  readonly speed: number;
  readonly settings: BatchSettings;
  readonly maxPayloadBytes: number;
  readonly seed: number;
}

export interface SimulatedBatch {
  readonly frames: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** How long the oldest frame had waited, ms. */
  readonly waitedMs: number;
}

/** Most decisions that one batch may take before it is called a deadlock. */
const maxDecisions = 10_000;

/**
 * Runs a batcher over a simulated source and playout. The caller's part of the contract is left out on purpose
 * (flushing a full packet), so that what is seen is the batcher's own doing.
 */
export function simulateBatches(batcher: Batcher, source: SimulatedSource): SimulatedBatch[] {
  const random = createSeededRandom(source.seed);
  const batches: SimulatedBatch[] = [];
  const pieceMs = source.framesPerPiece * source.frameMs;
  let nowMs = 0;
  let arrived = 0;
  let sentMs = 0;
  let startedAtMs = -1;
  let open = { frames: 0, bytes: 0, sinceMs: 0, decisions: 0 };
  let recheckAtMs = Number.POSITIVE_INFINITY;

  const decide = (endsPhrase: boolean): void => {
    if (++open.decisions > maxDecisions) throw new Error(`no flush after ${maxDecisions} decisions`);
    const bufferAheadMs = startedAtMs < 0 ? 0 : Math.max(0, sentMs - (nowMs - startedAtMs));
    const decision = batcher.decide({
      frameCount: open.frames,
      payloadBytes: open.bytes,
      durationMs: open.frames * source.frameMs,
      oldestWaitMs: nowMs - open.sinceMs,
      batchesSent: batches.length,
      bufferAheadMs,
      endsPhrase,
      nextFrameBytes: source.frameBytes,
      maxPayloadBytes: source.maxPayloadBytes,
      settings: source.settings,
    });
    recheckAtMs =
      decision.recheckAfterMs === undefined ? Number.POSITIVE_INFINITY : nowMs + decision.recheckAfterMs;
    if (!decision.flush) return;
    const durationMs = open.frames * source.frameMs;
    batches.push({ frames: open.frames, bytes: open.bytes, durationMs, waitedMs: nowMs - open.sinceMs });
    sentMs += durationMs;
    if (startedAtMs < 0) startedAtMs = nowMs + 40;
    open = { frames: 0, bytes: 0, sinceMs: nowMs, decisions: 0 };
    recheckAtMs = Number.POSITIVE_INFINITY;
  };

  while (arrived < source.frameCount || (open.frames > 0 && Number.isFinite(recheckAtMs))) {
    const piece = Math.floor(arrived / source.framesPerPiece);
    const nextFrameAtMs =
      arrived < source.frameCount ? (piece * pieceMs) / source.speed : Number.POSITIVE_INFINITY;
    if (recheckAtMs < nextFrameAtMs) {
      nowMs = recheckAtMs;
      decide(false);
      continue;
    }
    nowMs = Math.max(nowMs, nextFrameAtMs);
    if (open.frames === 0) open.sinceMs = nowMs;
    open.frames++;
    open.bytes += source.frameBytes;
    arrived++;
    decide(random.next() < 0.02);
  }
  // What is left without a timer is held for ever.
  if (open.frames > 0) throw new Error(`${open.frames} frames are held, with nothing to make them leave`);
  return batches;
}
