import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';

/** By what senders know a receiver. */
export interface ReceiverId {
  /** 1–65535. */
  readonly receiverId: number;
  /** 1–2³²−1: told in HELLO, and carried by commands to this receiver. */
  readonly nonce: number;
}

/**
 * Draws the id of a receiver that is being attached: a listener is not an identity, since one participant can have
 * several receivers, and a page that is loaded anew has another one.
 */
export function drawReceiverId(random: RandomSource = createSeededRandom(platformSeed())): ReceiverId {
  return {
    receiverId: 1 + Math.floor(random.next() * 0xffff),
    nonce: 1 + Math.floor(random.next() * 0xffffffff),
  };
}

/** Of the platform, so that two receivers that start at the same moment differ. */
function platformSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
