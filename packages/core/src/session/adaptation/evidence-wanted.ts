import type { LinkConditions, ProbeWish } from '@eloquence/plugin-api';
import { CapacityEstimator } from './capacity-estimator.js';

/** Loss that the default profiles are divided by, %: below, repeats suffice; above, copies and fewer bytes are needed. */
const dividingLossPercent = 3;
/** Below this, a link is taken for one that loses next to nothing, %. */
const negligibleLossPercent = 1.2;
/** What is believable: so many standard deviations to either side. */
const deviations = 1.5;
/** Weight of what is believed before anything is known, packets. */
const priorPackets = 10;
/** So many packets, none of them lost, rule out a loss of 8 %, with an error of 1 in 100. */
const enoughPackets = 60;
/** A link that carries less than this multiple of the audio has no room for questions. */
const roomFactor = 6;
/**
 * Questions that may be saved up, and how fast they come back, per second: slowly. They come so much closer together
 * than packets that, asked again and again, they would crowd out the memory of minutes with that of a few seconds: on
 * link C the profile then changed four times an hour (simulated, one every two seconds).
 */
const mostQuestions = 200;
const questionsPerSecond = 0.02;

/** Time between two questions, ms, by how much they are worth. */
const intervalsMs = { none: 0, watching: 70, unknown: 80, undecided: 30, alarmed: 20 } as const;
type Interest = keyof typeof intervalsMs;
/** While an utterance is sent, there is no end to the watching. */
const untilToldOtherwise = 1000;

export interface EvidenceContext {
  /** Nothing that was learnt could make the profile any more robust. */
  readonly isPoor: boolean;
  readonly isSending: boolean;
}

/**
 * Decides whether more evidence of a link's loss is worth its bytes. It is while what is known could be on either
 * side of the line between the profiles, or while next to nothing is known, within a budget that refills slowly; and
 * a little while an utterance is sent, so that a loss that sets in is seen soon.
 */
export class EvidenceWanted {
  #interest: Interest = 'none';
  #budget = mostQuestions;
  #atMs = 0;

  /** What to ask from now on; `undefined` if that has not changed. */
  wish(
    conditions: LinkConditions | undefined,
    context: EvidenceContext,
    nowMs: number,
  ): ProbeWish | undefined {
    this.#account(nowMs);
    let interest = interestIn(conditions, context);
    if (isBudgeted(interest) && this.#budget < 1) interest = context.isSending ? 'watching' : 'none';
    if (interest === this.#interest) return undefined;
    this.#interest = interest;
    const count =
      interest === 'none' ? 0 : isBudgeted(interest) ? Math.floor(this.#budget) : untilToldOtherwise;
    return { intervalMs: intervalsMs[interest], count };
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
  conditions: LinkConditions | undefined,
  { isPoor, isSending }: EvidenceContext,
): Interest {
  if (conditions === undefined || isPoor || !hasRoom(conditions)) return 'none';
  if (conditions.lossPercent < negligibleLossPercent) {
    if (conditions.lossPackets < enoughPackets && !isSending) return 'unknown';
    return isSending ? 'watching' : 'none';
  }
  if (isUndecided(conditions)) return isSending ? 'alarmed' : 'undecided';
  return isSending ? 'watching' : 'none';
}

function hasRoom(conditions: LinkConditions): boolean {
  const { capacityBytesPerSecond, requiredBytesPerSecond, owdVariationMs, minRttMs } = conditions;
  // Before the capacity is known, a queue tells that there is none to spare.
  if (capacityBytesPerSecond === undefined)
    return owdVariationMs <= CapacityEstimator.queueThresholdMs(minRttMs);
  return capacityBytesPerSecond >= roomFactor * requiredBytesPerSecond;
}

function isUndecided({ lossPercent, lossPackets }: LinkConditions): boolean {
  const share = lossPercent / 100;
  const spread = 100 * deviations * Math.sqrt((share * (1 - share)) / (lossPackets + priorPackets));
  return lossPercent + spread > dividingLossPercent;
}
