import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import { DeliveryPump } from './delivery-pump.js';
import type { LinkModel } from './link-model.js';
import { classifyPacket, IP_UDP_HEADER_BYTES, type PacketClass } from './direction-counters.js';
import { createUdpSocket } from './ports.js';

export interface UdpRelayOptions {
  readonly clock: Clock;
  /** Bound socket that clients send to; the relay takes ownership. */
  readonly front: Socket;
  readonly host: string;
  readonly serverHost: string;
  readonly serverPort: number;
  readonly up: LinkModel;
  readonly down: LinkModel;
  /** Most flows at once, 64 unless told. */
  readonly maxFlows?: number | undefined;
  /** A flow without packets for this long is closed, 60 s unless told. */
  readonly flowIdleMs?: number | undefined;
  /** Most packets on the way in each direction. */
  readonly maxQueuedPackets?: number | undefined;
}

export interface UdpRelayStats {
  /** Flows open now: one for each client port. */
  readonly flows: number;
  readonly flowsOpened: number;
  readonly flowsExpired: number;
  /** Packets of clients refused because too many flows were open. */
  readonly flowRefusals: number;
  /** Packets accepted by the link but dropped because too many were on the way. */
  readonly overflows: number;
  /** Packets that came from somewhere else than the server, and were ignored. */
  readonly strangers: number;
  readonly socketErrors: number;
  readonly queuedPackets: number;
  readonly queuedBytes: number;
}

interface Flow {
  readonly socket: Socket;
  readonly clientAddress: string;
  readonly clientPort: number;
  lastSeenMs: number;
  isClosed: boolean;
}

interface Transit {
  readonly flow: Flow;
  readonly payload: Buffer;
  readonly ipBytes: number;
  readonly packetClass: PacketClass;
}

/** Carries UDP packets between clients and one server port, each direction through its link. */
export class UdpRelay {
  readonly #options: UdpRelayOptions;
  readonly #maxFlows: number;
  readonly #flowIdleMs: number;
  readonly #flows = new Map<string | number, Flow>();
  readonly #upPump: DeliveryPump<Transit>;
  readonly #downPump: DeliveryPump<Transit>;
  #sweep: Disposable | undefined;
  #flowsOpened = 0;
  #flowsExpired = 0;
  #flowRefusals = 0;
  #strangers = 0;
  #socketErrors = 0;
  readonly #countError = (): void => {
    this.#socketErrors++;
  };

  constructor(options: UdpRelayOptions) {
    this.#options = options;
    this.#maxFlows = options.maxFlows ?? 64;
    this.#flowIdleMs = options.flowIdleMs ?? 60_000;
    const { clock, front, up, down } = options;
    const { maxQueuedPackets: maxItems } = options;
    this.#upPump = new DeliveryPump<Transit>({
      clock,
      maxItems,
      deliver: ({ flow, payload, ipBytes, packetClass }) => {
        if (flow.isClosed) return;
        up.recordExit(ipBytes, packetClass);
        flow.socket.send(payload, options.serverPort, options.serverHost);
      },
    });
    this.#downPump = new DeliveryPump<Transit>({
      clock,
      maxItems,
      deliver: ({ flow, payload, ipBytes, packetClass }) => {
        if (flow.isClosed) return;
        down.recordExit(ipBytes, packetClass);
        front.send(payload, flow.clientPort, flow.clientAddress);
      },
    });
    front.on('error', this.#countError);
    front.on('message', (payload, from) => this.#fromClient(payload, from));
    this.#scheduleSweep();
  }

  stats(): UdpRelayStats {
    return {
      flows: this.#flows.size,
      flowsOpened: this.#flowsOpened,
      flowsExpired: this.#flowsExpired,
      flowRefusals: this.#flowRefusals,
      overflows: this.#upPump.overflows + this.#downPump.overflows,
      strangers: this.#strangers,
      socketErrors: this.#socketErrors,
      queuedPackets: this.#upPump.queuedItems + this.#downPump.queuedItems,
      queuedBytes: this.#upPump.queuedBytes + this.#downPump.queuedBytes,
    };
  }

  async close(): Promise<void> {
    this.#sweep?.dispose();
    this.#upPump.dispose();
    this.#downPump.dispose();
    for (const flow of this.#flows.values()) closeFlow(flow);
    this.#flows.clear();
    await new Promise<void>((resolve) => this.#options.front.close(() => resolve()));
  }

  #fromClient(payload: Buffer, from: RemoteInfo): void {
    const flow = this.#flowOf(from);
    if (flow === undefined) this.#flowRefusals++;
    else this.#enter(this.#options.up, this.#upPump, flow, payload);
  }

  #enter(link: LinkModel, pump: DeliveryPump<Transit>, flow: Flow, payload: Buffer): void {
    const nowMs = this.#options.clock.nowMs();
    flow.lastSeenMs = nowMs;
    const ipBytes = payload.length + IP_UDP_HEADER_BYTES;
    const packetClass = classifyPacket(payload);
    const dueMs = link.offer(nowMs, ipBytes, packetClass);
    if (dueMs !== undefined) pump.push(dueMs, ipBytes, { flow, payload, ipBytes, packetClass });
  }

  #flowOf(from: RemoteInfo): Flow | undefined {
    // Nearly always the one loopback address, which then costs no string per packet.
    const key = from.address === this.#options.host ? from.port : `${from.address}:${from.port}`;
    const known = this.#flows.get(key);
    if (known !== undefined || this.#flows.size >= this.#maxFlows) return known;
    const flow: Flow = {
      socket: createUdpSocket(),
      clientAddress: from.address,
      clientPort: from.port,
      lastSeenMs: this.#options.clock.nowMs(),
      isClosed: false,
    };
    flow.socket.on('error', this.#countError);
    flow.socket.on('message', (payload, sender) => {
      if (sender.port !== this.#options.serverPort) this.#strangers++;
      else this.#enter(this.#options.down, this.#downPump, flow, payload);
    });
    flow.socket.bind(0, this.#options.host);
    this.#flows.set(key, flow);
    this.#flowsOpened++;
    return flow;
  }

  #scheduleSweep(): void {
    const { clock } = this.#options;
    this.#sweep = clock.setTimer(() => {
      const staleMs = clock.nowMs() - this.#flowIdleMs;
      for (const [key, flow] of this.#flows) {
        if (flow.lastSeenMs > staleMs) continue;
        this.#flows.delete(key);
        closeFlow(flow);
        this.#flowsExpired++;
      }
      this.#scheduleSweep();
    }, this.#flowIdleMs / 4);
  }
}

function closeFlow(flow: Flow): void {
  flow.isClosed = true;
  flow.socket.close();
}
