import type { HeardSilence, PreparedSpeech, SpeechSession } from '@eloquence/testbed';
import type { RandomSource } from '@eloquence/plugin-api';

/** The way to the listener is dark meanwhile, ms after the utterance began. */
export interface Blackout {
  readonly fromMs: number;
  readonly durationMs: number;
}

/** What one utterance with blackouts came to. */
export interface BlackoutsOutcome {
  /** By blackout: from its end until new audio arrived on the data lane, ms; `Infinity` if none did any more. */
  readonly arrivedAfterMs: readonly number[];
  /** By blackout: for how much longer than itself nothing was heard, ms; 0 if sound was heard when it ended. */
  readonly silentAfterMs: readonly number[];
  readonly silences: readonly HeardSilence[];
  readonly toMedia: number;
  readonly toData: number;
}

const SHORTEST_MS = 500;
const LONGEST_MS = 2000;
/** Between the end of one and the beginning of the next, ms: enough for a timer that has doubled twice. */
const LEAST_LIGHT_MS = 5000;
const MOST_LIGHT_MS = 7000;

/** As many as fit an utterance with some time left after the last one. */
export function drawBlackouts(durationMs: number, random: RandomSource): readonly Blackout[] {
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const blackouts: Blackout[] = [];
  for (let fromMs = between(2000, 4000); fromMs + LEAST_LIGHT_MS < durationMs;) {
    const blackout = { fromMs, durationMs: between(SHORTEST_MS, LONGEST_MS) };
    blackouts.push(blackout);
    fromMs += blackout.durationMs + between(LEAST_LIGHT_MS, MOST_LIGHT_MS);
  }
  return blackouts;
}

/** Speaks at the pace of a live voice to a listener whose downlink goes dark now and then. */
export async function runBlackouts(
  session: SpeechSession,
  listener: string,
  speech: PreparedSpeech,
  blackouts: readonly Blackout[],
): Promise<BlackoutsOutcome> {
  const { clock } = session;
  const endsAtMs = blackouts.map(() => Infinity);
  const changing: Promise<unknown>[] = [];
  const timers = blackouts.flatMap(({ fromMs, durationMs }, at) => [
    clock.setTimer(() => changing.push(session.configure(listener, { down: true }, 'down')), fromMs),
    clock.setTimer(() => {
      const ending = session.configure(listener, { down: false }, 'down');
      changing.push(ending.then((atMs) => (endsAtMs[at] = atMs)));
    }, fromMs + durationMs),
  ]);
  try {
    const { heard, metrics } = await session.speak(speech, { kind: 'speed', speed: 1 });
    await Promise.all(changing);
    const { arrivalsAtMs, silences } = heard.get(listener)!;
    const reached = endsAtMs.filter(Number.isFinite);
    const changes = metrics.laneChanges ?? [];
    return {
      arrivedAfterMs: reached.map(
        (endMs) => (arrivalsAtMs.find((atMs) => atMs >= endMs) ?? Infinity) - endMs,
      ),
      silentAfterMs: reached.map((endMs) => silentAfter(endMs, silences)),
      silences,
      toMedia: changes.filter(({ to }) => to === 'media').length,
      toData: changes.filter(({ to }) => to === 'data').length,
    };
  } finally {
    for (const timer of timers) timer.dispose();
    await session.configure(listener, { down: false }, 'down');
  }
}

/** What is played at the end of a blackout may have arrived before it: silence can begin a little later. */
function silentAfter(endMs: number, silences: readonly HeardSilence[]): number {
  const next = silences.find(({ fromMs, toMs }) => toMs > endMs && fromMs < endMs + 500);
  return next === undefined ? 0 : next.toMs - Math.max(endMs, next.fromMs);
}
