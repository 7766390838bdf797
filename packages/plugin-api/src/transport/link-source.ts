import type { LinkEvent, LinkState } from '../adaptation/link-state.js';
import { type Event, noEvent } from '../base/event.js';
import type { StreamSettings } from '../profile/profile.js';

/** Active probing: small packets beside the audio whose answers tell of round trip and loss. */
export interface ProbeRequest {
  /** Time between two probes, ms. */
  readonly intervalMs: number;
  /** Probes altogether; 0 stops those that are under way. */
  readonly count: number;
}

/** When an acknowledgement that a receiver owes counts as missed: RFC 6298, and the interval of reports beyond it. */
export interface AckTimeoutSettings {
  /** How many mean deviations beyond the smoothed round trip. */
  readonly rttVariations: number;
  /** In place of both, while nothing is known of the link, ms. */
  readonly unknownMs: number;
  /** From so many times that time on, the silence is a signal (`LinkState.worsening`). */
  readonly signalTimeouts: number;
}

/** What a lane measures of the ways to its receivers, and how it can be told to learn more. */
export interface LinkSource {
  /**
   * Every receiver that is there; `reports` is 0 where only the round trip is known.
   *
   * @param settings what the stream runs on: decides how much it asks of a link
   */
  states(settings: StreamSettings): readonly LinkState[];
  /** Something was learnt of the utterance that was opened last, or by a probe. */
  readonly onDidObserve: Event<LinkEvent>;
  /** Counts `freshBytes` from here: the stream runs on another profile from now on. */
  startEvidence(): void;
  /** Probes all receivers from now on; replaces the request before. */
  probe(request: ProbeRequest): void;
  /** What counts as a missed acknowledgement from now on; RFC 6298 until then. */
  setAckTimeout(settings: AckTimeoutSettings): void;
}

/** For lanes that measure nothing. */
export const noLinks: LinkSource = Object.freeze({
  states: () => [],
  onDidObserve: noEvent,
  startEvidence: () => undefined,
  probe: () => undefined,
  setAckTimeout: () => undefined,
});
