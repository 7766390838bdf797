/** Version of the packet format, 0–3. Packets of another version are ignored and counted. */
export const wireVersion = 2;

/** Topic under which packets travel: one character, because LiveKit repeats it in every packet. */
export const wireTopic = 'e';

/** Numbers of the packet types (6 bits). A receiver ignores, and counts, those that it does not know. */
export const packetType = {
  audio: 0,
  report: 1,
  hello: 2,
  probe: 3,
  flush: 4,
  end: 5,
  ping: 6,
  pong: 7,
  bye: 8,
  /** Reserved: a run of silence. */
  silence: 9,
  /** Audio that the receiver holds already, by content. */
  ref: 10,
  /** Reserved: parity over earlier packets. */
  parity: 11,
  words: 12,
  pause: 13,
  resume: 14,
  mark: 15,
} as const;

/** Bits of the flags byte of an audio packet. The three bits above them hold the group. */
export const audioFlag = {
  /** First packet of the utterance for this receiver, which may come while it is being spoken. */
  start: 1,
  /** Last packet of the utterance. */
  end: 2,
  /** A planned copy of a packet sent before. */
  copy: 4,
  /** A repeat that the receiver asked for, or a probe. */
  repeat: 8,
  /** A stream header precedes the frames. */
  streamHeader: 16,
} as const;
