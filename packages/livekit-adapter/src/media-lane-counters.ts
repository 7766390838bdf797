/** Events that are no reason to stop. */
export interface MediaLaneCounters {
  /** Pieces of audio that rtc-node refused; each is tried again once. */
  captureErrors: number;
  /** Pieces given up after the second refusal. */
  droppedBlocks: number;
  /** Tracks published anew because the earlier one had stopped taking audio. */
  replacedTracks: number;
  /** Errors while a track was taken down. */
  closeErrors: number;
}
