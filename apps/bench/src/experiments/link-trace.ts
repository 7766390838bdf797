import { type AccessLink, directionConditions } from '@eloquence/netlab';
import { createSeededRandom, DisposableStore } from '@eloquence/base';
import type { Disposable } from '@eloquence/plugin-api';
import { referenceLink, type SpeechSession } from '@eloquence/testbed';

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
    trace.push({ atMs, link: referenceLink(last) });
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
