/** How the payloads of a run of frames are encoded. */
export interface AudioFormat {
  /** Id of the codec contribution, for example `opus`. */
  readonly codecId: string;
  readonly sampleRateHz: number;
  /** Duration of one frame, ms. */
  readonly frameMs: number;
}

/** One frame of encoded speech. Frames of an utterance are numbered from 0 without gaps. */
export interface EncodedFrame {
  /** Place of the frame in its utterance, from 0. */
  readonly index: number;
  /** What the encoder made of it: 1 byte to what fits a packet (about 1 000). */
  readonly payload: Uint8Array;
  readonly format: AudioFormat;
  /** The samples that are encoded here; present for lanes that can change over to a lane of PCM. */
  readonly pcm?: Int16Array;
}
