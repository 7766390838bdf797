import type { LinkState, ProtectionCause, StreamSettings } from '@eloquence/plugin-api';

const leastHoldMs = 1000;
const holdRtts = 4;
/**
 * The level at which playout goes on after a stall is multiplied by this. The level at which it starts is left alone:
 * the receiver adds to it what its own measurements ask for, and more costs first audio without gain (measured on F).
 */
const levelFactor = 1.5;
const hedgeDelayMs = 30;
/**
 * On a link known to lose so much the profile is made for it: more and smaller packets only added delay there
 * (measured on F), %.
 */
export const expectedLossPercent = 3;
/** With so much ahead of playout, ms, small packets would only cost headers: there is time to repeat large ones. */
const amplePlayoutMs = 1500;
/** Below this multiple of the audio's own rate a link has no room for smaller packets or copies. */
const roomFactor = 4;

/**
 * The fast half of control: for a second or a few round trips after the first sign of trouble the stream is careful.
 * It sends small batches, copies the next packet, and asks the receiver to gather more before it goes on after a stall. A false
 * alarm costs a few bytes and nothing else.
 */
export class FastProtection {
  readonly #causes = new Set<ProtectionCause>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #triggers = 0;
  #cached:
    { readonly from: StreamSettings; readonly key: string; readonly result: StreamSettings } | undefined;

  /** Times that it was turned on. */
  get triggers(): number {
    return this.#triggers;
  }

  /** Becomes careful, or stays so for longer. True if it was not before. */
  trigger(cause: ProtectionCause, nowMs: number, smoothedRttMs: number): boolean {
    const wasOn = this.isOn(nowMs);
    if (!wasOn) {
      this.#causes.clear();
      this.#triggers++;
    }
    this.#causes.add(cause);
    this.#untilMs = nowMs + Math.max(leastHoldMs, holdRtts * smoothedRttMs);
    return !wasOn;
  }

  /** Is careful no longer. */
  end(): void {
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }

  isOn(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  causes(nowMs: number): readonly ProtectionCause[] {
    return this.isOn(nowMs) ? [...this.#causes].sort() : [];
  }

  /** The settings to use now: those given, or a careful version of them. The same input gives the same object. */
  apply(settings: StreamSettings, conditions: LinkState | undefined, nowMs: number): StreamSettings {
    if (!this.isOn(nowMs)) return settings;
    const hasRoom = hasRoomFor(settings, conditions);
    const isLossy = this.#causes.has('silence') || this.#causes.has('loss');
    const isShort = (conditions?.leadMs ?? 0) < amplePlayoutMs;
    const key = `${hasRoom} ${isLossy} ${isShort} ${this.#triggers}`;
    if (this.#cached?.from === settings && this.#cached.key === key) return this.#cached.result;
    const result = protect(settings, hasRoom, isLossy, isShort);
    this.#cached = { from: settings, key, result };
    return result;
  }
}

function hasRoomFor(settings: StreamSettings, conditions: LinkState | undefined): boolean {
  if (conditions !== undefined && conditions.lossPercent >= expectedLossPercent) return false;
  const capacity = conditions?.capacityBytesPerSecond;
  // Before the capacity is known, a queue tells that there is none to spare.
  if (capacity === undefined) return conditions === undefined || !conditions.isQueueing;
  return capacity >= (roomFactor * settings.codec.bitrateBps) / 8;
}

function protect(
  settings: StreamSettings,
  hasRoom: boolean,
  isLossy: boolean,
  isShort: boolean,
): StreamSettings {
  const { batch, playout, redundancy } = settings;
  const careful: StreamSettings = {
    ...settings,
    playout: {
      startMs: playout.startMs,
      resumeMs: roundToTen(levelFactor * playout.resumeMs),
    },
  };
  if (!hasRoom) return careful;
  return {
    ...careful,
    batch: isShort
      ? { firstMs: batch.firstMs, maxMs: Math.max(batch.firstMs, settings.codec.frameMs) }
      : batch,
    redundancy: isLossy
      ? {
          ...redundancy,
          copyDelaysMs: redundancy.copyDelaysMs.length > 0 ? redundancy.copyDelaysMs : [hedgeDelayMs],
          hedgedPackets: 1,
        }
      : redundancy,
  };
}

function roundToTen(value: number): number {
  return 10 * Math.round(value / 10);
}
