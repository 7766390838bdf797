import { wilsonInterval } from '@eloquence/base';
import type { LinkState, ProbeRequest } from '@eloquence/plugin-api';

/** Loss that the default profiles are divided by, %: below, repeats suffice; above, copies and fewer bytes are needed. */
const dividingLossPercent = 3;
/** Below this, nothing but too few packets speaks for a loss worth acting on, %. */
const negligibleLossPercent = 1.2;
/** One-sided 93 %: the same doubt that the default selector gives a link the benefit of. */
const deviations = 1.5;
/** A link that carries less than this multiple of the audio has no room for questions. */
const roomFactor = 6;
/**
 * Questions that may be saved up, and how fast they come back, per second: slowly. They come so much closer together
 * than packets that, asked again and again, they would crowd out the memory of minutes with that of a few seconds: on
 * link C the profile then changed four times an hour (simulated, one every two seconds).
 */
const mostQuestions = 400;
const questionsPerSecond = 0.02;

/** Time between two questions, ms, by how much they are worth. */
const intervalsMs = { none: 0, watching: 70, unknown: 80, undecided: 30, alarmed: 20 } as const;
type Interest = keyof typeof intervalsMs;
/** While an utterance is sent, there is no end to the watching… */
const untilToldOtherwise = 1000;
/**
 * …but it begins only after this, ms: most answers are on their way by then, and nothing could be done any more. A
 * question costs some 560 bytes on a LiveKit server, the answer and acknowledgements both ways included: watched from
 * the first packet on, an answer on a clean link costs a third more (link A, 46.4 instead of 34.1 kB, n 20 and 21).
 */
const watchAfterMs = 2000;

export interface EvidenceContext {
  /** Nothing that was learnt could make the profile any more robust. */
  readonly isPoor: boolean;
  readonly isSending: boolean;
}

/**
 * Decides whether more evidence of a link's loss is worth its bytes. It is while what is known could be on either
 * side of the line between the profiles, or while next to nothing is known, within a budget that refills slowly; and
 * a little while a long utterance is sent, so that a loss that sets in is seen soon.
 */
export class EvidenceWanted {
  #interest: Interest = 'none';
  #budget = mostQuestions;
  #atMs = 0;
  #sendingSinceMs: number | undefined;

  /** What to ask from now on; `undefined` if that has not changed. */
  wish(conditions: LinkState | undefined, context: EvidenceContext, nowMs: number): ProbeRequest | undefined {
    this.#account(nowMs);
    this.#sendingSinceMs = context.isSending ? (this.#sendingSinceMs ?? nowMs) : undefined;
    const whenSettled = this.#isLongSending(nowMs) ? 'watching' : 'none';
    let interest = interestIn(conditions, context, whenSettled);
    if (isBudgeted(interest) && this.#budget < 1) interest = whenSettled;
    if (interest === this.#interest) return undefined;
    this.#interest = interest;
    const count =
      interest === 'none' ? 0 : isBudgeted(interest) ? Math.floor(this.#budget) : untilToldOtherwise;
    return { intervalMs: intervalsMs[interest], count };
  }

  #isLongSending(nowMs: number): boolean {
    return this.#sendingSinceMs !== undefined && nowMs - this.#sendingSinceMs >= watchAfterMs;
  }

  #account(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    const spent = isBudgeted(this.#interest)
      ? Math.min(this.#budget, elapsedMs / intervalsMs[this.#interest])
      : 0;
    this.#budget = Math.min(mostQuestions, this.#budget - spent + (questionsPerSecond * elapsedMs) / 1000);
  }
}

function isBudgeted(interest: Interest): boolean {
  return interest !== 'none' && interest !== 'watching';
}

function interestIn(
  conditions: LinkState | undefined,
  { isPoor, isSending }: EvidenceContext,
  whenSettled: Interest,
): Interest {
  if (conditions === undefined || isPoor || !hasRoom(conditions)) return 'none';
  const { lossPercent, lossPackets } = conditions;
  // 0 of 73 packets could still be 3 %, so could 1 of 130.
  const { high } = wilsonInterval(lossPercent / 100, lossPackets, deviations);
  if (high <= dividingLossPercent / 100) return whenSettled;
  if (lossPercent < negligibleLossPercent) return 'unknown';
  return isSending ? 'alarmed' : 'undecided';
}

function hasRoom(conditions: LinkState): boolean {
  const { capacityBytesPerSecond, requiredBytesPerSecond, isQueueing } = conditions;
  // Before the capacity is known, a queue tells that there is none to spare.
  if (capacityBytesPerSecond === undefined) return !isQueueing;
  return capacityBytesPerSecond >= roomFactor * requiredBytesPerSecond;
}
