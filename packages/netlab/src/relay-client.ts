import { existsSync } from 'node:fs';
import { startChild } from '@eloquence/base/node';
import { EloquenceError } from '@eloquence/plugin-api';
import type { AccessNetworkStats } from './access-network-stats.js';
import type { LinkChanges, RelayPorts, RelaySettings } from './relay.js';

const callTimeoutMs = 10_000;

/** What the owner may ask of a relay in another process. */
export type RelayRequest =
  | { readonly name: 'start'; readonly settings: RelaySettings }
  | { readonly name: 'configure'; readonly changes: LinkChanges }
  | { readonly name: 'blackout'; readonly durationMs: number }
  | { readonly name: 'stats' };

/** A relay in a process of its own. The process ends with `close()` or with its owner. */
export interface RelayClient {
  /** @throws EloquenceError what the relay threw, or `IO_FAILED` if it is gone or does not answer; so do the others */
  start(settings: RelaySettings): Promise<RelayPorts>;
  configure(changes: LinkChanges): Promise<number>;
  blackout(durationMs: number): Promise<number>;
  stats(): Promise<AccessNetworkStats>;
  /** Ends the process, by force if it does not end by itself. May be called again. */
  close(): Promise<void>;
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
