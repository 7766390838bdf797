import type { ArmId, DemoEvent, DemoEventOf, DemoEventTypes, UtteranceStart } from '../../protocol.js';
import { Run } from '../state/run.js';

export const start: UtteranceStart = {
  utterance: 7,
  text: 'Hello.',
  language: 'en',
  mode: 'whole',
  speed: 4,
  arms: ['legacy', 'track', 'eloquence'],
  startedAtMs: 1000,
};

/** A run that was told these events; those of an arm are of the utterance by themselves. */
export function runOf(...events: readonly DemoEvent[]): Run {
  const run = new Run(start);
  for (const event of events) run.apply(event);
  return run;
}

export function packets(arm: ArmId, atMs: number, audioMs: number): DemoEvent {
  return { kind: 'packets', atMs, utterance: 7, arm, frames: audioMs / 20, bytes: audioMs * 3, audioMs };
}

export function firstAudio(arm: ArmId, afterMs: number, atMs = 1500): DemoEvent {
  return { kind: 'firstAudio', atMs, utterance: 7, arm, afterMs, source: 'page', errorMs: 1 };
}

export function playout(
  atMs: number,
  state: DemoEventTypes['playout']['state'],
  bufferAheadMs = 0,
  stalledMs = 0,
): DemoEvent {
  const arm = 'eloquence';
  return {
    kind: 'playout',
    atMs,
    utterance: 7,
    arm,
    state,
    bufferAheadMs,
    stalls: 0,
    stalledMs,
    lateFrames: 0,
  };
}

export function end(
  arm: ArmId,
  atMs: number,
  outcome: DemoEventOf<'end'>['outcome'],
  audioMs: number,
  stalledMs: number | null = null,
  concealedMs: number | null = null,
): DemoEvent {
  const figures = {
    audioMs,
    timeToFirstAudioMs: null,
    deliveryMs: null,
    efficiencyPercent: null,
    overheadPerChunkMs: null,
    stalls: null,
    stalledMs,
    concealedMs,
    framesLost: null,
    sentBytes: null,
    wireBytes: null,
  };
  return { kind: 'end', atMs, utterance: 7, arm, outcome, figures, metrics: null, error: null };
}
