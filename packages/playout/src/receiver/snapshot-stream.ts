import type { SpeechStreamSnapshot } from './speech-receiver.js';
import type { SpeechStream } from './speech-stream.js';

export function snapshotStream(stream: SpeechStream, nowMs: number): SpeechStreamSnapshot {
  const utterance = stream.playout.queue.front ?? stream.latest;
  return {
    ...stream.id,
    ...(utterance === undefined ? {} : { generation: utterance.generation }),
    playout: utterance?.progress.state ?? 'idle',
    leadMs: utterance === undefined ? 0 : stream.playout.leadMs(utterance),
    playheadFrame: utterance === undefined ? 0 : stream.playout.playheadFrame(utterance),
    stalls: utterance?.progress.stalls ?? 0,
    stalledMs: utterance?.progress.stalledMs(nowMs) ?? 0,
    concealedMs: utterance?.progress.concealedMs ?? 0,
    stretchedMs: utterance?.progress.stretchedMs ?? 0,
    shortenedMs: utterance?.progress.shortenedMs ?? 0,
    ...(utterance?.settings === undefined ? {} : { settings: utterance.settings }),
    heldBytes: stream.heldBytes,
    arrivals: stream.statistics.snapshot(nowMs),
  };
}
