export {
  CONDITION_LIMITS,
  type DirectionConditions,
  PERFECT_DIRECTION,
  mergeConditions,
} from './direction-conditions.js';
export {
  classifyPacket,
  createDirectionCounters,
  type DirectionCounters,
  IP_UDP_HEADER_BYTES,
  PACKET_CLASSES,
  type PacketClass,
  type PacketCount,
  totalCount,
} from './direction-counters.js';
export { downSeed, LinkModel, upSeed } from './link-model.js';
export {
  type AccessLink,
  directionConditions,
  linkFromParameters,
  type LinkParameters,
  parseLink,
  REFERENCE_LINKS,
} from './access-link.js';
export { type AccessNetwork, type AccessNetworkOptions, startAccessNetwork } from './access-network.js';
export type { AccessNetworkStats, LinkChanges } from './relay.js';
export type { SignallingStats } from './signalling-proxy.js';
export type { UdpRelayStats } from './udp-relay.js';
