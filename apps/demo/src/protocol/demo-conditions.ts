/** What is measured of the way to one receiver. */
export interface DemoConditions {
  readonly receiver: string;
  readonly rttMs: number;
  readonly jitterP95Ms: number;
  readonly lossPercent: number;
  /** Delivery rate of the audio payload. */
  readonly rateBps: number;
  /** What the link can carry; `null` while no limit has shown. */
  readonly capacityBps: number | null;
  readonly leadMs: number;
  readonly isOutage: boolean;
  /** Latest forecast; `null` before there is one. */
  readonly forecast: DemoForecast | null;
}

export interface DemoForecast {
  /** Time to deliver the next batch: median, and the band of 5 to 95 %. */
  readonly deliveryMs: { readonly p5: number; readonly p50: number; readonly p95: number };
  /** What the batches before took: to be compared with the band. */
  readonly observedDeliveryMs: number;
  /** Probability of a stall within 1, 2, 3, 4 and 5 s. */
  readonly stallProbability: readonly number[];
}

export interface DemoDecision {
  readonly id: number;
  /** `protection`: repeats and copies were turned on or off. */
  readonly what: 'profile' | 'protection';
  readonly from: string;
  readonly to: string;
  /** Whether the profile changed by it. */
  readonly applied: boolean;
  readonly rule: string;
  readonly reason: string;
  readonly protection: readonly string[];
}
