import type { ReceiverStream } from '../stream/receiver-stream.js';

/** What is so wrong with a receiver that the utterance goes on without it, as the end of a sentence; or nothing. */
export function receiverFault(
  stream: ReceiverStream,
  nowMs: number,
  silenceLimitMs: number,
  hasBegun: boolean,
): string | undefined {
  const silentMs = nowMs - stream.peer.lastHeardAtMs;
  if (hasBegun && silentMs > silenceLimitMs) return `has been silent for ${Math.round(silentMs)} ms`;
  const owedMs = stream.owedMs(nowMs);
  // It answers, but takes nothing: it is full and does not play, or something is broken.
  if (owedMs > silenceLimitMs) return `took nothing for ${Math.round(owedMs)} ms`;
  // It came back under its name without what it had, and what it had is no longer here to send again.
  if (stream.contradictedMs(nowMs) > silenceLimitMs) return 'has lost what it had, as if it had started anew';
  return undefined;
}
