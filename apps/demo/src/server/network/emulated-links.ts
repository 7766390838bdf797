import { type Clock, type Disposable, EloquenceError } from '@eloquence/plugin-api';
import { type AccessNetwork, directionConditions, REFERENCE_LINKS, parseLink } from '@eloquence/netlab';
import { openLink, type TestServer } from '@eloquence/testbed';
import type {
  ArmId,
  NetworkPreset,
  NetworkPresetName,
  NetworkRequest,
  NetworkSettings,
  NetworkState,
} from '../../protocol.js';
import { presetNames } from '../parse-requests.js';

const DEFAULT_PRESET: NetworkPresetName = 'B';

export interface EmulatedLinksOptions {
  readonly server: Pick<TestServer, 'url' | 'udpPort' | 'tcpPort'>;
  readonly arms: readonly ArmId[];
  /** The same for all arms, so that they meet the same losses at the same times. */
  readonly seed: number;
  readonly clock: Clock;
  readonly onDidChange: (state: NetworkState) => void;
}

/** What has left a link towards the page so far, and what was dropped in it. */
export interface WireCount {
  readonly packets: number;
  readonly bytes: number;
  readonly lostPackets: number;
}

/** One emulated link for each arm, all with the same conditions. */
export class EmulatedLinks {
  readonly #server: EmulatedLinksOptions['server'];
  readonly #networks: ReadonlyMap<ArmId, AccessNetwork>;
  readonly #clock: Clock;
  readonly #onDidChange: (state: NetworkState) => void;
  #state: NetworkState;
  #blackout: Disposable | undefined;

  private constructor(options: EmulatedLinksOptions, networks: ReadonlyMap<ArmId, AccessNetwork>) {
    this.#server = options.server;
    this.#networks = networks;
    this.#clock = options.clock;
    this.#onDidChange = options.onDidChange;
    this.#state = {
      preset: DEFAULT_PRESET,
      settings: presetSettings(DEFAULT_PRESET),
      blackoutEndsAtMs: null,
      isEmulated: networks.size > 0,
    };
  }

  /** @throws EloquenceError what `openLink` throws; no link stays open then */
  static async open(options: EmulatedLinksOptions): Promise<EmulatedLinks> {
    const { server, arms, seed } = options;
    if (server.udpPort === undefined) return new EmulatedLinks(options, new Map());
    const link = parseLink(DEFAULT_PRESET);
    const started = await Promise.allSettled(
      arms.map(async (arm) => [arm, (await openLink(server, link, seed))!] as const),
    );
    const networks = started.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    const failure = started.find((result) => result.status === 'rejected');
    if (failure === undefined) return new EmulatedLinks(options, new Map(networks));
    await Promise.all(networks.map(([, network]) => network.close()));
    throw failure.reason;
  }

  get state(): NetworkState {
    return this.#state;
  }

  /** Address of the server as the page must use it. */
  urlFor(arm: ArmId): string {
    return this.#networks.get(arm)?.url ?? this.#server.url;
  }

  /** @throws EloquenceError `LINK_INVALID` without emulation */
  async apply(request: NetworkRequest): Promise<NetworkState> {
    if (!this.#state.isEmulated) throw notEmulated();
    if ('blackoutMs' in request) return await this.#startBlackout(request.blackoutMs);
    const isPreset = 'preset' in request;
    const settings = isPreset ? presetSettings(request.preset) : { ...this.#state.settings, ...request };
    const queueMs = isPreset ? REFERENCE_LINKS[request.preset]?.queueMs : undefined;
    const both = { ...settings, ...(queueMs === undefined ? {} : { queueMs }) };
    await Promise.all([...this.#networks.values()].map((network) => network.configure({ both })));
    return this.#change({ preset: isPreset ? request.preset : null, settings });
  }

  /** `null` where nobody counts. */
  async count(arm: ArmId): Promise<WireCount | null> {
    const network = this.#networks.get(arm);
    if (network === undefined) return null;
    const { down } = await network.stats();
    // What carries the audio: data channels for one arm, RTP for the others.
    const { packets, bytes } = down.exited[arm === 'eloquence' ? 'dtls' : 'rtp'];
    return { packets, bytes, lostPackets: down.lost + down.queueDropped + down.blackoutDropped };
  }

  async close(): Promise<void> {
    this.#blackout?.dispose();
    await Promise.all([...this.#networks.values()].map((network) => network.close()));
  }

  async #startBlackout(durationMs: number): Promise<NetworkState> {
    await Promise.all([...this.#networks.values()].map((network) => network.blackout(durationMs)));
    const blackoutEndsAtMs = this.#clock.nowMs() + durationMs;
    this.#blackout?.dispose();
    this.#blackout = this.#clock.setTimer(() => this.#change({ blackoutEndsAtMs: null }), durationMs);
    return this.#change({ blackoutEndsAtMs });
  }

  #change(change: Partial<NetworkState>): NetworkState {
    this.#state = { ...this.#state, ...change };
    this.#onDidChange(this.#state);
    return this.#state;
  }
}

/** The reference links, as the page offers them. */
export function networkPresets(): NetworkPreset[] {
  return presetNames.map((name) => ({
    name,
    description: REFERENCE_LINKS[name]?.description ?? '',
    settings: presetSettings(name),
  }));
}

/** The state where there is no server to put a link in front of. */
export function noNetwork(): NetworkState {
  return {
    preset: DEFAULT_PRESET,
    settings: presetSettings(DEFAULT_PRESET),
    blackoutEndsAtMs: null,
    isEmulated: false,
  };
}

function presetSettings(name: NetworkPresetName): NetworkSettings {
  const { delayMs, jitterMs, lossPercent, burstMs, rateKbps } = directionConditions(REFERENCE_LINKS[name]!);
  return { delayMs, jitterMs, lossPercent, burstMs, rateKbps };
}

export function notEmulated(): EloquenceError {
  return new EloquenceError('LINK_INVALID', 'No link is emulated in front of this server.', {
    hint: 'Unset LIVEKIT_URL to have a local server started, or set LIVEKIT_UDP_PORT and LIVEKIT_TCP_PORT.',
  });
}
