/**
 * Where the speech of one group of receivers is, as one utterance sees it. Drawn in
 * docs/guides/fail-over.md.
 */
export type FailoverState =
  /** On the data lane. */
  | 'data'
  /** On the data lane, where nobody answers any more; the media lane is being opened. */
  | 'openingMedia'
  /** On the data lane, where nobody answers any more; the media lane could not be opened, and is left alone for a while. */
  | 'mediaUnavailable'
  /** On the media lane. */
  | 'media'
  /** The media lane plays out a phrase, after which the data lane goes on. */
  | 'finishingPhrase'
  /** On the data lane, which sends what was written meanwhile. */
  | 'catchingUp'
  /** The utterance has ended. */
  | 'over';

export type FailoverEvent =
  /** All receivers have been silent for too long, and will soon have nothing to play. */
  | 'receiversSilent'
  /** Somebody listens to the media lane. */
  | 'mediaReady'
  /** The media lane cannot be opened, or what it would have to say is not kept any more. */
  | 'mediaFailed'
  /** Enough time has passed to try the media lane again. */
  | 'retryDue'
  /** Receivers answer on the data lane, and a phrase has ended on the media lane. */
  | 'receiversAnswer'
  /** The media lane has been heard to its end. */
  | 'phrasePlayed'
  /** The data lane has been given all that was written meanwhile. */
  | 'caughtUp'
  /** Played, failed or cancelled. */
  | 'ended';

/** Every edge that there is. An event without an edge changes nothing. */
export const failoverTransitions: Readonly<
  Record<FailoverState, Readonly<Partial<Record<FailoverEvent, FailoverState>>>>
> = {
  data: { receiversSilent: 'openingMedia', ended: 'over' },
  openingMedia: { mediaReady: 'media', mediaFailed: 'mediaUnavailable', ended: 'over' },
  mediaUnavailable: { retryDue: 'data', ended: 'over' },
  media: { receiversAnswer: 'finishingPhrase', ended: 'over' },
  finishingPhrase: { phrasePlayed: 'catchingUp', ended: 'over' },
  catchingUp: { caughtUp: 'data', ended: 'over' },
  over: {},
};

/** When speech leaves the data lane for the media lane. */
export interface FailoverLimits {
  /** All receivers have been silent for this long, ms, … */
  readonly silentAfterMs: number;
  /** …beside so many round trips, … */
  readonly silentAfterRtts: number;
  /** …and what they are known to hold lasts less than this, ms: with more, they can wait and see. */
  readonly reserveMs: number;
}

/** Each value is justified by the sweep in docs/benchmarks/notebook.md, section "Fail-over". */
export const productionFailover: FailoverLimits = {
  silentAfterMs: 1000,
  silentAfterRtts: 6,
  reserveMs: 600,
};

/** What is known of the receivers of an utterance on the data lane. */
export interface DataLaneHealth {
  /** How long no receiver has answered although all owe an answer, ms. */
  readonly unansweredMs: number;
  /** Smoothed round-trip time of the slowest receiver, ms. */
  readonly rttMs: number;
  /** Acknowledged audio that keeps the first receiver to run dry playing, ms. */
  readonly reserveMs: number;
}

/** Whether speech is to change from the data lane to the media lane: the event `receiversSilent`. */
export function areReceiversSilent(
  { unansweredMs, rttMs, reserveMs }: DataLaneHealth,
  limits: FailoverLimits,
): boolean {
  const silentAfterMs = limits.silentAfterMs + limits.silentAfterRtts * rttMs;
  return unansweredMs > silentAfterMs && reserveMs <= limits.reserveMs;
}
