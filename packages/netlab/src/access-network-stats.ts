import type { DirectionConditions } from './direction-conditions.js';
import type { DirectionCounters } from './direction-counters.js';
import type { SignallingStats } from './signalling-proxy.js';
import type { UdpRelayStats } from './udp-relay.js';

/** What an access network did so far. */
export interface AccessNetworkStats extends UdpRelayStats {
  /** UDP candidates pointed at the relay. While this is 0, media does not pass through the emulator. */
  readonly rewrites: number;
  /** ICE-TCP connections that were tried, in vain. */
  readonly tcpAttempts: number;
  readonly signalling: SignallingStats;
  /** Client to server. */
  readonly up: DirectionCounters & { readonly conditions: DirectionConditions };
  /** Server to client. */
  readonly down: DirectionCounters & { readonly conditions: DirectionConditions };
  readonly blackouts: number;
  /** 99th percentile of how late the relay's event loop ran, ms: above 2, delays are not to be trusted. */
  readonly eventLoopLagP99Ms: number;
  /** Processor time since the start, ms. */
  readonly cpuMs: number;
  readonly uptimeMs: number;
}
