import { PACKET_CLASSES, type PacketClass } from './packet-class.js';

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
