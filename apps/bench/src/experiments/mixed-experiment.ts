import { createSeededRandom, DisposableStore } from '@eloquence/base';
import { type AccessLink, directionConditions, parseLink } from '@eloquence/netlab';
import { type Disposable, toEloquenceError } from '@eloquence/plugin-api';
import type { PreparedSpeech, SpeechSession, UtteranceFigures } from '@eloquence/testbed';

/** From when on a link is in force. */
export interface TracedLink {
  readonly atMs: number;
  readonly link: AccessLink;
}

const LINKS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const SHORTEST_MS = 5000;
const LONGEST_MS = 20_000;

/** Reference links one after the other, each for 5–20 s, never the same twice in a row. */
export function drawTrace(seed: number, durationMs: number): readonly TracedLink[] {
  const random = createSeededRandom(seed);
  const trace: TracedLink[] = [];
  let last: string | undefined;
  for (let atMs = 0; atMs < durationMs; atMs += SHORTEST_MS + random.next() * (LONGEST_MS - SHORTEST_MS)) {
    const others = LINKS.filter((name) => name !== last);
    last = others[Math.floor(random.next() * others.length)]!;
    trace.push({ atMs, link: parseLink(last) });
  }
  return trace;
}

/**
 * Lets a listener's link follow the trace from now on.
 *
 * @param onError told of a change that failed
 */
export function followTrace(
  session: SpeechSession,
  listener: string,
  trace: readonly TracedLink[],
  onError: (error: unknown) => void,
): Disposable {
  const timers = new DisposableStore();
  for (const { atMs, link } of trace) {
    const apply = (): void => {
      session.configure(listener, directionConditions(link)).catch(onError);
    };
    timers.add(session.clock.setTimer(apply, atMs));
  }
  return timers;
}

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
