/** What is believed before anything is known: 1 % loss, with the weight of ten packets. */
const priorPackets = 10;
const priorLoss = 0.01;
/** Packets that count at most: what is older fades. */
const memoryPackets = 200;
/** Log-likelihood ratio that counts as a change. */
const threshold = 5.5;

/**
 * Losses come in bursts: one that follows another within this time most likely has the same cause, and says less of a
 * change than one by itself.
 */
const burstMs = 100;
const weightInBurst = 0.3;

/** One direction of change: a CUSUM of log-likelihood ratios, and what was seen since it last stood at zero. */
interface Suspicion {
  sum: number;
  packets: number;
  lost: number;
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
  #lostAtMs = Number.NEGATIVE_INFINITY;
  readonly #worse: Suspicion = { sum: 0, packets: 0, lost: 0 };
  readonly #better: Suspicion = { sum: 0, packets: 0, lost: 0 };

  get lossPercent(): number {
    return (100 * (this.#lost + priorPackets * priorLoss)) / (this.#packets + priorPackets);
  }

  /** Packets that the estimate rests on, at most 200. */
  get packets(): number {
    return this.#packets;
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
    const weight = isLost && nowMs - this.#lostAtMs < burstMs ? weightInBurst : 1;
    if (isLost) this.#lostAtMs = nowMs;
    const known = Math.max(0.005, Math.min(0.5, this.lossPercent / 100));
    if (this.#packets >= memoryPackets) {
      this.#lost *= (memoryPackets - 1) / memoryPackets;
      this.#packets = memoryPackets - 1;
    }
    this.#packets++;
    if (isLost) this.#lost++;
    if (step(this.#worse, isLost, weight, known, Math.min(0.9, Math.max(0.08, 4 * known))))
      return this.#restart('worse');
    if (known >= 0.03 && step(this.#better, isLost, weight, known, known / 5)) return this.#restart('better');
    return undefined;
  }

  #restart(change: LossChange): LossChange {
    const since = change === 'worse' ? this.#worse : this.#better;
    this.#packets = since.packets;
    this.#lost = since.lost;
    Object.assign(this.#worse, { sum: 0, packets: 0, lost: 0 });
    Object.assign(this.#better, { sum: 0, packets: 0, lost: 0 });
    return change;
  }
}

function step(suspicion: Suspicion, isLost: boolean, weight: number, before: number, after: number): boolean {
  suspicion.sum += isLost ? weight * Math.log(after / before) : Math.log((1 - after) / (1 - before));
  suspicion.packets++;
  if (isLost) suspicion.lost++;
  if (suspicion.sum <= 0) {
    suspicion.sum = 0;
    suspicion.packets = 0;
    suspicion.lost = 0;
  }
  return suspicion.sum > threshold;
}
