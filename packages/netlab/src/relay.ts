import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, createSystemClock, type Disposable, EloquenceError } from '@eloquence/plugin-api';
import { type DirectionConditions, mergeConditions } from './direction-conditions.js';
import type { DirectionCounters } from './direction-counters.js';
import { downSeed, LinkModel, upSeed } from './link-model.js';
import { bindUdpLike, DeadTcpPort } from './ports.js';
import { SignallingProxy, type SignallingStats } from './signalling-proxy.js';
import { UdpRelay, type UdpRelayStats } from './udp-relay.js';

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

const LAG_RESOLUTION_MS = 10;
const MAX_BLACKOUT_MS = 600_000;

/** Everything a relay needs, in a form that crosses processes. */
export interface RelaySettings {
  /** An IPv4 loopback address. */
  readonly host: string;
  readonly serverPort: number;
  readonly serverUdpPort: number;
  readonly serverTcpPort?: number | undefined;
  readonly signalPort: number;
  readonly seed: number;
  readonly up: Partial<DirectionConditions>;
  readonly down: Partial<DirectionConditions>;
  readonly maxFlows?: number | undefined;
  readonly flowIdleMs?: number | undefined;
  readonly maxQueuedPackets?: number | undefined;
}

/** Changes to a running link; `both` is applied before `up` and `down`. */
export interface LinkChanges {
  readonly up?: Partial<DirectionConditions>;
  readonly down?: Partial<DirectionConditions>;
  readonly both?: Partial<DirectionConditions>;
}

export interface RelayPorts {
  readonly signalPort: number;
  readonly udpPort: number;
}

/** The emulator itself: signalling proxy, UDP relay and the two directions of one access link. */
export class Relay {
  readonly #clock: Clock;
  readonly #up: LinkModel;
  readonly #down: LinkModel;
  readonly #proxy: SignallingProxy;
  readonly #udp: UdpRelay;
  readonly #deadTcpPort: DeadTcpPort | undefined;
  readonly #lag: IntervalHistogram;
  readonly #cpuAtStart = process.cpuUsage();
  readonly #startedMs: number;
  readonly ports: RelayPorts;
  #blackouts = 0;
  #blackoutEndMs = -Infinity;
  #blackoutTimer: Disposable | undefined;

  private constructor(parts: {
    clock: Clock;
    up: LinkModel;
    down: LinkModel;
    proxy: SignallingProxy;
    udp: UdpRelay;
    udpPort: number;
    deadTcpPort: DeadTcpPort | undefined;
  }) {
    this.#clock = parts.clock;
    this.#up = parts.up;
    this.#down = parts.down;
    this.#proxy = parts.proxy;
    this.#udp = parts.udp;
    this.#deadTcpPort = parts.deadTcpPort;
    this.ports = { signalPort: parts.proxy.port, udpPort: parts.udpPort };
    this.#startedMs = parts.clock.nowMs();
    this.#lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
    this.#lag.enable();
  }

  /** @throws EloquenceError `LINK_INVALID`, `PORT_TAKEN` or `IO_FAILED`. */
  static async start(settings: RelaySettings, clock: Clock = createSystemClock()): Promise<Relay> {
    const { host, serverUdpPort, serverTcpPort, serverPort, seed } = settings;
    const up = new LinkModel(settings.up, upSeed(seed));
    const down = new LinkModel(settings.down, downSeed(seed));
    const taken = [serverPort, serverUdpPort, settings.signalPort, serverTcpPort ?? 0];
    const { socket: front, port: udpPort } = await bindUdpLike(serverUdpPort, host, taken);
    const udp = new UdpRelay({
      clock,
      front,
      host,
      serverHost: host,
      serverPort: serverUdpPort,
      up,
      down,
      maxFlows: settings.maxFlows,
      flowIdleMs: settings.flowIdleMs,
      maxQueuedPackets: settings.maxQueuedPackets,
    });
    let deadTcpPort: DeadTcpPort | undefined;
    try {
      if (serverTcpPort !== undefined) {
        deadTcpPort = await DeadTcpPort.open(serverTcpPort, host, [...taken, udpPort]);
      }
      const proxy = new SignallingProxy({
        clock,
        host,
        port: settings.signalPort,
        serverHost: host,
        serverPort,
        udpPorts: { from: serverUdpPort, to: udpPort },
        tcpPorts:
          deadTcpPort && serverTcpPort !== undefined
            ? { from: serverTcpPort, to: deadTcpPort.port }
            : undefined,
        up: () => up.conditions,
        down: () => down.conditions,
      });
      await proxy.listen();
      return new Relay({ clock, up, down, proxy, udp, udpPort, deadTcpPort });
    } catch (error) {
      await Promise.all([udp.close(), deadTcpPort?.close()]);
      throw error;
    }
  }

  /**
   * Changes the link at once.
   *
   * @returns the time of the change on the machine's monotonic clock, ms.
   * @throws EloquenceError `LINK_INVALID`; nothing changes then.
   */
  configure(changes: LinkChanges): number {
    const { both = {}, up = {}, down = {} } = changes;
    const nextUp = mergeConditions(mergeConditions(this.#up.conditions, both), up);
    const nextDown = mergeConditions(mergeConditions(this.#down.conditions, both), down);
    this.#up.configure(nextUp);
    this.#down.configure(nextDown);
    this.#proxy.wake();
    return this.#clock.nowMs();
  }

  /**
   * Lets nothing pass for `durationMs`; one that begins during another extends it. Packets are dropped,
   * signalling is held.
   *
   * @returns the time of its beginning on the machine's monotonic clock, ms.
   * @throws EloquenceError `LINK_INVALID` if the duration is not in 0 … 600 000 ms.
   */
  blackout(durationMs: number): number {
    // The type is checked too: a string from a command line would otherwise be appended to the time.
    if (typeof durationMs !== 'number' || !(durationMs >= 0 && durationMs <= MAX_BLACKOUT_MS)) {
      throw new EloquenceError('LINK_INVALID', `A blackout cannot last ${String(durationMs)} ms.`, {
        value: durationMs,
        hint: `Give a duration from 0 to ${MAX_BLACKOUT_MS} ms.`,
      });
    }
    const startMs = this.configure({ both: { down: true } });
    this.#blackouts++;
    this.#blackoutEndMs = Math.max(this.#blackoutEndMs, startMs + durationMs);
    this.#blackoutTimer?.dispose();
    this.#blackoutTimer = this.#clock.setTimer(() => {
      this.#blackoutTimer = undefined;
      this.configure({ both: { down: false } });
    }, this.#blackoutEndMs - startMs);
    return startMs;
  }

  stats(): AccessNetworkStats {
    const signalling = this.#proxy.stats();
    const cpu = process.cpuUsage(this.#cpuAtStart);
    const lagMs = this.#lag.percentile(99) / 1e6 - LAG_RESOLUTION_MS;
    return {
      ...this.#udp.stats(),
      rewrites: signalling.rewrites,
      tcpAttempts: this.#deadTcpPort?.attempts ?? 0,
      signalling,
      up: snapshot(this.#up),
      down: snapshot(this.#down),
      blackouts: this.#blackouts,
      eventLoopLagP99Ms: Number.isFinite(lagMs) ? Math.max(0, lagMs) : 0,
      cpuMs: (cpu.user + cpu.system) / 1_000,
      uptimeMs: this.#clock.nowMs() - this.#startedMs,
    };
  }

  async close(): Promise<void> {
    this.#blackoutTimer?.dispose();
    this.#lag.disable();
    await Promise.all([this.#proxy.close(), this.#udp.close(), this.#deadTcpPort?.close()]);
  }
}

function snapshot(link: LinkModel): DirectionCounters & { conditions: DirectionConditions } {
  return { ...structuredClone(link.counters), conditions: link.conditions };
}
