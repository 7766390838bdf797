/** Which way a measurement of a link has just turned: what a change detector found in it. */
export type LinkSignal = 'rate' | 'delay' | 'loss' | 'silence';

/**
 * What is known of the way to one receiver at one moment. Plain numbers that survive JSON, so that a decision can be
 * logged with what it was based on. A field is absent where nothing is known yet.
 */
export interface LinkState {
  /** Identity of the participant; of its further receivers, `identity#id`. */
  readonly receiver: string;
  /** What the receiver or the room says of it, for example `{ network: 'metered' }`; empty where nothing is said. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly atMs: number;
  /** Reports that these figures rest on, since the session began; 0: only the round trip is known, and the rest are zeros. */
  readonly reports: number;
  readonly smoothedRttMs: number;
  readonly rttVariationMs: number;
  /** Least round-trip time of the last 30 s, ms. */
  readonly minRttMs: number;
  /** One-way delay of the latest packet above the least seen, ms. */
  readonly owdVariationMs: number;
  /** The latest packet waited in a queue: it took longer than the fastest by half a round trip, and by 40 ms. */
  readonly isQueueing: boolean;
  /** Growth of the one-way delay, ms per second: Theil–Sen slope over the last 16 reports. */
  readonly owdTrendMsPerSecond: number;
  /** 95th percentile of the one-way delay above its least, ms. */
  readonly pdvP95Ms: number;
  /** Loss of packets at their first attempt, %; older than the latest change of the link is left out. */
  readonly lossPercent: number;
  /** Packets that the loss was counted over. */
  readonly lossPackets: number;
  /** Mean duration of a run of lost packets, ms; 0 if unknown. */
  readonly burstMs: number;
  /** Audio payload per second: the 20th percentile of the last 8 reports, and the most of the last 30 s. */
  readonly rateP20BytesPerSecond: number;
  readonly rateMaxBytesPerSecond: number;
  /**
   * Payload per second that the link can carry, seen while a queue stood in front of it; absent while no limit has
   * shown, because then the rate is the source's, not the link's.
   */
  readonly capacityBytesPerSecond?: number;
  /** True: no limit has shown, but the link is so far that it is presumed to carry no more, until more is known. */
  readonly isCapacityPresumed?: boolean;
  /** Payload per second that playing in real time takes under the present settings. */
  readonly requiredBytesPerSecond: number;
  /** Payload of the next batch, as far as can be told. */
  readonly batchBytes: number;
  /** Payload acknowledged since the profile last changed: the evidence for going up. */
  readonly freshBytes: number;
  /** How long the latest packets took, one way, repeats included, ms. */
  readonly deliveryMs: number;
  readonly bufferAheadMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  /** Age of the latest report, ms. */
  readonly reportAgeMs: number;
  /** An acknowledgement is overdue: nothing for SRTT + 4·RTTVAR + report interval although something is owed. */
  readonly isOutage: boolean;
  /** How long an acknowledgement has been owed, ms; 0 if none is. */
  readonly unackedForMs: number;
  /** Sent and not acknowledged, bytes; 0 means that all there is has arrived. Absent where the lane cannot tell. */
  readonly inFlightBytes?: number;
  /** What has recently turned for the worse. Two of them agreeing is taken for a change of the link. */
  readonly worsening: readonly LinkSignal[];
}

/**
 * What one report, one answer to a probe, or a missed acknowledgement brought to light: for rules that act at once,
 * before an estimate has followed.
 */
export interface LinkEvent {
  /** Identities of the receivers that it is about. */
  readonly receivers: readonly string[];
  readonly atMs: number;
  readonly source: 'report' | 'probe' | 'ack-timeout';
  /** A measurement shifted by the sensitive test: false alarms are expected, a few a minute. */
  readonly isAlarm: boolean;
  /** Packets newly found lost at their first attempt. */
  readonly newLosses: number;
  /** Loss as it was known before this event, %. */
  readonly lossPercentBefore: number;
  /** Stalls of the utterance that were not known before. */
  readonly newStalls: number;
}
