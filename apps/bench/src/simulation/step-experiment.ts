import type { DirectionConditions } from '@eloquence/netlab';
import type { AccessLink } from '@eloquence/netlab';
import type { UtteranceFigures } from '@eloquence/cli';
import { SimulatedSession } from './simulated-session.js';

/** A link that changes in the midst of an utterance, and back. */
export interface LinkStep {
  readonly link: AccessLink;
  /** After the utterance began, ms. */
  readonly atMs: number;
  readonly durationMs: number;
  /** What is different meanwhile, in both directions. */
  readonly changes: Partial<DirectionConditions>;
}

/** What one step did to an utterance; times in ms since the step, `Infinity` for what did not happen. */
export interface StepOutcome {
  readonly figures: UtteranceFigures;
  /** Until protection was turned on. */
  readonly protectionMs: number;
  /** Until another profile was in force. */
  readonly decisionMs: number;
  /** Since the end of the step: until audio arrived again. */
  readonly resumeMs: number;
  readonly profileChanges: number;
}

/** Speaks for 30 s to a listener whose link changes meanwhile. */
export async function runStep(step: LinkStep, seed: number, audioMs = 30_000): Promise<StepOutcome> {
  const session = await SimulatedSession.open({ link: step.link, seed });
  const { clock } = session;
  const before = session.links.down.conditions;
  let steppedAtMs = Infinity;
  let endedAtMs = Infinity;
  const outcome = { protectionMs: Infinity, decisionMs: Infinity, resumeMs: Infinity, profileChanges: 0 };
  const configure = (changes: Partial<DirectionConditions>): void => {
    for (const direction of [session.links.up, session.links.down]) direction.configure(changes);
  };
  const timers = [
    clock.setTimer(() => {
      steppedAtMs = clock.nowMs();
      configure(step.changes);
    }, step.atMs),
    clock.setTimer(() => {
      endedAtMs = clock.nowMs();
      configure(before);
    }, step.atMs + step.durationMs),
  ];
  const events = session.onDidPublishEvent((event) => {
    if (event.kind !== 'decision') return;
    const { kind, protection, applied } = event.decision;
    if (kind === 'profile' && applied) outcome.profileChanges++;
    if (event.atMs < steppedAtMs || event.atMs >= endedAtMs) return;
    const sinceMs = event.atMs - steppedAtMs;
    if (kind === 'profile' && applied) outcome.decisionMs = Math.min(outcome.decisionMs, sinceMs);
    if (kind === 'protection' && protection !== undefined)
      outcome.protectionMs = Math.min(outcome.protectionMs, sinceMs);
  });
  const arrivals = session.receiver.onDidReceiveFrames(({ atMs }) => {
    if (atMs >= endedAtMs) outcome.resumeMs = Math.min(outcome.resumeMs, atMs - endedAtMs);
  });
  try {
    const { figures } = await session.speak(audioMs, { kind: 'speed', speed: 4 });
    return { ...outcome, figures };
  } finally {
    for (const item of [...timers, events, arrivals]) item.dispose();
    await session.dispose();
  }
}
