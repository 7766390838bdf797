/**
 * Which receiver a packet is of, or for. A receiver draws its id when it is attached, so that several receivers of one
 * identity are told apart.
 */
export interface OfReceiver {
  /** 1–65535; in packets of senders, 0 stands for every receiver of the destination. */
  readonly receiverId: number;
}

/** One encoding of an utterance, for the receivers that it suits. */
export interface OfGroup {
  /** 0–7; absent: 0. */
  readonly group?: number;
}

/**
 * The group of a packet as its bits on the wire.
 *
 * @throws RangeError for a group other than 0–7
 */
export function groupOf({ group = 0 }: OfGroup): number {
  if (Number.isInteger(group) && group >= 0 && group <= 7) return group;
  throw new RangeError(`a group is 0 to 7, not ${group}`);
}

/** Three bits of a packet as its group; the group 0 is left out. */
export function readGroup(bits: number): OfGroup {
  const group = bits & 7;
  return group === 0 ? {} : { group };
}

/** Group and channel in one byte. */
export function groupAndChannel(packet: OfGroup & { readonly channel: number }): number {
  return (groupOf(packet) << 4) | (packet.channel & 15);
}

/**
 * The id of the receiver that a packet is of.
 *
 * @throws RangeError for an id other than 1–65535
 */
export function ownId({ receiverId }: OfReceiver): number {
  if (Number.isInteger(receiverId) && receiverId >= 1 && receiverId <= 0xffff) return receiverId;
  throw new RangeError(`a receiver id is 1 to 65535, not ${receiverId}`);
}
