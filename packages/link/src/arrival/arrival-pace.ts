const historySize = 16;
const utteranceHistory = 8;
/** Missing packets whose repeat is timed, at most. */
const maxAwaited = 64;
/** How much audio a sender is ahead is judged by the beginning of an utterance, ms. */
const beginningMs = 300;

/** One new packet of an utterance. */
export interface PacedPacket {
  readonly utteranceSequence: number;
  /** Full count of the packet. */
  readonly position: number;
  readonly audioMs: number;
  readonly nowMs: number;
  readonly isRetransmission: boolean;
}

/** What the arrivals so far let a receiver expect. */
export interface ArrivalForecast {
  /** Whole beginnings of utterances seen. */
  readonly utterances: number;
  /** From one packet to the next, median, ms; 0 if unknown. */
  readonly spacingMs: number;
  /** Audio that arrives in a given time, over that time, at the beginning of an utterance; 0 if unknown. */
  readonly growth: number;
  /** From noticing that a packet is missing to its repeat, median, ms; 0 if unknown. */
  readonly repairMs: number;
  readonly lossPercent: number;
  readonly pdvP95Ms: number;
}

/** How fast audio comes, and how soon what was lost is repeated, over the utterances of a stream. Bounded. */
export class ArrivalPace {
  readonly #spacingsMs: number[] = [];
  readonly #growths: number[] = [];
  readonly #repairsMs: number[] = [];
  /** Missing packets, and since when they are known to be missing. */
  readonly #awaited = new Map<number, number>();
  /** Medians, until the next value: they are asked for with every frame. */
  #spacingMs: number | undefined;
  #repairMs: number | undefined;
  #utteranceSequence: number | undefined;
  #highest = -1;
  #highestAtMs = 0;
  #startedAtMs = 0;
  #firstAudioMs = 0;
  #audioMs = 0;
  #isJudged = false;

  get spacingMs(): number {
    return (this.#spacingMs ??= median(this.#spacingsMs));
  }

  get repairMs(): number {
    return (this.#repairMs ??= median(this.#repairsMs));
  }

  add(packet: PacedPacket): void {
    const { utteranceSequence, position, nowMs } = packet;
    if (utteranceSequence !== this.#utteranceSequence) this.#begin(packet);
    this.#audioMs += packet.audioMs;
    const awaitedSinceMs = this.#awaited.get(position);
    this.#awaited.delete(position);
    if (awaitedSinceMs !== undefined && packet.isRetransmission) {
      push(this.#repairsMs, nowMs - awaitedSinceMs);
      this.#repairMs = undefined;
    }
    if (position > this.#highest) this.#advance(position, nowMs);
    this.#judgeGrowth(nowMs);
  }

  forecast(lossPercent: number, pdvP95Ms: number): ArrivalForecast {
    return {
      utterances: this.#growths.length,
      spacingMs: this.spacingMs,
      growth: median(this.#growths),
      repairMs: this.repairMs,
      lossPercent,
      pdvP95Ms,
    };
  }

  #begin({ utteranceSequence, nowMs, audioMs }: PacedPacket): void {
    this.#utteranceSequence = utteranceSequence;
    this.#awaited.clear();
    this.#highest = -1;
    this.#startedAtMs = nowMs;
    this.#firstAudioMs = audioMs;
    this.#audioMs = 0;
    this.#isJudged = false;
  }

  #advance(position: number, nowMs: number): void {
    const skipped = position - this.#highest - 1;
    if (skipped === 0 && this.#highest >= 0) {
      push(this.#spacingsMs, nowMs - this.#highestAtMs);
      this.#spacingMs = undefined;
    }
    const first = Math.max(this.#highest + 1, position - maxAwaited);
    for (let at = first; at < position && this.#awaited.size < maxAwaited; at++) this.#awaited.set(at, nowMs);
    this.#highest = position;
    this.#highestAtMs = nowMs;
  }

  /** The first packet marks the beginning of the time; what it brought was gathered before. */
  #judgeGrowth(nowMs: number): void {
    const elapsedMs = nowMs - this.#startedAtMs;
    if (this.#isJudged || elapsedMs < beginningMs) return;
    this.#isJudged = true;
    this.#growths.push((this.#audioMs - this.#firstAudioMs) / elapsedMs);
    if (this.#growths.length > utteranceHistory) this.#growths.shift();
  }
}

function push(history: number[], value: number): void {
  history.push(value);
  if (history.length > historySize) history.shift();
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
