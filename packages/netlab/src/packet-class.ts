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
