/** What is believed before anything is known: 1 % loss, with the weight of ten packets. */
const priorPackets = 10;
const priorLoss = 0.01;
/** Packets that count at most: what is older fades. */
const memoryPackets = 800;
/** Log-likelihood ratios that count as a change. To believe in an improvement takes longer: nothing is lost by waiting. */
const thresholdOfWorse = 8;
const thresholdOfBetter = 9;
/**
 * So many losses with causes of their own it takes to believe in a change for the worse: on C, whose losses come in
 * bursts, one less makes the profile change 1.2 times an hour instead of 0.8 (simulated, 4.8 h).
 */
const leastBurstsOfWorse = 4;

/**
 * Losses come in bursts: one that follows another within this time most likely has the same cause, and says less of a
 * change than one by itself.
 */
const burstMs = 160;
const weightInBurst = 0.3;

/** One direction of change: a CUSUM of log-likelihood ratios, and what was seen since it last stood at zero. */
interface Suspicion {
  sum: number;
  packets: number;
  lost: number;
  bursts: number;
}

export type LossChange = 'worse' | 'better';

/**
 * Share of packets lost at their first attempt. Two sequential tests run beside the estimate, for a link that became
 * worse and one that became better; when one succeeds, everything before the moment of the change is forgotten. The
 * estimate is therefore steady on a steady link and quick after a change.
 */
export class LossEstimator {
  #packets = 0;
  #lost = 0;
  /** Runs of losses with the same cause. */
  #bursts = 0;
  #lostAtMs = Number.NEGATIVE_INFINITY;
  readonly #worse: Suspicion = { sum: 0, packets: 0, lost: 0, bursts: 0 };
  readonly #better: Suspicion = { sum: 0, packets: 0, lost: 0, bursts: 0 };

  get lossPercent(): number {
    return (100 * (this.#lost + priorPackets * priorLoss)) / (this.#packets + priorPackets);
  }

  /**
   * Packets that the estimate is worth: those that it rests on, at most 800, divided by the mean length of a run of
   * losses, because what is lost together is one observation (design effect of clusters, Kish 1965).
   */
  get packets(): number {
    return this.#lost > this.#bursts ? (this.#packets * this.#bursts) / this.#lost : this.#packets;
  }

  /** Takes what became known of some packets. */
  add(arrived: number, lost: number, nowMs: number): LossChange | undefined {
    let change: LossChange | undefined;
    // The order within one report is not known; evenly mixed is as good as any.
    const total = arrived + lost;
    for (let at = 0; at < total; at++) {
      const isLost = Math.floor(((at + 1) * lost) / total) > Math.floor((at * lost) / total);
      change = this.#push(isLost, nowMs) ?? change;
    }
    return change;
  }

  #push(isLost: boolean, nowMs: number): LossChange | undefined {
    const isInBurst = isLost && nowMs - this.#lostAtMs < burstMs;
    const weight = isInBurst ? weightInBurst : 1;
    if (isLost) this.#lostAtMs = nowMs;
    const known = Math.max(0.005, Math.min(0.5, this.lossPercent / 100));
    if (this.#packets >= memoryPackets) {
      this.#lost *= (memoryPackets - 1) / memoryPackets;
      this.#bursts *= (memoryPackets - 1) / memoryPackets;
      this.#packets = memoryPackets - 1;
    }
    this.#packets++;
    if (isLost) this.#lost++;
    if (isLost && !isInBurst) this.#bursts++;
    const worse = Math.min(0.9, Math.max(0.08, 4 * known));
    if (
      step(this.#worse, isLost, weight, known, worse) > thresholdOfWorse &&
      this.#worse.bursts >= leastBurstsOfWorse
    )
      return this.#restart('worse');
    if (known >= 0.03 && step(this.#better, isLost, weight, known, known / 5) > thresholdOfBetter)
      return this.#restart('better');
    return undefined;
  }

  #restart(change: LossChange): LossChange {
    const since = change === 'worse' ? this.#worse : this.#better;
    this.#packets = since.packets;
    this.#lost = since.lost;
    this.#bursts = Math.min(since.lost, Math.max(1, since.bursts));
    Object.assign(this.#worse, { sum: 0, packets: 0, lost: 0, bursts: 0 });
    Object.assign(this.#better, { sum: 0, packets: 0, lost: 0, bursts: 0 });
    return change;
  }
}

function step(suspicion: Suspicion, isLost: boolean, weight: number, before: number, after: number): number {
  suspicion.sum += isLost ? weight * Math.log(after / before) : Math.log((1 - after) / (1 - before));
  suspicion.packets++;
  if (isLost) suspicion.lost++;
  if (isLost && weight === 1) suspicion.bursts++;
  if (suspicion.sum <= 0) Object.assign(suspicion, { sum: 0, packets: 0, lost: 0, bursts: 0 });
  return suspicion.sum;
}
