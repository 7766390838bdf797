import type { FailoverLimits } from '@eloquence/delivery';
import type { AccessLink } from '@eloquence/netlab';
import { openSimulatedSession, speechLike } from '@eloquence/testbed';

export interface DeathExperiment {
  readonly link: AccessLink;
  readonly seed: number;
  readonly limits: FailoverLimits;
  /** What the listener holds when the data channels die, ms; it gathers that from a voice faster than real time. */
  readonly bufferedMs: number;
}

export interface DeathOutcome {
  /** From the death to the change of lane, ms; `Infinity` if there was none. */
  readonly changedAfterMs: number;
  /** The longest silence from then on, ms; 0 if there was none longer than a pause. */
  readonly silentMs: number;
}

const SPEECH_MS = 20_000;
const SPEED = 4;
const LISTENER = 'listener';
/** Speech before the death where nothing is gathered, ms. */
const SPOKEN_MS = 4000;

/** Speaks to a listener while the data channels die for good. */
export async function runDeath({ link, seed, limits, bufferedMs }: DeathExperiment): Promise<DeathOutcome> {
  const session = await openSimulatedSession({
    ...{ listeners: [{ name: LISTENER, link }], seed, failover: limits },
    lane: 'auto',
  });
  try {
    // What the link is like is known.
    await session.speak(speechLike(SPOKEN_MS), { kind: 'speed', speed: SPEED });
    await session.pause(500);
    const speed = bufferedMs === 0 ? 1 : SPEED;
    const afterMs = bufferedMs === 0 ? SPOKEN_MS : link.rttMs / 2 + bufferedMs / (SPEED - 1);
    // By another fraction of a look and of a report each time.
    const diesAtMs = session.clock.nowMs() + afterMs + ((seed * 37) % 200);
    const dying = session.clock.setTimer(
      () => session.setDataChannels(false),
      diesAtMs - session.clock.nowMs(),
    );
    const { heard, metrics } = await session.speak(speechLike(SPEECH_MS), { kind: 'speed', speed });
    dying.dispose();
    const change = (metrics.laneChanges ?? []).find(({ to }) => to === 'media');
    const silences = heard.get(LISTENER)!.silences.filter(({ toMs }) => toMs > diesAtMs);
    return {
      changedAfterMs: change === undefined ? Infinity : change.atMs - diesAtMs,
      silentMs: Math.max(0, ...silences.map(({ fromMs, toMs }) => toMs - fromMs)),
    };
  } finally {
    await session.dispose();
  }
}
