/** Counts of what was ignored or failed; nothing of it is silent. */
export interface DataLaneCounters {
  malformedPackets: number;
  unknownPackets: number;
  /** From participants that are no receivers, about utterances that are over, or that make no sense. */
  ignoredPackets: number;
  failedSends: number;
  /** Receivers that an utterance went on without, or failed for. */
  droppedReceivers: number;
  /** Frames that these receivers are not known to have. */
  droppedFrames: number;
  /** Receivers left out of utterances because they cannot decode what the others can. */
  incapableReceivers: number;
  /** Questions asked between utterances, and answers to them. */
  idlePings: number;
  idlePongs: number;
}

export function createDataLaneCounters(): DataLaneCounters {
  return {
    malformedPackets: 0,
    unknownPackets: 0,
    ignoredPackets: 0,
    failedSends: 0,
    droppedReceivers: 0,
    droppedFrames: 0,
    incapableReceivers: 0,
    idlePings: 0,
    idlePongs: 0,
  };
}
