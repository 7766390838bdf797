import { createToken } from '../server/access-token.js';
import type { LiveKitServer } from '@eloquence/livekit-server';
import { type AccessNetwork, type DirectionConditions, startAccessNetwork } from '@eloquence/netlab';
import { EloquenceError } from '@eloquence/plugin-api';
import { type BenchChild, startBenchChild } from '../process/bench-child.js';
import type { SessionListener } from './bench-session.js';
import type { ListenerAccount } from './session-ear.js';
import type { ListenerAnswer, ListenerQuestion } from './session-protocol.js';

const OPEN_LIMIT_MS = 30_000;
const ANSWER_LIMIT_MS = 10_000;

export interface RemoteEarOptions {
  readonly server: LiveKitServer;
  readonly room: string;
  readonly identity: string;
  readonly speaker: string;
  readonly listener: SessionListener;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** A listener in a process of its own, behind a link of its own. */
export class RemoteEar {
  readonly listener: SessionListener;
  readonly #network: AccessNetwork;
  readonly #child: BenchChild<ListenerQuestion, ListenerAnswer>;
  readonly #signal: AbortSignal;

  private constructor(
    options: RemoteEarOptions,
    network: AccessNetwork,
    child: BenchChild<ListenerQuestion, ListenerAnswer>,
  ) {
    this.listener = options.listener;
    this.#signal = options.signal;
    this.#network = network;
    this.#child = child;
  }

  /** @throws EloquenceError what the link and connecting throw; nothing stays open then */
  static async open(options: RemoteEarOptions): Promise<RemoteEar> {
    const { server, listener, seed, signal } = options;
    if (server.udpPort === undefined) {
      throw new EloquenceError('LINK_INVALID', 'No link can be put in front of this server.', {
        value: server.url,
        hint: 'Set LIVEKIT_UDP_PORT and LIVEKIT_TCP_PORT to its media ports, or unset LIVEKIT_URL.',
      });
    }
    const network = await startAccessNetwork({
      serverUrl: server.url,
      serverUdpPort: server.udpPort,
      ...(server.tcpPort === undefined ? {} : { serverTcpPort: server.tcpPort }),
      link: listener.link,
      seed,
    });
    const child = startBenchChild<ListenerQuestion, ListenerAnswer>(
      new URL('./session-listener-process.js', import.meta.url),
      `listener ${listener.name}`,
    );
    const ear = new RemoteEar(options, network, child);
    try {
      const token = await createToken(server, options.identity, options.room);
      await child.ask(
        { type: 'open', url: network.url, token, speaker: options.speaker },
        OPEN_LIMIT_MS,
        signal,
      );
      const { rewrites, flows } = await network.stats();
      if (rewrites > 0 && flows > 0) return ear;
      throw new EloquenceError('INTERNAL', 'The listener did not connect through the emulated link.', {
        value: { rewrites, flows },
      });
    } catch (error) {
      await ear.close();
      throw error;
    }
  }

  configure(changes: Partial<DirectionConditions>, direction: 'both' | 'down'): Promise<number> {
    return this.#network.configure({ [direction]: changes });
  }

  /** IP bytes of data packets that entered the downlink so far. */
  async wireBytes(): Promise<number> {
    return (await this.#network.stats()).down.entered.dtls.bytes;
  }

  async begin(): Promise<void> {
    await this.#child.ask({ type: 'begin' }, ANSWER_LIMIT_MS, this.#signal);
  }

  async collect(timeoutMs: number): Promise<ListenerAccount> {
    const answer = await this.#child.ask(
      { type: 'collect', timeoutMs },
      timeoutMs + ANSWER_LIMIT_MS,
      this.#signal,
    );
    if (answer.type === 'heard') return answer.account;
    throw new EloquenceError('INTERNAL', 'The listener said nothing of what it had heard.');
  }

  async close(): Promise<void> {
    await this.#child.close();
    await this.#network.close();
  }
}
