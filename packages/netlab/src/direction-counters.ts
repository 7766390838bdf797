/** What a UDP packet of a WebRTC connection carries. */
export type PacketClass = 'dtls' | 'rtp' | 'rtcp' | 'stun' | 'other';

/** All classes, in the order in which reports list them. */
export const PACKET_CLASSES: readonly PacketClass[] = ['dtls', 'rtp', 'rtcp', 'stun', 'other'];

/** IPv4 header (20 B) and UDP header (8 B): what a link carries besides the UDP payload. */
export const IP_UDP_HEADER_BYTES = 28;

/**
 * Tells the class from the first bytes of a UDP payload: RFC 7983 for STUN, DTLS and RTP, RFC 5761 for RTCP
 * among RTP. DTLS includes the SCTP of data channels.
 */
export function classifyPacket(payload: Uint8Array): PacketClass {
  const first = payload[0];
  if (first === undefined) return 'other';
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  if (first >= 128 && first <= 191) {
    const second = payload[1] ?? 0;
    return second >= 192 && second <= 223 ? 'rtcp' : 'rtp';
  }
  return 'other';
}

/** Packets, and their IP bytes (payload + 28). */
export interface PacketCount {
  packets: number;
  bytes: number;
}

/** Counts of one direction of a link: what came to its entrance, what left at its exit, and why the rest did not. */
export interface DirectionCounters {
  readonly entered: Record<PacketClass, PacketCount>;
  readonly exited: Record<PacketClass, PacketCount>;
  /** Packets lost at random or in a burst. */
  lost: number;
  /** Packets that found the bottleneck's queue full. */
  queueDropped: number;
  /** Packets that came while the link was down. */
  blackoutDropped: number;
}

function emptyCounts(): Record<PacketClass, PacketCount> {
  const counts = {} as Record<PacketClass, PacketCount>;
  for (const packetClass of PACKET_CLASSES) counts[packetClass] = { packets: 0, bytes: 0 };
  return counts;
}

export function createDirectionCounters(): DirectionCounters {
  return { entered: emptyCounts(), exited: emptyCounts(), lost: 0, queueDropped: 0, blackoutDropped: 0 };
}

/** Adds up all classes. */
export function totalCount(counts: Readonly<Record<PacketClass, PacketCount>>): PacketCount {
  const total = { packets: 0, bytes: 0 };
  for (const packetClass of PACKET_CLASSES) {
    total.packets += counts[packetClass].packets;
    total.bytes += counts[packetClass].bytes;
  }
  return total;
}
