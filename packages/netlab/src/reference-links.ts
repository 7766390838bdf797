/** Both directions of an access link in the figures that people give for one. */
export interface LinkParameters {
  /** Round-trip time of the empty link, ms; half of it in each direction. */
  readonly rttMs: number;
  /** Mean of the exponential delay added to each packet, per direction, ms. */
  readonly jitterMs: number;
  /** Share of packets lost, per direction, percent. */
  readonly lossPercent: number;
  /** Mean duration of a loss burst, ms; 0 for independent losses. */
  readonly burstMs: number;
  /** Bottleneck rate per direction, kbit/s of IP bytes; 0 is unlimited. */
  readonly rateKbps: number;
  /** Depth of the drop-tail queue in front of the bottleneck, ms. */
  readonly queueMs: number;
}

/** A link with the name under which results report it: a reference link's, `none` or `custom`. */
export interface AccessLink extends LinkParameters {
  readonly name: string;
  readonly description: string;
}

function reference(
  name: string,
  description: string,
  rateKbps: number,
  rttMs: number,
  lossPercent: number,
  burstMs: number,
  jitterMs: number,
  queueMs: number,
): AccessLink {
  return Object.freeze({ name, description, rttMs, jitterMs, lossPercent, burstMs, rateKbps, queueMs });
}

/** The links on which results are compared, by name. */
export const REFERENCE_LINKS: Readonly<Record<string, AccessLink>> = Object.freeze({
  none: reference('none', 'no emulation', 0, 0, 0, 0, 0, 300),
  A: reference('A', 'fibre', 10_000, 40, 0.1, 0, 1, 200),
  B: reference('B', 'LTE', 2_000, 80, 1, 40, 8, 300),
  C: reference('C', 'congested 3G', 300, 200, 2, 80, 15, 600),
  D: reference('D', 'EDGE', 48, 400, 10, 120, 30, 1_500),
  E: reference('E', 'lossy Wi-Fi', 5_000, 50, 8, 30, 5, 200),
  F: reference('F', 'heavy random loss', 1_000, 120, 20, 0, 10, 300),
  S: reference('S', 'clean 15 Mbit/s', 15_000, 40, 0, 0, 0, 200),
});
