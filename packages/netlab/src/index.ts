export {
  CONDITION_LIMITS,
  type DirectionConditions,
  PERFECT_DIRECTION,
  mergeConditions,
} from './direction-conditions.js';
export {
  type DirectionCounters,
  type PacketCount,
  createDirectionCounters,
  totalCount,
} from './direction-counters.js';
export { LinkModel } from './link-model.js';
export { IP_UDP_HEADER_BYTES, PACKET_CLASSES, type PacketClass, classifyPacket } from './packet-class.js';
export { directionConditions, linkFromParameters, parseLink } from './parse-link.js';
export { type AccessLink, type LinkParameters, REFERENCE_LINKS } from './reference-links.js';
export { downSeed, upSeed } from './seeds.js';
export { type AccessNetwork, type AccessNetworkOptions, startAccessNetwork } from './access-network.js';
export type { AccessNetworkStats } from './access-network-stats.js';
export type { LinkChanges } from './relay.js';
export type { SignallingStats } from './signalling-proxy.js';
export type { UdpRelayStats } from './udp-relay.js';
