import { existsSync } from 'node:fs';
import { startChild } from '@eloquence/base/node';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';
import {
  type AccessNetworkStats,
  type LinkChanges,
  Relay,
  type RelayPorts,
  type RelaySettings,
} from './relay.js';

const callTimeoutMs = 10_000;

/** What the owner may ask of a relay in another process. */
export type RelayRequest =
  | { readonly name: 'start'; readonly settings: RelaySettings }
  | { readonly name: 'configure'; readonly changes: LinkChanges }
  | { readonly name: 'blackout'; readonly durationMs: number }
  | { readonly name: 'stats' };

/** What can be done to a relay that runs. */
export interface RelayControl {
  /**
   * Changes the link from now on.
   *
   * @returns the time of the change on the machine's monotonic clock, ms.
   * @throws EloquenceError `LINK_INVALID`; nothing changes then.
   */
  configure(changes: LinkChanges): Promise<number>;
  /**
   * Lets nothing pass for `durationMs`. Resolves at its beginning, with the time on the monotonic clock, ms.
   *
   * @throws EloquenceError `LINK_INVALID` if the duration is not in 0 … 600 000 ms.
   */
  blackout(durationMs: number): Promise<number>;
  stats(): Promise<AccessNetworkStats>;
  /** Ends all connections. May be called again. */
  close(): Promise<void>;
}

/** A relay as its owner sees it. What it throws in a process of its own is passed on, or `IO_FAILED` if that is gone. */
export interface RelayClient extends RelayControl {
  readonly start: (settings: RelaySettings) => Promise<RelayPorts>;
}

/** @throws EloquenceError `IO_FAILED` if the relay's process has not been built */
export function createRelayClient(): RelayClient {
  const child = startChild<RelayRequest, unknown>({
    entry: relayEntry(),
    name: 'relay',
    endedCode: 'IO_FAILED',
    silentCode: 'IO_FAILED',
    endedHint: 'Start a new access network; connections through the old one are lost.',
  });
  const ask = <Answer>(request: RelayRequest): Promise<Answer> =>
    child.ask(request, callTimeoutMs) as Promise<Answer>;
  return {
    start: (settings) => ask({ name: 'start', settings }),
    configure: (changes) => ask({ name: 'configure', changes }),
    blackout: (durationMs) => ask({ name: 'blackout', durationMs }),
    stats: () => ask({ name: 'stats' }),
    close: () => child.close(),
  };
}

/** A relay in this process. */
export function createLocalRelay(clock: Clock): RelayClient {
  let relay: Relay | undefined;
  let closing: Promise<void> | undefined;
  return {
    start: async (settings) => (relay = await Relay.start(settings, clock)).ports,
    configure: async (changes) => relay!.configure(changes),
    blackout: async (durationMs) => relay!.blackout(durationMs),
    stats: async () => relay!.stats(),
    close: async () => await (closing ??= relay?.close()),
  };
}

/** The compiled entry. When this module itself runs from its source, as in tests, that is the one of the last build. */
function relayEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(isSource ? '../dist/relay-process.js' : './relay-process.js', import.meta.url);
  if (existsSync(entry)) return entry;
  throw new EloquenceError('IO_FAILED', 'The relay process of netlab has not been built.', {
    value: entry.pathname,
    hint: 'Run npm run build first, or pass isolation: "in-process" where precise timing does not matter.',
  });
}
