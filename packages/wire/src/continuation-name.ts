/** Where an utterance of the data lane stops and an audio track goes on with it. */
export interface Continuation {
  /** 0–15. */
  readonly channel: number;
  /** 0–65535. */
  readonly utteranceSequence: number;
  /** The first frame that the track says. */
  readonly frame: number;
}

const pattern = /~([0-9]{1,2})[.]([0-9]{1,5})[.]([0-9]{1,8})$/;

/**
 * The name of an audio track that goes on with an utterance of the data lane. Names travel with the room's
 * signalling, which reaches receivers that no data channel reaches any more.
 */
export function continuationName(
  trackName: string,
  { channel, utteranceSequence, frame }: Continuation,
): string {
  return `${trackName}~${channel}.${utteranceSequence}.${frame}`;
}

/** What a track's name says of the utterance that it goes on with; `undefined` if it goes on with none. */
export function readContinuationName(trackName: string | undefined): Continuation | undefined {
  const match = pattern.exec(trackName ?? '');
  if (match === null) return undefined;
  const [channel, utteranceSequence, frame] = match.slice(1).map(Number) as [number, number, number];
  return channel > 15 || utteranceSequence > 0xffff || frame > 0xffffff
    ? undefined
    : { channel, utteranceSequence, frame };
}
