/** How audio travels: encoded frames ahead of playout (`data`), or PCM at playout pace (`media`). */
export type LaneKind = 'data' | 'media';

/**
 * Why speech went over to the other lane: the data lane's receivers, present in a connected room, had stopped to
 * answer; there are none any more; or they answer (again).
 */
export type LaneChangeCause = 'data-silent' | 'no-receiver' | 'receiver-answered';

/** A change from one lane to the other, within an utterance or before it. */
export interface LaneChange {
  /** On the transport's clock. */
  readonly atMs: number;
  readonly from: LaneKind;
  readonly to: LaneKind;
  readonly cause: LaneChangeCause;
  /** Where in the utterance the new lane begins, ms from its start. */
  readonly positionMs: number;
  /**
   * Audio sent on the old lane beyond that place, of which it is not known whether it arrived, ms: no more than this
   * can be heard twice. Receivers that know the rule of the track's name cut it off.
   */
  readonly doubtfulMs: number;
}
