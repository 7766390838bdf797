import type { HeardStall, Pace, PreparedSpeech, SpeechSession, UtteranceFigures } from '@eloquence/testbed';
import {
  type AccessLink,
  type DirectionConditions,
  directionConditions,
  linkFromParameters,
} from '@eloquence/netlab';
import { type Decision, linkQualities } from '@eloquence/plugin-api';

/** A link that changes in the midst of an utterance, and back. */
export interface LinkStep {
  /** After the utterance began, ms. */
  readonly atMs: number;
  readonly durationMs: number;
  /** What is different meanwhile, in both directions. */
  readonly changes: Partial<DirectionConditions>;
  /** Profiles that are robust enough for it. */
  readonly suitable: readonly string[];
}

/** What is spoken meanwhile, ms. */
export const STEP_SPEECH_MS = 30_000;
const RTT_MS = 40;

/** The link that changes. */
export const STEP_LINK = {
  ...linkFromParameters({ rttMs: RTT_MS, jitterMs: 1, rateKbps: 2000, queueMs: 300 }),
  name: 'clean 2 Mbit/s',
};

export interface StepCase extends Omit<LinkStep, 'atMs'> {
  /** Whether the profile has to change; a blackout of a second is over before that would help. */
  readonly needsDecision: boolean;
  /** Round-trip time while the step lasts, ms. */
  readonly rttMs: number;
}

/** They ask no more of a link than 300 kbit/s give, and bear a long round trip. */
const MODEST = ['HIGH_THROUGHPUT', 'BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'];
/** They begin with copies, and bear losses. */
const COPYING = ['BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'];
const usual = { durationMs: 3000, needsDecision: true, rttMs: RTT_MS };

/** What changes, by name. */
export const STEPS: ReadonlyMap<string, StepCase> = new Map([
  ['rate', { ...usual, changes: { rateKbps: 300 }, suitable: MODEST }],
  [
    'blackout',
    {
      ...{ ...usual, durationMs: 1000, needsDecision: false },
      changes: { down: true },
      suitable: ['EMERGENCY_FALLBACK'],
    },
  ],
  ['rtt', { ...usual, changes: { delayMs: 150 }, rttMs: 300, suitable: MODEST }],
  ['loss', { ...usual, changes: { lossPercent: 10 }, suitable: COPYING }],
]);

/** A stall, by when it began. */
export interface PlacedStall extends HeardStall {
  /** Since the step, ms. */
  readonly sinceStepMs: number;
  readonly phase: 'before' | 'during' | 'after';
}

/** What one step did to an utterance; times in ms since the step, `Infinity` for what did not happen. */
export interface StepOutcome {
  readonly figures: UtteranceFigures;
  /** Until the sender became careful: protection was turned on, or a more robust profile was in force. */
  readonly protectionMs: number;
  /** Until a profile that is robust enough was in force; `undefined` if one was in force before the step. */
  readonly decisionMs: number | undefined;
  /** Since the end of the step: until new audio arrived. */
  readonly rebufferMs: number;
  /** From the step to the end of the utterance. */
  readonly profileChanges: number;
  readonly stalls: readonly PlacedStall[];
}

export interface StepExperiment {
  readonly listener: string;
  readonly link: AccessLink;
  readonly step: LinkStep;
  readonly speech: PreparedSpeech;
  readonly pace: Pace;
}

interface TimedDecision {
  readonly atMs: number;
  readonly decision: Decision;
}

/** Speaks once to a listener whose link changes meanwhile. */
export async function runStep(session: SpeechSession, experiment: StepExperiment): Promise<StepOutcome> {
  const { listener, link, step, speech, pace } = experiment;
  const { clock } = session;
  const back: Partial<DirectionConditions> = { ...directionConditions(link), down: false };
  let steppedAtMs = Infinity;
  let endedAtMs = Infinity;
  const changing: Promise<void>[] = [];
  const timers = [
    clock.setTimer(() => {
      changing.push(session.configure(listener, step.changes).then((atMs) => void (steppedAtMs = atMs)));
    }, step.atMs),
    clock.setTimer(() => {
      changing.push(session.configure(listener, back).then((atMs) => void (endedAtMs = atMs)));
    }, step.atMs + step.durationMs),
  ];
  const decisions: TimedDecision[] = [];
  const events = session.onDidPublishEvent((event) => {
    if (event.kind === 'decision') decisions.push({ atMs: event.atMs, decision: event.decision });
  });
  try {
    const { heard } = await session.speak(speech, pace);
    await Promise.all(changing);
    const { figures, arrivalsAtMs, stalls } = heard.get(listener)!;
    const meanwhile = decisions.filter(({ atMs }) => atMs >= steppedAtMs && atMs < endedAtMs);
    const before = decisions.filter(({ atMs }) => atMs < steppedAtMs).at(-1)?.decision.output
      .groups[0]?.profileId;
    const isSuitable = (profileId: string | undefined): boolean =>
      profileId !== undefined && step.suitable.includes(profileId);
    const sinceStep = (found: TimedDecision | undefined): number => (found?.atMs ?? Infinity) - steppedAtMs;
    return {
      figures,
      protectionMs: sinceStep(meanwhile.find(({ decision }) => isProtective(decision) || isFall(decision))),
      decisionMs: isSuitable(before)
        ? undefined
        : sinceStep(meanwhile.find(({ decision }) => isSuitable(decision.output.groups[0]?.profileId))),
      rebufferMs: (arrivalsAtMs.find((atMs) => atMs >= endedAtMs) ?? Infinity) - endedAtMs,
      profileChanges: decisions.filter(({ atMs, decision }) => atMs >= steppedAtMs && isChange(decision))
        .length,
      stalls: stalls.map((stall) => place(stall, steppedAtMs, endedAtMs)),
    };
  } finally {
    for (const item of [...timers, events]) item.dispose();
  }
}

function isChange({ input, output }: Decision): boolean {
  return output.groups[0]?.profileId !== input.groups[0]?.profileId;
}

/** A profile chosen because the link got worse; a long text or a better link also changes profiles. */
function isFall(decision: Decision): boolean {
  const { input, output } = decision;
  const [before, after] = [qualityIn(input.memory), qualityIn(output.memory)];
  return isChange(decision) && (after < before || output.groups[0]?.rule === 'far-link');
}

/** Protection may be turned on by a decision that changes the profile as well, for example because the text is long. */
function isProtective({ kind, input, output }: Decision): boolean {
  const [was, is] = [isProtected(input.groups), isProtected(output.groups)];
  return is && (kind === 'profile' || !was);
}

function isProtected([group]: Decision['output']['groups']): boolean {
  return group?.adjustments.some(({ rule }) => rule === 'fast-protection') ?? false;
}

/** The quality that the default policy remembers; the worse, the less. */
function qualityIn({ policy }: Decision['input']['memory']): number {
  return linkQualities.findIndex((quality) => quality === policy?.['quality']);
}

function place(stall: HeardStall, steppedAtMs: number, endedAtMs: number): PlacedStall {
  const phase = stall.atMs < steppedAtMs ? 'before' : stall.atMs < endedAtMs ? 'during' : 'after';
  return { ...stall, sinceStepMs: stall.atMs - steppedAtMs, phase };
}
