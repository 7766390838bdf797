import type { PreparedSpeech, SpeechSession, UtteranceFigures } from '@eloquence/testbed';
import { toEloquenceError } from '@eloquence/plugin-api';
import { followTrace, type TracedLink } from './link-trace.js';

export interface MixedExperiment {
  readonly listener: string;
  readonly trace: readonly TracedLink[];
  readonly durationMs: number;
  readonly speech: PreparedSpeech;
  readonly signal: AbortSignal;
  readonly onFailure: (line: string) => void;
}

export interface MixedOutcome {
  /** Those that came to their end. */
  readonly utterances: readonly UtteranceFigures[];
  readonly asked: number;
}

const PACE = { kind: 'speed', speed: 4 } as const;
const PAUSE_MS = 500;

/** Speaks again and again, to a listener whose link follows a trace, until the time is over. */
export async function runMixed(session: SpeechSession, experiment: MixedExperiment): Promise<MixedOutcome> {
  const { listener, trace, speech, signal, onFailure } = experiment;
  const endMs = session.clock.nowMs() + experiment.durationMs;
  const following = followTrace(session, listener, trace, (error) =>
    onFailure(`link: ${toEloquenceError(error).message}`),
  );
  const utterances: UtteranceFigures[] = [];
  let asked = 0;
  try {
    while (session.clock.nowMs() < endMs) {
      signal.throwIfAborted();
      asked++;
      try {
        const { heard } = await session.speak(speech, PACE);
        utterances.push(heard.get(listener)!.figures);
      } catch (error) {
        signal.throwIfAborted();
        const { code, message } = toEloquenceError(error);
        // The session goes on: what could not be delivered on this link may be on the next one.
        if (code !== 'DELIVERY_INCOMPLETE') throw error;
        onFailure(`utterance ${asked}: ${code}: ${message}`);
      }
      await session.pause(PAUSE_MS);
    }
  } finally {
    following.dispose();
  }
  return { utterances, asked };
}
